import mpmath as mp
from scipy import stats

from incomplete import WIDE, quadrature
from reference import Univariate


def log_density(x, degreesOfFreedom, location, scale):
    nu = degreesOfFreedom
    with mp.workdps(WIDE):
        z = (x - location) / scale
        return (mp.loggamma((nu + 1) / 2) - mp.loggamma(nu / 2) - mp.log(mp.pi * nu) / 2 - mp.log(scale)
                - (nu + 1) / 2 * mp.log1p(z * z / nu))


def lower(z, nu):
    """P(T ≤ z)."""
    if nu > 1000:
        unit = mp.exp(log_density(z, nu, mp.mpf(0), mp.mpf(1)))
        tail = unit * quadrature(
            lambda t: mp.exp(log_density(t, nu, mp.mpf(0), mp.mpf(1))) / unit, abs(z), abs(z) + 16, 24)
    else:
        with mp.workdps(WIDE):
            tail = mp.betainc(nu / 2, mp.mpf(1) / 2, 0, nu / (nu + z * z), regularized=True) / 2
    return tail if z < 0 else 1 - tail


def moments(degreesOfFreedom, location, scale):
    nu = degreesOfFreedom
    with mp.workdps(WIDE):
        half = mp.mpf(1) / 2
        entropy = ((nu + 1) / 2 * (mp.digamma((nu + 1) / 2) - mp.digamma(nu / 2)) + mp.log(nu) / 2
                   + mp.loggamma(nu / 2) + mp.loggamma(half) - mp.loggamma((nu + 1) / 2) + mp.log(scale))
    variance = (scale ** 2 * nu / (nu - 2) if nu > 2 else mp.inf) if nu > 1 else mp.nan
    return location if nu > 1 else mp.nan, variance, location, entropy


FAMILIES = [
    Univariate(
        "StudentT",
        [dict(degreesOfFreedom=1.0, location=0.0, scale=1.0), dict(degreesOfFreedom=0.5, location=0.0, scale=2.0),
         dict(degreesOfFreedom=1.5, location=-3.0, scale=0.25), dict(degreesOfFreedom=4.0, location=1.0, scale=8.0),
         dict(degreesOfFreedom=30.0, location=0.0, scale=1.0), dict(degreesOfFreedom=1e4, location=0.5, scale=1.0),
         dict(degreesOfFreedom=1e10, location=0.0, scale=2.0)],
        lambda degreesOfFreedom, location, scale: [
            location + scale * k for k in (-20, -4, -1, 0, 0.25, 2, 9)] + [1e100 if degreesOfFreedom < 1e3 else 25.0],
        [0.0, 1e-16, 0.01, 0.3, 0.5, 0.9, 1.0],
        log_density=log_density,
        cumulative=lambda x, degreesOfFreedom, location, scale: lower((x - location) / scale, degreesOfFreedom),
        complementary=lambda x, degreesOfFreedom, location, scale: lower((location - x) / scale, degreesOfFreedom),
        scipy=lambda degreesOfFreedom, location, scale: stats.t(degreesOfFreedom, location, scale),
        moments=moments, unchecked=[1e100]),
]
