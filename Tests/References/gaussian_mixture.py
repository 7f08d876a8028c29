"""Writes gaussian_mixture.json: scikit-learn's, SciPy's and mpmath's numbers for Gaussian mixtures.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 mpmath==1.3.0
    python Tests/References/gaussian_mixture.py Tests/References/gaussian_mixture.json

`versions`     of everything that computed a number here.
`densities`    one multivariate normal each: `mean` [D], `covariance` [D*D], `points` [n*D], `logDensities`
               [n] in nats. `system` says who computed them: scipy.stats.multivariate_normal, or mpmath to
               50 digits for the float64 entries as they are (condition numbers to 1e12, offsets to 1e8,
               scales from 1e-150 to 1e150, points 1e6 standard deviations out).
`fixed`        one mixture for each of full, tied, diag, spherical with given parameters: `logDensities` [n]
               (score_samples), `responsibilities` [n*K] (predict_proba), `logLikelihood` (their sum). The
               covariances are written out as K full matrices for every shape.
`iterations`   EM from given parameters, reg_covar = 0, tol = 0: weights, means, covariances and total log-
               likelihood of the parameters after 1 and after 7 M-steps, for the four shapes.
`weighted`     the same fit on rows repeated by integer counts: what sample `weights` equal to those counts
               must give (full shape, 7 M-steps). A count of 0 leaves the row out.
`conditional`  a two- and a four-column mixture conditioned on some columns: for each row of `given` the
               mean and variance of the other columns and the responsibilities given these columns, from the
               block formulas in NumPy; where one column is left, also by numerical integration with
               scipy.integrate.quad of the joint density, and the script stops unless both agree to 1e-9.

Arrays are row-major lists; numbers are the shortest decimals that read back to the same float64.
"""
import json
import sys
import warnings

import mpmath
import numpy as np
import scipy
import sklearn
from mpmath import mp, mpf
from scipy.integrate import quad
from scipy.stats import multivariate_normal
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

warnings.simplefilter("ignore", ConvergenceWarning)
mp.dps = 50
SHAPES = ["full", "tied", "diag", "spherical"]


def flat(array):
    return [float(v) for v in np.asarray(array).ravel()]


def random_covariance(generator, d, condition=10.0):
    basis, _ = np.linalg.qr(generator.standard_normal((d, d)))
    matrix = (basis * np.geomspace(1.0, 1.0 / condition, d)) @ basis.T
    return (matrix + matrix.T) / 2


def density(name, system, mean, covariance, points, values):
    return {
        "name": name, "system": system, "dimension": len(mean), "mean": flat(mean),
        "covariance": flat(covariance), "points": flat(points), "logDensities": flat(values)}


def exact_log_density(mean, covariance, points):
    """log N(x; mean, covariance) in nats at 50 digits, inputs taken as the float64 numbers they are."""
    d = len(mean)
    matrix = mpmath.matrix([[mpf(float(v)) for v in row] for row in covariance])
    log_determinant = mpmath.log(mpmath.det(matrix))
    values = []
    for point in points:
        delta = mpmath.matrix([mpf(float(a)) - mpf(float(b)) for a, b in zip(point, mean, strict=True)])
        quadratic = (delta.T * mpmath.lu_solve(matrix, delta))[0]
        values.append(float(-(d * mpmath.log(2 * mp.pi) + log_determinant + quadratic) / 2))
    return values


def densities():
    generator = np.random.default_rng(20)
    cases = []
    for d in (1, 2, 5, 10):
        mean, covariance = generator.standard_normal(d) * 3, random_covariance(generator, d)
        points = mean + generator.standard_normal((5, d)) * 2
        values = multivariate_normal(mean, covariance).logpdf(points)
        cases.append(density(f"random {d}", "scipy", mean, covariance, points, values))
    hard = [
        ("condition 1e6", 4, 1e6, 0.0, 1.0, 1.0), ("condition 1e12", 3, 1e12, 0.0, 1.0, 1.0),
        ("offset 1e8", 4, 10.0, 1e8, 1.0, 1.0), ("scale 1e-150", 3, 10.0, 0.0, 1e-150, 1.0),
        ("scale 1e150", 3, 10.0, 0.0, 1e150, 1.0), ("far tail", 3, 10.0, 0.0, 1.0, 1e6),
    ]
    for name, d, condition, offset, scale, distance in hard:
        root = random_covariance(generator, d, condition) * scale * scale
        mean = offset + generator.standard_normal(d) * scale
        points = mean + generator.standard_normal((4, d)) @ np.linalg.cholesky(root).T * distance
        cases.append(density(name, "mpmath", mean, root, points, exact_log_density(mean, root, points)))
    return cases


def problem(seed, n, d, k):
    """Rows from an overlapping mixture, and parameters near it for each shape as scikit-learn stores them."""
    generator = np.random.default_rng(seed)
    centers = generator.standard_normal((k, d)) * 1.5
    truths = [random_covariance(generator, d, 5.0) for _ in range(k)]
    rows = np.concatenate(
        [c + generator.standard_normal((n // k, d)) @ np.linalg.cholesky(s).T
         for c, s in zip(centers, truths)])
    generator.shuffle(rows)
    rows = np.round(rows, 6)
    weights = generator.dirichlet(np.full(k, 5.0))
    means = centers + 0.3 * generator.standard_normal((k, d))
    full = np.stack([1.3 * s for s in truths])
    covariances = {
        "full": full, "tied": full.mean(axis=0), "diag": np.diagonal(full, axis1=1, axis2=2).copy(),
        "spherical": np.trace(full, axis1=1, axis2=2) / d}
    return rows, weights, means, covariances


def written_out(shape, covariances, k, d):
    """The K full matrices a shape stands for."""
    return {
        "full": lambda: covariances, "tied": lambda: np.stack([covariances] * k),
        "diag": lambda: np.stack([np.diag(v) for v in covariances]),
        "spherical": lambda: np.stack([v * np.eye(d) for v in covariances])}[shape]()


def precisions(shape, covariances):
    return 1 / covariances if shape in ("diag", "spherical") else np.linalg.inv(covariances)


def fitted(shape, rows, weights, means, covariances, iterations):
    model = GaussianMixture(
        len(weights), covariance_type=shape, tol=0.0, reg_covar=0.0, max_iter=iterations, weights_init=weights,
        means_init=means, precisions_init=precisions(shape, covariances)).fit(rows)
    assert model.n_iter_ == iterations
    return model


def parameters(shape, model):
    k, d = model.means_.shape
    return {
        "weights": flat(model.weights_), "means": flat(model.means_),
        "covariances": flat(written_out(shape, model.covariances_, k, d))}


def fixed(rows, weights, means, covariances):
    cases = []
    for shape in SHAPES:
        model = fitted(shape, rows, weights, means, covariances[shape], 1)
        model.weights_, model.means_, model.covariances_ = weights, means, covariances[shape]
        inverse = precisions(shape, covariances[shape])
        model.precisions_cholesky_ = (
            np.sqrt(inverse) if shape in ("diag", "spherical") else
            np.swapaxes(np.linalg.inv(np.linalg.cholesky(covariances[shape])), -1, -2))
        log_densities = model.score_samples(rows)
        independent = sum(
            w * multivariate_normal(m, s).pdf(rows)
            for w, m, s in zip(weights, means, written_out(shape, covariances[shape], *means.shape)))
        assert np.allclose(np.log(independent), log_densities, rtol=1e-11)
        cases.append({
            "shape": shape, **parameters(shape, model), "logDensities": flat(log_densities),
            "responsibilities": flat(model.predict_proba(rows)), "logLikelihood": float(log_densities.sum())})
    return cases


def iterations(rows, weights, means, covariances):
    cases = []
    for shape in SHAPES:
        for count in (1, 7):
            model = fitted(shape, rows, weights, means, covariances[shape], count)
            cases.append({
                "shape": shape, "iterations": count, **parameters(shape, model),
                "logLikelihood": float(model.score_samples(rows).sum())})
    return cases


def weighted(rows, weights, means, covariances):
    counts = np.random.default_rng(7).integers(0, 5, len(rows))
    repeated = np.repeat(rows, counts, axis=0)
    model = fitted("full", repeated, weights, means, covariances["full"], 7)
    return {
        "counts": [int(c) for c in counts], "iterations": 7, **parameters("full", model),
        "logLikelihood": float(model.score_samples(repeated).sum())}


def conditional(name, weights, means, covariances, given_columns, given):
    k, d = means.shape
    left = [j for j in range(d) if j not in given_columns]
    outputs = {"means": [], "variances": [], "responsibilities": []}
    for values in given:
        joint, centers, spreads = [], [], []
        for w, m, s in zip(weights, means, covariances):
            marginal = s[np.ix_(given_columns, given_columns)]
            gain = np.linalg.solve(marginal, s[np.ix_(given_columns, left)]).T
            joint.append(np.log(w) + multivariate_normal(m[given_columns], marginal).logpdf(values))
            centers.append(m[left] + gain @ (values - m[given_columns]))
            spreads.append(np.diag(s[np.ix_(left, left)] - gain @ s[np.ix_(given_columns, left)]))
        r = np.exp(np.array(joint) - np.logaddexp.reduce(joint))
        mean = r @ np.array(centers)
        variance = r @ (np.array(spreads) + (np.array(centers) - mean) ** 2)
        if len(left) == 1:
            check_by_integration(weights, means, covariances, given_columns, left[0], values, mean, variance)
        outputs["means"] += flat(mean)
        outputs["variances"] += flat(variance)
        outputs["responsibilities"] += flat(r)
    return {
        "name": name, "components": k, "columns": d, "weights": flat(weights), "means": flat(means),
        "covariances": flat(covariances), "givenColumns": given_columns, "given": flat(given),
        "conditionalMeans": outputs["means"], "conditionalVariances": outputs["variances"],
        "responsibilities": outputs["responsibilities"]}


def check_by_integration(weights, means, covariances, given_columns, left, values, mean, variance):
    def joint(t):
        point = np.empty(means.shape[1])
        point[given_columns], point[left] = values, t
        return sum(w * multivariate_normal(m, s).pdf(point) for w, m, s in zip(weights, means, covariances))

    def moment(f):
        centers = sorted(m[left] for m in means)
        return quad(lambda t: f(t) * joint(t), -40, 40, points=centers, limit=400, epsabs=0, epsrel=1e-11)[0]

    mass = moment(lambda t: 1.0)
    first = moment(lambda t: t) / mass
    second = moment(lambda t: (t - first) ** 2) / mass
    assert abs(first - mean[0]) < 1e-9 and abs(second - variance[0]) < 1e-9, (first, mean, second, variance)


def conditionals():
    generator = np.random.default_rng(11)
    cases = []
    for name, d, k, given_columns in [("2 columns", 2, 3, [0]), ("2 columns, other", 2, 3, [1]),
                                      ("4 columns, one left", 4, 3, [3, 0, 2]),
                                      ("4 columns, two left", 4, 3, [2, 0])]:
        weights, means = generator.dirichlet(np.full(k, 3.0)), generator.standard_normal((k, d)) * 2
        covariances = np.stack([random_covariance(generator, d, 8.0) for _ in range(k)])
        given = generator.standard_normal((4, len(given_columns))) * 2
        cases.append(conditional(name, weights, means, covariances, given_columns, given))
    return cases


def main():
    rows, weights, means, covariances = problem(seed=3, n=90, d=3, k=3)
    start = {
        shape: flat(written_out(shape, covariances[shape], *means.shape)) for shape in SHAPES}
    document = {
        "versions": {
            "python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__, "mpmath": mpmath.__version__},
        "densities": densities(),
        "data": {"rows": len(rows), "columns": rows.shape[1], "values": flat(rows)},
        "start": {"weights": flat(weights), "means": flat(means), "covariances": start},
        "fixed": fixed(rows, weights, means, covariances),
        "iterations": iterations(rows, weights, means, covariances),
        "weighted": weighted(rows, weights, means, covariances),
        "conditional": conditionals(),
    }
    with open(sys.argv[1], "w") as file:
        parts = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in document.items()]
        file.write("{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    main()
