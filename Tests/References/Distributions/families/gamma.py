import mpmath as mp
from scipy import stats

from incomplete import WIDE, gamma_tails
from reference import Univariate


def log_density(x, a, rate):
    if x < 0:
        return -mp.inf
    if x == 0:
        return mp.inf if a < 1 else mp.log(rate) if a == 1 else -mp.inf
    with mp.workdps(WIDE):
        return a * mp.log(rate) + (a - 1) * mp.log(x) - rate * x - mp.loggamma(a)


def tail(x, a, upper):
    return (mp.mpf(1) if upper else mp.mpf(0)) if x <= 0 else gamma_tails(a, x)[upper]


def standard_entropy(a):
    with mp.workdps(WIDE):
        return a + mp.loggamma(a) + (1 - a) * mp.digamma(a)


def moments(concentration, rate):
    a = concentration
    return a / rate, a / rate ** 2, max(a - 1, mp.mpf(0)) / rate, standard_entropy(a) - mp.log(rate)


def inverse_moments(concentration, scale):
    a = concentration
    mean = scale / (a - 1) if a > 1 else mp.inf
    variance = (mean ** 2 / (a - 2) if a > 2 else mp.inf) if a > 1 else mp.nan
    entropy = standard_entropy(a) - 2 * mp.digamma(a) + mp.log(scale)
    return mean, variance, scale / (a + 1), entropy


def points(a):
    deviation = a ** 0.5
    near = [a + k * deviation for k in (-5, -2, -0.5, 0.1, 1, 3, 6) if a + k * deviation > 0]
    # Powers of two keep the products with the rates exact, where a rounding decides the tail's digits.
    return near + ([1e-5, 1e-3, 0.3, 2.0] if a < 100 else [a * 0.9, a * 1.1])


FAMILIES = [
    Univariate(
        "Gamma",
        [dict(concentration=1.0, rate=1.0), dict(concentration=0.5, rate=2.0), dict(concentration=0.01, rate=3.0),
         dict(concentration=2.5, rate=0.75), dict(concentration=9.9, rate=64.0), dict(concentration=40.0, rate=0.125),
         dict(concentration=1e4, rate=0.5), dict(concentration=1e10, rate=4.0)],
        lambda concentration, rate: [-1.0, 0.0] + [x / rate for x in points(concentration)] + [1e300],
        [0.0, 1e-16, 0.01, 0.3, 0.5, 0.9, 1 - 2 ** -53, 1.0],
        log_density=lambda x, concentration, rate: log_density(x, concentration, rate),
        cumulative=lambda x, concentration, rate: tail(x * rate, concentration, False),
        complementary=lambda x, concentration, rate:
            mp.mpf(0) if x > 1e200 else tail(x * rate, concentration, True),
        scipy=lambda concentration, rate: stats.gamma(concentration, scale=1 / rate),
        moments=moments, unchecked=[1e300] + [x / 4.0 for x in points(1e10)]),
    Univariate(
        "InverseGamma",
        [dict(concentration=1.0, scale=1.0), dict(concentration=0.5, scale=2.0), dict(concentration=1.5, scale=0.75),
         dict(concentration=3.0, scale=64.0), dict(concentration=40.0, scale=8.0), dict(concentration=1e4, scale=3.0)],
        lambda concentration, scale: [-1.0, 0.0, 1e-300] + [scale / x for x in points(concentration)] + [1e12],
        [0.0, 1e-16, 0.01, 0.3, 0.5, 0.9, 1.0],
        log_density=lambda x, concentration, scale:
            -mp.inf if x <= 0 else log_density(1 / mp.mpf(x), concentration, scale) - 2 * mp.log(x),
        cumulative=lambda x, concentration, scale:
            mp.mpf(0) if x <= 1e-200 else tail(scale / x, concentration, True),
        complementary=lambda x, concentration, scale:
            mp.mpf(1) if x <= 1e-200 else tail(scale / x, concentration, False),
        scipy=lambda concentration, scale: stats.invgamma(concentration, scale=scale),
        moments=inverse_moments, unchecked=[1e-300, 0.0]),
]
