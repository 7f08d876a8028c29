import mpmath as mp
from scipy import stats

from reference import Univariate


def z(x, mean, deviation):
    return (x - mean) / deviation


def upper(z):
    if abs(z) > 1e6:  # mpmath's erfc overflows; float64 is long at its limit
        return mp.mpf(0 if z > 0 else 1)
    return mp.erfc(z / mp.sqrt(2)) / 2


FAMILIES = [
    Univariate(
        "Normal",
        [dict(mean=0.0, standardDeviation=1.0), dict(mean=-3.5, standardDeviation=0.25),
         dict(mean=1e6, standardDeviation=1e-3), dict(mean=2.0, standardDeviation=1e150)],
        lambda mean, standardDeviation: [
            mean + standardDeviation * k for k in (-40, -9, -2.5, -1, -1e-8, 0, 0.3, 1, 3, 8.5, 40)] + [1e300, -1e300],
        [0.0, 1e-300, 1e-16, 0.01, 0.3, 0.5, 0.9, 1 - 1e-16, 1.0],
        log_density=lambda x, mean, standardDeviation:
            -z(x, mean, standardDeviation) ** 2 / 2 - mp.log(standardDeviation) - mp.log(2 * mp.pi) / 2,
        cumulative=lambda x, mean, standardDeviation: upper(-z(x, mean, standardDeviation)),
        complementary=lambda x, mean, standardDeviation: upper(z(x, mean, standardDeviation)),
        scipy=lambda mean, standardDeviation: stats.norm(mean, standardDeviation),
        moments=lambda mean, standardDeviation: (
            mean, standardDeviation ** 2, mean, mp.log(2 * mp.pi * mp.e * standardDeviation ** 2) / 2)),
]
