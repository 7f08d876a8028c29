"""Reference maximum-likelihood fits, weighted and not, by the roots of the likelihood's derivative with 30 digits and
beside scipy's fits: writes fits.json."""

import json
import pathlib

import mpmath as mp
import numpy as np
from scipy import optimize, special, stats

from reference import agree

mp.mp.dps = 30

POSITIVE = [0.31, 2.25, 0.875, 1.5, 4.75, 0.0625, 3.125, 1.0, 0.5, 2.75, 6.5, 1.125]
NARROW = [1 + x * 2.0 ** -14 for x in POSITIVE]
UNIT = [x / 8 for x in POSITIVE]
HEAVY = [x if k % 3 else -x * x for k, x in enumerate(POSITIVE)] + [25.0, 0.75, 0.25]
WEIGHTS = [1.0, 0.5, 2.0, 0.0, 1.25, 0.75, 3.0, 1.0, 0.25, 1.5, 0.5, 2.5]
EVENTS = [[a / (a + b + c), b / (a + b + c), c / (a + b + c)]
          for a, b, c in zip(POSITIVE, POSITIVE[3:] + POSITIVE[:3], POSITIVE[7:] + POSITIVE[:7])]


def mean(values, weights):
    weights = [mp.mpf(w) for w in weights]
    return sum(w * v for w, v in zip(weights, values)) / sum(weights)


def gamma(x, weights):
    x = [mp.mpf(v) for v in x]
    center, logs = mean(x, weights), mean([mp.log(v) for v in x], weights)
    excess = mp.log(center) - logs
    a = mp.findroot(lambda a: mp.log(a) - mp.digamma(a) - excess,
        (3 - excess + mp.sqrt((excess - 3) ** 2 + 24 * excess)) / (12 * excess))
    return a, a / center


def dirichlet(events, weights):
    logs = [mean([mp.log(mp.mpf(event[k])) for event in events], weights) for k in range(len(events[0]))]
    start = [mp.mpf(1)] * len(logs)
    root = mp.findroot(lambda *a: [mp.digamma(p) - mp.digamma(sum(a)) - log for p, log in zip(a, logs)], start)
    return list(root)


def student(x, weights, start):
    x = [mp.mpf(v) for v in x]

    def slopes(nu, location, scale):
        z = [(v - location) / scale for v in x]
        shares = [(nu + 1) / (nu + t * t) for t in z]
        by_freedom = mean([mp.digamma((nu + 1) / 2) - mp.digamma(nu / 2) - 1 / nu - mp.log1p(t * t / nu)
                           + share * t * t / nu for t, share in zip(z, shares)], weights)
        return [by_freedom, mean([s * t for s, t in zip(shares, z)], weights),
                mean([s * t * t - 1 for s, t in zip(shares, z)], weights)]

    return list(mp.findroot(slopes, start))


def relaxed(events, weights, temperature=None):
    """Logits of sum 0 and temperature: the root of the derivative, from scipy's maximum of the same likelihood."""
    logs = [[mp.log(mp.mpf(x)) for x in event] for event in events]
    count = len(events[0])

    def slopes(*parameters):
        logits, heat = list(parameters[:count - 1]), parameters[count - 1] if temperature is None else temperature
        logits.append(-sum(logits))
        sums = [mp.mpf(0)] * count
        heats = (count - 1) / heat
        for event, weight in zip(logs, weights):
            u = [mp.exp(a - heat * y) for a, y in zip(logits, event)]
            rest = [weight / mp.mpf(sum(weights)) * (1 - count * v / sum(u)) for v in u]
            sums = [s + r for s, r in zip(sums, rest)]
            heats -= sum(r * y for r, y in zip(rest, event))
        return sums[:count - 1] + ([heats] if temperature is None else [])

    def cost(parameters):
        logits, heat = np.append(parameters[:count - 1], -sum(parameters[:count - 1])), parameters[-1]
        heat = heat if temperature is None else float(temperature)
        y = np.log(np.array(events))
        u = logits - heat * y
        density = u.sum(1) - count * special.logsumexp(u, axis=1) + (count - 1) * np.log(heat)
        return -np.average(density, weights=weights)

    size = count - (temperature is not None)
    found = optimize.minimize(cost, [0.0] * (count - 1) + [1.0] * (size - count + 1), method="Nelder-Mead",
        options=dict(xatol=1e-9, fatol=1e-14, maxiter=20000)).x
    root = list(mp.findroot(slopes, [mp.mpf(x) for x in found]))
    agree(-cost([float(x) for x in root]), -cost(found), "relaxed categorical fit")
    return dict(logits=root[:count - 1] + [-sum(root[:count - 1])], temperature=root[-1] if size == count else temperature)


def case(family, rows, weights, **parameters):
    return dict(family=family, rows=rows, weights=weights,
                parameters={name: float(value) if not isinstance(value, list) else [float(v) for v in value]
                            for name, value in parameters.items()})


cases = []
ones = [1.0] * 12
for weights in (ones, WEIGHTS):
    for x in (POSITIVE, NARROW):
        a, rate = gamma(x, weights)
        if weights is ones and x is POSITIVE:
            agree(a, stats.gamma.fit(x, floc=0)[0], "gamma fit")
        cases.append(case("Gamma", x, weights, concentration=a, rate=rate))
    # 1 / x of float64 is what the library fits; its rounding is below the test's tolerance.
    a, rate = gamma([1 / mp.mpf(v) for v in POSITIVE], weights)
    cases.append(case("InverseGamma", POSITIVE, weights, concentration=a, scale=rate))
    a, b = dirichlet([[mp.mpf(v), 1 - mp.mpf(v)] for v in UNIT], weights)
    if weights is ones:
        ours = stats.beta(float(a), float(b)).logpdf(UNIT).sum()
        agree(ours, stats.beta(*stats.beta.fit(UNIT, floc=0, fscale=1)[:2]).logpdf(UNIT).sum(), "beta fit")
    cases.append(case("Beta", UNIT, weights, concentration1=a, concentration0=b))
    cases.append(case("Dirichlet", EVENTS, weights, concentration=dirichlet(EVENTS, weights)))
    cases.append(case("RelaxedCategorical", EVENTS, weights, **relaxed(EVENTS, weights)))
    known = relaxed(EVENTS, weights, mp.mpf(0.75))
    cases.append(case("RelaxedCategorical of known temperature", EVENTS, weights, **known))
for weights in ([1.0] * 15, WEIGHTS + [1.0, 0.5, 2.0]):
    start = stats.t.fit(HEAVY)
    freedom, location, scale = student(HEAVY, weights, start)
    if weights[1] == 1:
        agree(stats.t(float(freedom), float(location), float(scale)).logpdf(HEAVY).sum(),
              stats.t(*start).logpdf(HEAVY).sum(), "t fit")
    cases.append(case("StudentT", HEAVY, weights, degreesOfFreedom=freedom, location=location, scale=scale))

if __name__ == "__main__":
    path = pathlib.Path(__file__).parent / "fits.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
