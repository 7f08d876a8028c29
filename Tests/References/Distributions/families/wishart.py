import mpmath as mp
from scipy import stats

from reference import Multivariate


def log_gamma(x, d):
    return mp.mpf(d * (d - 1)) / 4 * mp.log(mp.pi) + sum(mp.loggamma(x - mp.mpf(j) / 2) for j in range(d))


def digamma(x, d):
    return sum(mp.digamma(x - mp.mpf(j) / 2) for j in range(d))


def is_inside(x):
    if any(mp.isinf(value) for value in x) or x != x.T:
        return False
    return all(mp.det(x[:k, :k]) > 0 for k in range(1, x.rows + 1))


def log_density(x, degreesOfFreedom, scaleMatrix):
    if not is_inside(x):
        return mp.ninf
    d, inverse = x.rows, scaleMatrix ** -1
    trace = sum((inverse * x)[i, i] for i in range(d))
    return ((degreesOfFreedom - d - 1) * mp.log(mp.det(x)) - trace - degreesOfFreedom * d * mp.log(2)
            - degreesOfFreedom * mp.log(mp.det(scaleMatrix))) / 2 - log_gamma(degreesOfFreedom / 2, d)


def moments(degreesOfFreedom, scaleMatrix):
    n, v, d = degreesOfFreedom, scaleMatrix, scaleMatrix.rows
    variance = mp.matrix(d, d)
    for i in range(d):
        for j in range(d):
            variance[i, j] = n * (v[i, j] ** 2 + v[i, i] * v[j, j])
    mode = v * (n - d - 1 if n >= d + 1 else mp.nan)
    entropy = (mp.mpf(d + 1) / 2 * mp.log(mp.det(v)) + mp.mpf(d * (d + 1)) / 2 * mp.log(2) + log_gamma(n / 2, d)
               - (n - d - 1) / 2 * digamma(n / 2, d) + n * d / 2)
    return v * n, variance, mode, entropy


def points(degreesOfFreedom, scaleMatrix):
    d = len(scaleMatrix)
    scaled = [[[value * k for value in row] for row in scaleMatrix] for k in (1e-3, 1.0, degreesOfFreedom, 100.0)]
    identity = [[float(i == j) for j in range(d)] for i in range(d)]
    near = [[1.0 if i == j else 0.75 for j in range(d)] for i in range(d)]
    outside = [[[-value for value in row] for row in identity], [[0.0] * d for _ in range(d)],
               [[float("inf") if i == j else 0.0 for j in range(d)] for i in range(d)]]
    if d > 1:
        outside += [[[1.0 if i == j else 2.0 for j in range(d)] for i in range(d)],
                    [[1.0 if i <= j else 0.0 for j in range(d)] for i in range(d)]]
    return scaled + [identity, near] + outside


FAMILIES = [
    Multivariate(
        "Wishart",
        [dict(degreesOfFreedom=3.0, scaleMatrix=[[2.0]]), dict(degreesOfFreedom=0.25, scaleMatrix=[[0.5]]),
         dict(degreesOfFreedom=1.5, scaleMatrix=[[1.0, 0.5], [0.5, 2.0]]),
         dict(degreesOfFreedom=5.0, scaleMatrix=[[4.0, 1.5, -0.75], [1.5, 2.0, 0.25], [-0.75, 0.25, 0.5]]),
         dict(degreesOfFreedom=1e4, scaleMatrix=[[1e-3, 5e-4], [5e-4, 1e-2]])],
        points, log_density,
        # scipy asks for more degrees of freedom than rows, or as many.
        lambda degreesOfFreedom, scaleMatrix:
            stats.wishart(degreesOfFreedom, scaleMatrix) if degreesOfFreedom >= len(scaleMatrix) else None,
        moments, unchecked=range(6, 11)),
]
