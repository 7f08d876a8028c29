import mpmath as mp
from scipy import stats

from reference import Univariate

INF = mp.inf


def positive(f, other):
    """f where its first argument is above 0, else the other value."""
    return lambda x, **parameters: f(x, **parameters) if x > 0 else mp.mpf(other)


def uniform_part(x, start, lower, upper):
    return min(max(abs(x - start) / (upper - lower), mp.mpf(0)), mp.mpf(1))


def laplace_tail(x, location, scale):
    z = (x - location) / scale
    return mp.exp(-z) / 2 if z > 0 else 1 - mp.exp(z) / 2


def logistic_tail(x, location, scale):
    z = (x - location) / scale
    return mp.exp(-z) / (1 + mp.exp(-z)) if z > 0 else 1 / (1 + mp.exp(z))


def normal_tail(z):
    return mp.mpf(0 if z > 0 else 1) if abs(z) > 1e6 else mp.erfc(z / mp.sqrt(2)) / 2


def log_normal_density(x, location, scale):
    if x == INF:
        return -INF
    return -((mp.log(x) - location) / scale) ** 2 / 2 - mp.log(x) - mp.log(scale) - mp.log(2 * mp.pi) / 2


def spread(location, scale):
    distances = (0, 1e-300, 1e-12, 0.3, 1, 5.5, 40, 300, 700, 1e4)
    return [location + sign * scale * z for z in distances for sign in (1, -1)] + [1e300, -1e300, INF, -INF]


TAILS = [0.0, 1e-300, 1e-16, 0.01, 0.3, 0.5, 0.9, 1 - 2**-53, 1.0]
LOCATIONS = [dict(location=0.0, scale=1.0), dict(location=-3.5, scale=0.25), dict(location=1e6, scale=2.0**-10),
             dict(location=2.0, scale=1e150), dict(location=0.0, scale=1e-250)]

FAMILIES = [
    Univariate(
        "Uniform",
        [dict(lower=0.0, upper=1.0), dict(lower=-3.5, upper=12.25), dict(lower=0.0, upper=1e-300),
         dict(lower=-8e307, upper=8e307), dict(lower=1e6, upper=1e6 + 2**-10)],
        lambda lower, upper: [
            lower, upper, lower + (upper - lower) / 4, lower + (upper - lower) * 0.75, 2 * lower - upper,
            2 * upper - lower, 1.7e308, -1.7e308, INF, -INF],
        TAILS,
        log_density=lambda x, lower, upper: -mp.log(upper - lower) if lower <= x <= upper else -INF,
        cumulative=lambda x, lower, upper: uniform_part(max(x, lower), lower, lower, upper),
        complementary=lambda x, lower, upper: uniform_part(min(x, upper), upper, lower, upper),
        scipy=lambda lower, upper: stats.uniform(lower, upper - lower),
        moments=lambda lower, upper: (
            (lower + upper) / 2, (upper - lower) ** 2 / 12, (lower + upper) / 2, mp.log(upper - lower))),
    Univariate(
        "Laplace", LOCATIONS, spread, TAILS,
        log_density=lambda x, location, scale: -abs(x - location) / scale - mp.log(2 * scale),
        cumulative=lambda x, location, scale: laplace_tail(2 * location - x, location, scale),
        complementary=laplace_tail,
        scipy=lambda location, scale: stats.laplace(location, scale),
        moments=lambda location, scale: (location, 2 * scale**2, location, 1 + mp.log(2 * scale))),
    Univariate(
        "Logistic", LOCATIONS, spread, TAILS,
        log_density=lambda x, location, scale:
            -INF if abs(x) == INF else
            -abs(x - location) / scale - 2 * mp.log1p(mp.exp(-abs(x - location) / scale)) - mp.log(scale),
        cumulative=lambda x, location, scale: logistic_tail(2 * location - x, location, scale),
        complementary=logistic_tail,
        scipy=lambda location, scale: stats.logistic(location, scale),
        moments=lambda location, scale: (location, mp.pi**2 * scale**2 / 3, location, 2 + mp.log(scale))),
    Univariate(
        "Exponential",
        [dict(rate=1.0), dict(rate=2.5), dict(rate=1e-300), dict(rate=1e150)],
        lambda rate: [-1.0, -1e-300, 0.0, 1e-300, 1e300, INF, -INF]
        + [x / rate for x in (1e-12, 0.5, 1, 7, 40, 700, 1e4)],
        TAILS,
        log_density=lambda x, rate: mp.log(rate) - rate * x if x >= 0 else -INF,
        cumulative=lambda x, rate: -mp.expm1(-rate * x) if x > 0 else mp.mpf(0),
        complementary=lambda x, rate: mp.exp(-rate * x) if x > 0 else mp.mpf(1),
        scipy=lambda rate: stats.expon(scale=1 / rate),
        moments=lambda rate: (1 / rate, 1 / rate**2, 0, 1 - mp.log(rate))),
    Univariate(
        "LogNormal",
        [dict(location=0.0, scale=1.0), dict(location=-1.5, scale=0.5), dict(location=3.0, scale=4.0)],
        lambda location, scale: [-1.0, -1e-300, 0.0, 1e-300, 1e-100, 1e300, INF, -INF]
        + [float(mp.exp(location + scale * z)) for z in (-40, -9, -1, 0, 0.3, 2, 8.5, 40)],
        TAILS,
        log_density=positive(log_normal_density, -INF),
        cumulative=positive(lambda x, location, scale: normal_tail((location - mp.log(x)) / scale), 0),
        complementary=positive(lambda x, location, scale: normal_tail((mp.log(x) - location) / scale), 1),
        scipy=lambda location, scale: stats.lognorm(scale, scale=float(mp.exp(location))),
        moments=lambda location, scale: (
            mp.exp(location + scale**2 / 2), mp.expm1(scale**2) * mp.exp(2 * location + scale**2),
            mp.exp(location - scale**2), location + mp.log(2 * mp.pi * mp.e * scale**2) / 2)),
]
