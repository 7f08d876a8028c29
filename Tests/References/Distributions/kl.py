"""KL(p || q) of pairs of families by quadrature with 30 digits (sums for discrete families): writes kl.json.

    pip install -r requirements.txt
    python kl.py

Nothing here knows a closed form of a divergence: only log-densities. Each integral is taken twice, with different nodes,
and p itself is integrated to 1; a case that is not sure to 1e-13 ends the script.
"""

import itertools
import json
import pathlib

import mpmath as mp
from scipy import stats

from reference import number

mp.mp.dps = 30
INF = mp.inf


class Family:
    """log_density of mpmath numbers, the support (lower, upper), a frozen scipy distribution, points of p to split at."""

    def __init__(self, name, log_density, support, scipy, kinks=lambda **parameters: [], discrete=False):
        self.name, self.log_density, self.support = name, log_density, support
        self.scipy, self.kinks, self.discrete = scipy, kinks, discrete


def normal(x, mean, standardDeviation):
    return -((x - mean) / standardDeviation) ** 2 / 2 - mp.log(standardDeviation) - mp.log(2 * mp.pi) / 2


def student(x, degreesOfFreedom, location, scale):
    n, z = degreesOfFreedom, (x - location) / scale
    return (mp.loggamma((n + 1) / 2) - mp.loggamma(n / 2) - mp.log(n * mp.pi) / 2 - mp.log(scale)
            - (n + 1) / 2 * mp.log1p(z * z / n))


def logistic(x, location, scale):
    z = abs((x - location) / scale)
    return -z - mp.log(scale) - 2 * mp.log1p(mp.exp(-z))


def beta(x, concentration1, concentration0):
    a, b = concentration1, concentration0
    return (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)


def gamma(x, concentration, rate):
    return concentration * mp.log(rate) - mp.loggamma(concentration) + (concentration - 1) * mp.log(x) - rate * x


def inverse_gamma(x, concentration, scale):
    return concentration * mp.log(scale) - mp.loggamma(concentration) - (concentration + 1) * mp.log(x) - scale / x


def binomial(k, trials, probability):
    return (mp.log(mp.binomial(trials, k)) + (k * mp.log(probability) if k else 0)
            + ((trials - k) * mp.log1p(-probability) if trials - k else 0))


POSITIVE = lambda **parameters: (mp.mpf(0), INF)
REALS = lambda **parameters: (-INF, INF)
COUNTS = lambda **parameters: (0, INF)

FAMILIES = {family.name: family for family in [
    Family("Normal", normal, REALS, lambda mean, standardDeviation: stats.norm(mean, standardDeviation)),
    Family("LogNormal", lambda x, location, scale: normal(mp.log(x), location, scale) - mp.log(x), POSITIVE,
           lambda location, scale: stats.lognorm(scale, scale=float(mp.exp(location)))),
    Family("Uniform", lambda x, lower, upper: -mp.log(upper - lower), lambda lower, upper: (lower, upper),
           lambda lower, upper: stats.uniform(lower, upper - lower)),
    Family("Laplace", lambda x, location, scale: -abs(x - location) / scale - mp.log(2 * scale), REALS,
           lambda location, scale: stats.laplace(location, scale), lambda location, scale: [location]),
    Family("Logistic", logistic, REALS, lambda location, scale: stats.logistic(location, scale)),
    Family("Exponential", lambda x, rate: mp.log(rate) - rate * x, POSITIVE, lambda rate: stats.expon(scale=1 / rate)),
    Family("Gamma", gamma, POSITIVE, lambda concentration, rate: stats.gamma(concentration, scale=1 / rate)),
    Family("InverseGamma", inverse_gamma, POSITIVE,
           lambda concentration, scale: stats.invgamma(concentration, scale=scale)),
    Family("Beta", beta, lambda **parameters: (mp.mpf(0), mp.mpf(1)),
           lambda concentration1, concentration0: stats.beta(concentration1, concentration0)),
    Family("StudentT", student, REALS,
           lambda degreesOfFreedom, location, scale: stats.t(degreesOfFreedom, location, scale)),
    Family("Bernoulli", lambda k, probability: mp.log(probability) if k else mp.log1p(-probability),
           lambda probability: (0, 1), None, discrete=True),
    Family("Binomial", binomial, lambda trials, probability: (0, int(trials)), None, discrete=True),
    Family("Geometric", lambda k, probability: mp.log(probability) + (k * mp.log1p(-probability) if k else 0), COUNTS,
           None, discrete=True),
    Family("Poisson", lambda k, rate: k * mp.log(rate) - rate - mp.loggamma(k + 1), COUNTS, None, discrete=True),
    Family("Categorical", lambda k, probabilities: mp.log(probabilities[int(k)]),
           lambda probabilities: (0, len(probabilities) - 1), None, discrete=True),
]}


def n(mean, standardDeviation):
    return "Normal", dict(mean=mean, standardDeviation=standardDeviation)


def of(name, *names):
    return lambda *values: (name, dict(zip(names, values)))


logn, uni, lap = of("LogNormal", "location", "scale"), of("Uniform", "lower", "upper"), of("Laplace", "location", "scale")
logi, expo, gam = of("Logistic", "location", "scale"), of("Exponential", "rate"), of("Gamma", "concentration", "rate")
inv, bet = of("InverseGamma", "concentration", "scale"), of("Beta", "concentration1", "concentration0")
stu = of("StudentT", "degreesOfFreedom", "location", "scale")
ber, bin_, geo = of("Bernoulli", "probability"), of("Binomial", "trials", "probability"), of("Geometric", "probability")
poi, cat = of("Poisson", "rate"), of("Categorical", "probabilities")

# Members of each family, of which the last two are nearly equal.
MEMBERS = {
    "Normal": [n(0.0, 1.0), n(-3.0, 0.25), n(2.0, 5.0), n(2.0, 5.000001)],
    "LogNormal": [logn(0.0, 1.0), logn(-1.0, 0.25), logn(0.5, 0.75), logn(0.5, 0.750001)],
    "Uniform": [uni(0.0, 1.0), uni(0.125, 0.75), uni(-2.0, 3.0), uni(-2.000001, 3.000001)],
    "Laplace": [lap(0.0, 1.0), lap(3.0, 0.5), lap(-1.0, 4.0), lap(-1.000001, 4.0)],
    "Logistic": [logi(0.0, 1.0), logi(3.0, 0.5), logi(-1.0, 4.0)],
    "Exponential": [expo(1.0), expo(0.25), expo(6.0), expo(6.000001)],
    "Gamma": [gam(1.0, 1.0), gam(2.5, 0.5), gam(0.5, 3.0), gam(12.0, 4.0), gam(12.0, 4.000001)],
    "InverseGamma": [inv(1.0, 1.0), inv(2.5, 0.5), inv(4.0, 3.0), inv(12.0, 4.0), inv(12.0, 4.000001)],
    "Beta": [bet(1.0, 1.0), bet(0.5, 0.5), bet(2.0, 5.0), bet(30.0, 4.0), bet(30.0, 4.000001)],
    "StudentT": [stu(1.0, 0.0, 1.0), stu(5.0, 1.0, 2.0), stu(30.0, -1.0, 0.5)],
    "Bernoulli": [ber(0.5), ber(0.01), ber(0.9), ber(0.900001)],
    "Binomial": [bin_(1.0, 0.3), bin_(10.0, 0.3), bin_(10.0, 0.9), bin_(10.0, 0.900001)],
    "Geometric": [geo(0.5), geo(0.05), geo(0.9), geo(0.900001)],
    "Poisson": [poi(0.1), poi(3.0), poi(40.0), poi(40.00001)],
    "Categorical": [cat([0.2, 0.8]), cat([0.25, 0.5, 0.25]), cat([0.25, 0.500001, 0.249999])],
}

POSITIVES = ["LogNormal", "Exponential", "Gamma", "InverseGamma", "Beta", "Uniform"]
CONTINUOUS = ["Normal", "Laplace", "Logistic", "StudentT"] + POSITIVES
TARGETS = {  # q: every p
    "Normal": CONTINUOUS, "Laplace": CONTINUOUS, "Exponential": CONTINUOUS, "Gamma": CONTINUOUS,
    "InverseGamma": CONTINUOUS, "LogNormal": CONTINUOUS, "Uniform": CONTINUOUS, "Beta": CONTINUOUS,
    "Bernoulli": ["Bernoulli", "Binomial", "Poisson", "Geometric", "Categorical"],
    "Binomial": ["Bernoulli", "Binomial", "Poisson", "Geometric", "Categorical"],
    "Poisson": ["Bernoulli", "Binomial", "Poisson", "Categorical"],
    "Geometric": ["Bernoulli", "Binomial", "Geometric", "Categorical", "Poisson"],
    "Categorical": ["Bernoulli", "Binomial", "Poisson", "Geometric", "Categorical"],
    "Logistic": ["Logistic"],
}
# The integral is infinite though the support is inside: the tails of p are heavier, or its density near 0 is.
INFINITE = {
    ("InverseGamma", "Normal"): lambda p: p["concentration"] <= 2,
    ("StudentT", "Normal"): lambda p: p["degreesOfFreedom"] <= 2,
    ("InverseGamma", "Laplace"): lambda p: p["concentration"] <= 1,
    ("StudentT", "Laplace"): lambda p: p["degreesOfFreedom"] <= 1,
    ("InverseGamma", "Exponential"): lambda p: p["concentration"] <= 1,
    ("InverseGamma", "Gamma"): lambda p: p["concentration"] <= 1,
    ("Exponential", "InverseGamma"): lambda p: True,
    ("Gamma", "InverseGamma"): lambda p: p["concentration"] <= 1,
    ("Beta", "InverseGamma"): lambda p: p["concentration1"] <= 1,
    ("Uniform", "InverseGamma"): lambda p: p["lower"] <= 0,
}
# In-family pairs without a closed form stay out.
UNKNOWN = {("Logistic", "Logistic")}


def exact(parameters):
    return {key: [mp.mpf(v) for v in value] if isinstance(value, list) else mp.mpf(value)
            for key, value in parameters.items()}


def divergence(p, q):
    first, second = FAMILIES[p[0]], FAMILIES[q[0]]
    mine, other = exact(p[1]), exact(q[1])
    (low, high), (low_q, high_q) = first.support(**mine), second.support(**other)
    if low < low_q or high > high_q or INFINITE.get((p[0], q[0]), lambda parameters: False)(p[1]):
        return INF
    if first.discrete:
        def term(k):
            own = first.log_density(k, **mine)
            return mp.exp(own) * (own - second.log_density(k, **other))
        last = 3000 if high == INF else int(high)
        return mp.fsum(term(mp.mpf(k)) for k in range(0, last + 1))
    frozen = first.scipy(**p[1])
    splits = [frozen.ppf(x) for x in (1e-12, 1e-4, 0.1, 0.5, 0.9, 1 - 1e-4)] + [frozen.isf(1e-12)]
    splits = sorted({mp.mpf(float(x)) for x in splits} | set(first.kinks(**mine)) | set(second.kinks(**other)))
    splits = [low] + [x for x in splits if low < x < high] + [high]

    def at(x, value):
        # A node that rounds to the end of the support has next to no weight.
        return value(x) if low < x < high else mp.mpf(0)

    def term(x):
        own = first.log_density(x, **mine)
        density = mp.exp(own)
        return density * (own - second.log_density(x, **other)) if density else mp.mpf(0)

    value = mp.quad(lambda x: at(x, term), splits, maxdegree=8)
    again = mp.quad(lambda x: at(x, term), [splits[0]] + splits[2:] if len(splits) > 3 and splits[1] not in second.kinks(**other)
                    else splits, maxdegree=9)
    whole = mp.quad(lambda x: at(x, lambda x: mp.exp(first.log_density(x, **mine))), splits, maxdegree=8)
    if abs(value - again) > mp.mpf(10) ** -13 * (1 + abs(value)) or abs(whole - 1) > mp.mpf(10) ** -13:
        raise SystemExit(f"{p} || {q}: {value}, again {again}, the density sums to {whole}")
    return value


def written(member):
    return dict(family=member[0], parameters={key: number(value) for key, value in member[1].items()})


if __name__ == "__main__":
    cases = []
    for target, sources in TARGETS.items():
        for source in sources:
            if (source, target) in UNKNOWN:
                continue
            pairs = list(itertools.product(MEMBERS[source], MEMBERS[target]))
            if source != target:
                pairs = pairs[::2]
            for p, q in pairs:
                cases.append(dict(p=written(p), q=written(q), divergence=number(divergence(p, q))))
            print(target, source, len(cases), flush=True)
    path = pathlib.Path(__file__).parent / "kl.json"
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
