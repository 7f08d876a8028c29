"""Entropies without closed form: mixtures of numbers, functions of numbers, relaxed categorical distributions.

Every integral of -p log p is taken with 50 digits in a variable of its own (asinh x, log x or logit x), piece by piece
around the center of each component; none knows of the components' entropies. The density integrates to 1 within 1e-25 or
the script ends. Relaxed categorical distributions of two classes are one such integral; of more they are a reduction to one
integral in 64 bits, which is compared with the former for two classes and with a sum over the plane for three.
"""

import mpmath as mp
import numpy as np

mp.mp.dps = 50
INF = mp.inf


class Point:
    """x with log |x|, log(1 - x) where they have digits of their own, and log |dx / dv|."""

    def __init__(self, chart, v):
        if chart == "real":
            self.x, self.jacobian = mp.sinh(v), mp.log(mp.cosh(v))
        elif chart == "positive":
            self.x, self.log, self.jacobian = mp.exp(v), v, v
        else:
            self.log, self.rest = -mp.log1p(mp.exp(-v)), -mp.log1p(mp.exp(v))
            self.x, self.jacobian = mp.exp(self.log), self.log + self.rest


def log_of(p):
    return p.log if hasattr(p, "log") else (mp.log(p.x) if p.x > 0 else None)


def positive(density):
    def guarded(p, **parameters):
        log = log_of(p)
        return -INF if log is None else density(p.x, log, **parameters)
    return guarded


def uniform(p, lower, upper):
    return -mp.log(upper - lower) if lower <= p.x <= upper else -INF


def student(p, degreesOfFreedom, location, scale):
    n, z = degreesOfFreedom, (p.x - location) / scale
    return (mp.loggamma((n + 1) / 2) - mp.loggamma(n / 2) - mp.log(n * mp.pi) / 2 - mp.log(scale)
            - (n + 1) / 2 * mp.log1p(z * z / n))


def logistic(p, location, scale):
    z = abs((p.x - location) / scale)
    return -z - mp.log(scale) - 2 * mp.log1p(mp.exp(-z))


DENSITIES = {
    "Normal": lambda p, mean, standardDeviation:
        -((p.x - mean) / standardDeviation) ** 2 / 2 - mp.log(standardDeviation) - mp.log(2 * mp.pi) / 2,
    "StudentT": student,
    "Logistic": logistic,
    "Laplace": lambda p, location, scale: -abs(p.x - location) / scale - mp.log(2 * scale),
    "Uniform": uniform,
    "LogNormal": positive(lambda x, log, location, scale:
        -((log - location) / scale) ** 2 / 2 - mp.log(scale) - mp.log(2 * mp.pi) / 2 - log),
    "Exponential": positive(lambda x, log, rate: mp.log(rate) - rate * x),
    "Gamma": positive(lambda x, log, concentration, rate:
        concentration * mp.log(rate) - mp.loggamma(concentration) + (concentration - 1) * log - rate * x),
    "InverseGamma": positive(lambda x, log, concentration, scale:
        concentration * mp.log(scale) - mp.loggamma(concentration) - (concentration + 1) * log - scale / x),
    "Beta": lambda p, concentration1, concentration0:
        (concentration1 - 1) * p.log + (concentration0 - 1) * p.rest + mp.loggamma(concentration1 + concentration0)
        - mp.loggamma(concentration1) - mp.loggamma(concentration0),
}
MASSES = {
    "Poisson": lambda k, rate: k * mp.log(rate) - rate - mp.loggamma(k + 1),
    "Geometric": lambda k, probability: k * mp.log1p(-probability) + mp.log(probability),
    "Binomial": lambda k, trials, probability: (
        mp.loggamma(trials + 1) - mp.loggamma(k + 1) - mp.loggamma(trials - k + 1) + k * mp.log(probability)
        + (trials - k) * mp.log1p(-probability) if k <= trials else -INF),
}


def exact(parameters):
    return {name: mp.mpf(value) for name, value in parameters.items()}


def chart_of(families):
    if "Beta" in families:
        return "unit"
    return "positive" if set(families) <= {"LogNormal", "Exponential", "Gamma", "InverseGamma"} else "real"


def breaks_of(chart, family, q):
    """Points of v around the mass of a component."""
    steps = [mp.mpf(s) for s in (0.25, 0.5, 1, 2, 3, 4.5, 6.5, 9, 12, 16, 22, 30, 45)]
    if family == "Uniform":
        return [mp.asinh(q["lower"]), mp.asinh(q["upper"])]
    center, scale = mp.mpf(0), mp.mpf(1)
    if chart == "real":
        center = q.get("mean", q.get("location", mp.mpf(0)))
        scale = q.get("standardDeviation", q.get("scale", mp.mpf(1)))
        if "rate" in q:
            scale = 1 / q["rate"]
        return [mp.asinh(center + sign * s * scale) for s in [mp.mpf(0)] + steps for sign in (-1, 1)]
    if family == "LogNormal":
        center, scale = q["location"], q["scale"]
    elif family == "Gamma":
        center, scale = mp.log(q["concentration"] / q["rate"]), mp.mpf(1) / mp.sqrt(q["concentration"])
    elif family == "InverseGamma":
        center = mp.log(q["scale"] / q["concentration"])
    elif family == "Exponential":
        center = -mp.log(q["rate"])
    else:
        center = mp.log(q["concentration1"] / q["concentration0"])
    return [center + sign * s * scale for s in [mp.mpf(0)] + steps for sign in (-1, 1)]


def mean_of(chart, parts, value, extent):
    """The expectation of value(point, log p) under the mixture of (weight, family, parameters)."""
    total = sum(w for w, _, _ in parts)
    parts = [(mp.log(w / total), DENSITIES[family], q, family) for w, family, q in parts]
    ends = {v for _, _, q, family in parts for v in breaks_of(chart, family, q) if -extent < v < extent}
    wide = [mp.mpf(sign * s) for s in (60, 120, 250, 500, 1000, 2000) for sign in (-1, 1) if s < extent]
    grid = sorted(ends | set(wide) | {mp.mpf(-extent), mp.mpf(extent), mp.mpf(0)})
    # Points nearer than rounding are one.
    grid = [a for a, b in zip(grid, grid[1:]) if b - a > mp.mpf(10) ** -40] + [grid[-1]]

    def densities(v):
        p = Point(chart, v)
        terms = [w + density(p, **q) for w, density, q, _ in parts]
        largest = max(terms)
        if largest == -INF:
            return p, -INF
        return p, largest + mp.log(mp.fsum(mp.exp(t - largest) for t in terms))

    def integrand(v, weigh):
        p, log = densities(v)
        mass = mp.exp(log + p.jacobian) if log > -INF else mp.mpf(0)
        return mass * weigh(p, log) if mass else mp.mpf(0)

    one = mp.fsum(mp.quad(lambda v: integrand(v, lambda p, log: 1), [a, b]) for a, b in zip(grid, grid[1:]))
    if abs(one - 1) > mp.mpf(10) ** -25:
        raise SystemExit(f"{parts}: the density integrates to 1 + {mp.nstr(one - 1, 5)}")
    return mp.fsum(mp.quad(lambda v: integrand(v, value), [a, b]) for a, b in zip(grid, grid[1:]))


class Mixtures:
    """Mixtures of (weights, components, extent of the variable)."""

    def __init__(self, cases):
        self.list = cases

    def cases(self):
        for weights, components, extent in self.list:
            names = [family for family, _ in components]
            parts = [(mp.mpf(w), family, exact(q)) for w, (family, q) in zip(weights, components)]
            if names[0] in MASSES:
                total = sum(w for w, _, _ in parts)
                value = mp.mpf(0)
                for k in range(extent):
                    p = mp.fsum(w / total * mp.exp(MASSES[family](mp.mpf(k), **q)) for w, family, q in parts)
                    value -= p * mp.log(p) if p else 0
            else:
                value = mean_of(chart_of(names), parts, lambda p, log: -log, extent)
            print("mixture", names, mp.nstr(value, 17), flush=True)
            yield dict(weights=weights, components=[dict(family=f, parameters=q) for f, q in components],
                       entropy=float(value))


MAPS = {
    "Exp": lambda x: x,
    "Sigmoid": lambda x: -mp.log1p(mp.exp(-abs(x))) * 2 - abs(x),
    "Softplus": lambda x: -mp.log1p(mp.exp(-x)) if x > 0 else x - mp.log1p(mp.exp(x)),
    "Tanh": lambda x: 2 * (mp.log(2) - abs(x) - mp.log1p(mp.exp(-2 * abs(x)))),
}


class Transforms:
    """Functions of numbers of (mixture of) families: (map, exponent, weights, components, extent)."""

    def __init__(self, cases):
        self.list = cases

    def cases(self):
        for name, exponent, weights, components, extent in self.list:
            parts = [(mp.mpf(w), family, exact(q)) for w, (family, q) in zip(weights, components)]

            def change(p, log):
                if name == "Power":
                    return mp.log(abs(mp.mpf(exponent))) + (mp.mpf(exponent) - 1) * log_of(p) - log
                return MAPS[name](p.x) - log

            value = mean_of(chart_of([family for family, _ in components]), parts, change, extent)
            print(name, [family for family, _ in components], mp.nstr(value, 17), flush=True)
            yield dict(map=name, exponent=exponent, weights=weights,
                       components=[dict(family=f, parameters=q) for f, q in components], entropy=float(value))


def relaxed(temperature, logits):
    """The reduction to one integral of phi, itself an integral by equal steps, with 64 bits."""
    wide = np.longdouble
    t, count = wide(temperature), len(logits)
    top = logits.index(max(logits))
    b = np.array(logits, dtype=wide) - wide(logits[top])
    step = wide(1) / 8
    r = step * np.arange(-420, 36)
    masses = step * np.exp(r - np.exp(r))
    low, power = min(t, wide(1)), min(t, 1 / t)

    def rest(z):
        return -np.expm1(-np.exp(z[:, None] - power * r)) @ masses

    h = wide(1) / 8
    z = h * np.arange(-1000, 70)
    # Beyond 1 by rounding where phi is 0.
    logs = sum(np.log1p(-np.minimum(rest(z + b[k] * low / t), 1 - wide(2) ** -64))
               for k in range(count) if k != top)
    integral = h * np.sum(-(1 - rest(z)) * np.expm1(logs)) / low
    fixed = wide(mp.nstr(count * (mp.digamma(count) + mp.euler) - mp.loggamma(count), 25))
    value = -(count - 1) * np.log(t) + fixed + b.sum() / t - count * integral
    return mp.mpf(np.format_float_scientific(value, precision=21))


def relaxed_pair(temperature, logits):
    """Two classes: the density of the logistic difference w of the Gumbel numbers, with 50 digits."""
    t, shift = mp.mpf(temperature), mp.mpf(logits[0]) - mp.mpf(logits[1])

    def integrand(w):
        log = -abs(w) - 2 * mp.log1p(mp.exp(-abs(w)))
        z = abs((w + shift) / t)
        return mp.exp(log) * (-log - mp.log(t) - z - 2 * mp.log1p(mp.exp(-z)))

    points = sorted({mp.mpf(p) for p in (-140, -60, -30, -15, -7, -3, -1, 0, 1, 3, 7, 15, 30, 60, 140)}
                    | {-shift + s * t * k for s in (-1, 1) for k in (0, 1, 3, 8, 20, 40)})
    return mp.quad(integrand, [p for p in points if abs(p) <= 140])


def relaxed_triple(temperature, logits):
    """Three classes: a sum over equal steps of the two log-ratios, in float64."""
    w = np.arange(-45, 45, 0.05)
    u, v = np.meshgrid(w, w, indexing="ij")
    log = np.log(2) - u - v - 3 * np.logaddexp(0, np.logaddexp(-u, -v))
    y = np.stack([(u + logits[0] - logits[2]) / temperature, (v + logits[1] - logits[2]) / temperature, 0 * u])
    logs = y - np.logaddexp.reduce(y, axis=0)
    return float(np.sum(np.exp(log) * (-log - 2 * np.log(temperature) + logs.sum(axis=0))) * 0.05 ** 2)


class Relaxed:
    def __init__(self, cases):
        self.list = cases

    def cases(self):
        for temperature, logits in self.list:
            value = relaxed(temperature, logits)
            if len(logits) == 2:
                other, near = relaxed_pair(temperature, logits), mp.mpf(10) ** -16
                value, other = other, value
            elif len(logits) == 3 and temperature >= 0.4:
                other, near = relaxed_triple(temperature, logits), mp.mpf(10) ** -9
            else:
                other, near = value, 1
            if not abs(value - other) <= near * max(1, abs(value)):
                raise SystemExit(f"relaxed {temperature} {logits}: {mp.nstr(value, 20)}, not {mp.nstr(other, 20)}")
            print("relaxed", temperature, logits, mp.nstr(value, 17), flush=True)
            yield dict(temperature=temperature, logits=logits, entropy=float(value))


def of(family, *names):
    return lambda *values: (family, dict(zip(names, values)))


n, lap, logi = (of("Normal", "mean", "standardDeviation"), of("Laplace", "location", "scale"),
                of("Logistic", "location", "scale"))
stu, uni = of("StudentT", "degreesOfFreedom", "location", "scale"), of("Uniform", "lower", "upper")
logn, expo = of("LogNormal", "location", "scale"), of("Exponential", "rate")
gam, inv = of("Gamma", "concentration", "rate"), of("InverseGamma", "concentration", "scale")
bet = of("Beta", "concentration1", "concentration0")
poi, geo, bin_ = of("Poisson", "rate"), of("Geometric", "probability"), of("Binomial", "trials", "probability")

FAMILIES = [
    Mixtures([
        ([0.2, 0.5, 0.3], [n(-2.0, 0.5), n(0.5, 1.0), n(3.0, 2.0)], 20),
        ([0.5, 0.5], [n(0.0, 1e-6), n(0.0, 1e6)], 40),
        ([0.25, 0.75], [n(0.0, 1e-6), n(0.0, 1.0)], 20),
        ([0.25, 0.75], [n(2.5, 1e-6), n(0.0, 1.0)], 20),
        ([0.999, 0.001], [n(0.0, 1.0), n(7.0, 1e-6)], 20),
        ([0.5, 0.5], [n(-1000.0, 1e-6), n(1000.0, 1e6)], 40),
        ([0.5, 0.5], [n(0.0, 1.0), n(1e6, 1.0)], 40),
        ([1.0 - 1e-12, 1e-12], [n(0.0, 1.0), n(20.0, 0.001)], 20),
        ([1.0 - 1e-12, 1e-12], [n(0.0, 1.0), n(0.0, 100.0)], 20),
        ([0.5, 0.5], [n(1.0, 2.0), n(1.0, 2.0)], 20),
        ([0.125] * 8, [n(k * 0.75, 0.5 + 0.25 * k) for k in range(8)], 20),
        ([0.5, 0.5], [stu(0.5, 0.0, 1.0), n(0.0, 0.001)], 280),
        ([0.3, 0.7], [stu(0.5, -2.0, 1.0), stu(1.0, 5.0, 0.1)], 280),
        ([0.6, 0.4], [stu(3.0, 0.0, 1.0), lap(4.0, 0.5)], 60),
        ([0.3, 0.3, 0.4], [lap(0.0, 1.0), n(1.0, 0.25), logi(-2.0, 0.5)], 20),
        ([0.5, 0.5], [lap(0.0, 1.0), lap(1e-6, 1.0)], 20),
        ([0.25, 0.75], [uni(0.0, 1.0), uni(5.0, 7.0)], 20),
        ([0.25, 0.75], [uni(0.0, 2.0), uni(1.0, 4.0)], 20),
        ([0.4, 0.6], [uni(-1.0, 0.5), n(0.0, 2.0)], 20),
        ([0.1, 0.9], [uni(0.0, 1e-6), uni(-3.0, 5.0)], 20),
        ([0.5, 0.5], [bet(0.3, 0.4), bet(2.0, 5.0)], 500),
        ([0.25, 0.75], [bet(0.1, 3.0), bet(5.0, 0.5)], 1400),
        ([0.5, 0.5], [bet(1.0, 1.0), bet(300.0, 2000.0)], 200),
        ([0.5, 0.5], [logn(0.0, 1.0), logn(3.0, 0.25)], 60),
        ([0.3, 0.7], [logn(-10.0, 3.0), logn(10.0, 0.01)], 120),
        ([0.5, 0.5], [gam(0.2, 1.0), gam(30.0, 2.0)], 700),
        ([0.5, 0.5], [expo(1.0), inv(1.5, 2.0)], 120),
        ([0.5, 0.5], [expo(1.0), expo(1e-6)], 120),
    ]),
    Mixtures([
        ([0.5, 0.5], [poi(3.0), poi(300.0)], 800),
        ([1.0 - 1e-12, 1e-12], [poi(3.0), poi(80.0)], 400),
        ([0.25, 0.75], [geo(0.5), geo(0.01)], 14000),
        ([0.5, 0.5], [bin_(10.0, 0.25), bin_(40.0, 0.75)], 41),
        ([0.5, 0.3, 0.2], [poi(20.0), geo(0.1), bin_(30.0, 0.5)], 1400),
    ]),
    Transforms([
        ("Exp", 0.0, [1.0], [n(0.5, 2.0)], 20),
        ("Exp", 0.0, [0.25, 0.75], [n(0.0, 1e-6), n(-3.0, 1.0)], 20),
        ("Sigmoid", 0.0, [1.0], [n(0.5, 2.0)], 20),
        ("Sigmoid", 0.0, [1.0], [n(0.0, 0.001)], 20),
        ("Sigmoid", 0.0, [1.0], [logi(0.0, 1.0)], 20),
        ("Softplus", 0.0, [1.0], [n(-1.0, 1.5)], 20),
        ("Softplus", 0.0, [1.0], [stu(1.5, 0.0, 1.0)], 150),
        ("Tanh", 0.0, [1.0], [stu(3.0, 0.5, 2.0)], 60),
        ("Tanh", 0.0, [1.0], [lap(0.25, 1.0)], 20),
        ("Tanh", 0.0, [0.5, 0.5], [n(-4.0, 0.01), n(4.0, 1.0)], 20),
        ("Power", 2.0, [1.0], [gam(0.5, 2.0)], 300),
        ("Power", -0.5, [1.0], [gam(12.0, 4.0)], 60),
        ("Power", 3.0, [1.0], [expo(0.25)], 150),
        ("Power", 0.5, [1.0], [bet(0.5, 0.5)], 300),
        ("Power", 2.0, [1.0], [inv(1.5, 2.0)], 120),
    ]),
    Relaxed([
        (1.0, [0.0, 0.0]), (0.5, [0.0, 1.5]), (0.1, [0.0, 0.5]), (0.01, [1.0, -2.0]), (7.0, [0.0, 3.0]),
        (1.0, [0.0, 0.0, 0.0]), (0.5, [0.3, -1.0, 2.0]), (2.0, [0.3, -1.0, 2.0]), (0.05, [0.0, 1.0, -2.0, 0.5]),
        (0.7, [0.0, -60.0, 1.0, 2.0, 0.25, -0.5]), (30.0, [0.0, 1.0, 2.0, 3.0]),
    ]),
]
