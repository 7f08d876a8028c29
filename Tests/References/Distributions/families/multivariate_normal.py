import mpmath as mp
import numpy as np
from scipy import stats

from reference import Multivariate


def diagonal(matrix):
    return mp.matrix([matrix[i, i] for i in range(matrix.rows)])


def log_density(x, mean, covariance):
    if any(mp.isinf(value) for value in x):
        return mp.ninf
    scale, correlation = scaled(covariance)
    z = mp.matrix([(x[i] - mean[i]) / scale[i, i] for i in range(len(x))])
    squares = (z.T * mp.lu_solve(correlation, z))[0]
    return -(squares + log_determinant(covariance) + len(x) * mp.log(2 * mp.pi)) / 2


def scaled(covariance):
    """Standard deviations and correlations: mpmath refuses badly scaled matrices."""
    scale = mp.diag([mp.sqrt(covariance[i, i]) for i in range(covariance.rows)])
    inverse = mp.diag([1 / scale[i, i] for i in range(scale.rows)])
    return scale, inverse * covariance * inverse


def log_determinant(covariance):
    scale, correlation = scaled(covariance)
    return mp.log(mp.det(correlation)) + 2 * sum(mp.log(scale[i, i]) for i in range(scale.rows))


def moments(mean, covariance):
    entropy = (log_determinant(covariance) + len(mean) * mp.log(2 * mp.pi * mp.e)) / 2
    return mean, diagonal(covariance), mean, entropy


def points(mean, spread):
    """At the mean, around it to 40 deviations, far out, and where the density is 0."""
    mean, spread = np.array(mean), np.array(spread)
    signs = np.where(np.arange(len(mean)) % 2, -1.0, 1.0)
    inner = [(mean + k * spread * s).tolist() for k in (0, 1e-8, 0.3, -2.5, 9, 40) for s in (1, signs)]
    far = [[1e300] * len(mean), [-1.7e308] * len(mean)] if np.max(spread) < 1e100 else []
    return inner + far + [(mean + 1e140).tolist(), [float("inf")] + mean.tolist()[1:], [float("-inf")] * len(mean)]


def low_rank(factor, diagonal):
    return factor * factor.T + mp.diag(list(diagonal))


def matrix(factor, diagonal):
    return np.array(factor) @ np.array(factor).T + np.diag(diagonal)


def frozen(mean, covariance):
    """scipy counts badly scaled matrices as singular."""
    return stats.multivariate_normal(mean, covariance) if np.linalg.cond(covariance) < 1e6 else None


SKEWED = [[4.0, 1.5, -0.75], [1.5, 2.0, 0.25], [-0.75, 0.25, 0.5]]
FAR = range(12, 17)

FAMILIES = [
    Multivariate(
        "MultivariateNormal",
        [dict(mean=[0.5], covariance=[[2.25]]),
         dict(mean=[0.0, 0.0], covariance=[[1.0, 0.0], [0.0, 1.0]]),
         dict(mean=[1.0, -2.0], covariance=[[1.0, 0.99], [0.99, 1.0]]),
         dict(mean=[1.0, -2.0, 0.125], covariance=SKEWED),
         dict(mean=[1e6, -1e-6], covariance=[[1e8, 3.0], [3.0, 1e-6]])],
        lambda mean, covariance: points(mean, np.sqrt(np.diag(covariance))),
        log_density, frozen, moments, unchecked=FAR),
    Multivariate(
        "DiagonalNormal",
        [dict(mean=[0.5], standardDeviations=[1.5]),
         dict(mean=[1.0, -2.0, 3.0], standardDeviations=[0.25, 1e-3, 40.0]),
         dict(mean=[1e6, 0.0], standardDeviations=[1e-3, 1e140])],
        lambda mean, standardDeviations: points(mean, standardDeviations),
        lambda x, mean, standardDeviations:
            log_density(x, mean, mp.diag([value ** 2 for value in standardDeviations])),
        lambda mean, standardDeviations: frozen(mean, np.diag(np.square(standardDeviations))),
        lambda mean, standardDeviations: moments(mean, mp.diag([value ** 2 for value in standardDeviations])),
        unchecked=FAR),
    Multivariate(
        "LowRankMultivariateNormal",
        [dict(mean=[0.5, 0.0], factor=[[1.0], [-2.0]], diagonal=[0.5, 0.25]),
         dict(mean=[1.0, -2.0, 0.125, 5.0], factor=[[1.0, 0.5], [0.0, -2.0], [1e-3, 0.25], [3.0, 1.0]],
              diagonal=[1.0, 0.5, 2.0, 0.125]),
         dict(mean=[0.0, 1.0, 2.0], factor=[[1e3], [2e3], [-5e2]], diagonal=[1.0, 1e-2, 1.0])],
        lambda mean, factor, diagonal: points(mean, np.sqrt(np.diag(matrix(factor, diagonal)))),
        lambda x, mean, factor, diagonal: log_density(x, mean, low_rank(factor, diagonal)),
        lambda mean, factor, diagonal: frozen(mean, matrix(factor, diagonal)),
        lambda mean, factor, diagonal: moments(mean, low_rank(factor, diagonal)), unchecked=FAR),
]
