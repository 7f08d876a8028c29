"""Writes factors.json: scikit-learn's PCA and FactorAnalysis, and densities by SciPy, on small data.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    python Tests/References/factors.py Tests/References/factors.json

`cases`: `values` [n*D] and, of `components` K principal components, `mean`, `explainedVariance`, `ratio`, `vectors`
(the entry of largest magnitude in each made positive), `scores`, `reconstruction`; `standardized`: the same variances
and vectors of z-scores with the divisor n - 1.  `ppca`: noise variance, covariance and total log-likelihood of the
closed form of Tipping and Bishop (1999), the last by scipy.stats.multivariate_normal.  `analysis`: scikit-learn's
FactorAnalysis run to its fixed point (tol 1e-12, LAPACK's SVD): noise variances, covariance, total log-likelihood
(score, and again by SciPy), posterior means.  It has no maximum
for iris, where a column's noise falls to 0.  With `weights` everything is of rows repeated so often.
"""
import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.stats import multivariate_normal
from sklearn.datasets import load_iris, load_wine
from sklearn.decomposition import PCA, FactorAnalysis


def positive(vectors):
    largest = np.argmax(np.abs(vectors), axis=1)
    return vectors * np.sign(vectors[np.arange(len(vectors)), largest])[:, None]


def pca(rows, k):
    model = PCA(k, svd_solver="full").fit(rows)
    vectors = positive(model.components_)
    scores = (rows - model.mean_) @ vectors.T
    return {
        "mean": model.mean_.tolist(), "explainedVariance": model.explained_variance_.tolist(),
        "ratio": model.explained_variance_ratio_.tolist(), "vectors": vectors.ravel().tolist(),
        "scores": scores[:5].ravel().tolist(), "reconstruction": (model.mean_ + scores @ vectors)[:5].ravel().tolist()}


def ppca(rows, k):
    n, d = rows.shape
    values, vectors = np.linalg.eigh(np.cov(rows.T, bias=True))
    noise = values[:d - k].mean()
    loadings = vectors[:, d - k:] * np.sqrt(values[d - k:] - noise)
    covariance = loadings @ loadings.T + noise * np.eye(d)
    density = multivariate_normal(rows.mean(0), covariance).logpdf(rows)
    return {"noise": noise, "covariance": covariance.ravel().tolist(), "logLikelihood": float(density.sum()),
            "densities": density[:5].tolist()}


def analysis(rows, k):
    # On z-scores: the likelihood is that of the rows but for the columns' scales, and the iteration is better posed.
    deviations = rows.std(0)
    model = FactorAnalysis(k, tol=1e-12, max_iter=200_000, svd_method="lapack").fit(rows / deviations)
    covariance = model.get_covariance() * np.outer(deviations, deviations)
    density = multivariate_normal(rows.mean(0), covariance).logpdf(rows)
    total = float(density.sum())
    score = model.score(rows / deviations) * len(rows) - len(rows) * np.log(deviations).sum()
    assert abs(total - score) < 1e-8 * abs(total), (total, score)
    means = model.transform(rows / deviations)
    return {"noise": (model.noise_variance_ * deviations**2).tolist(), "covariance": covariance.ravel().tolist(),
            "logLikelihood": total, "densities": density[:5].tolist(), "iterations": model.n_iter_,
            "squaredScores": (means**2).sum(1)[:5].tolist()}


def case(name, rows, k, weights=None, heywood=False):
    rows = np.round(rows, 6)
    used = rows if weights is None else np.repeat(rows, weights, axis=0)
    z = (used - used.mean(0)) / used.std(0, ddof=1)
    standard = PCA(k, svd_solver="full").fit(z)
    return {
        "name": name, "rows": len(rows), "columns": rows.shape[1], "components": k, "values": rows.ravel().tolist(),
        "weights": None if weights is None else [float(w) for w in weights], "pca": pca(used, k),
        "standardized": {"explainedVariance": standard.explained_variance_.tolist(),
                         "vectors": positive(standard.components_).ravel().tolist()},
        "ppca": ppca(used, k), "analysis": None if heywood else analysis(used, k)}


def factors(generator, n, d, k, noise):
    loadings = generator.standard_normal((d, k))
    spread = noise * generator.uniform(0.5, 1.5, d)
    return generator.standard_normal((n, k)) @ loadings.T + generator.standard_normal((n, d)) * spread


def main():
    generator = np.random.default_rng(11)
    cases = [
        case("iris", load_iris().data, 2, heywood=True), case("wine", load_wine().data, 3),
        case("8 columns, 2 factors", factors(generator, 120, 8, 2, 0.7), 2),
        case("12 columns, 3 factors, offsets", factors(generator, 90, 12, 3, 0.9) + 100 * np.arange(12), 3),
        case("9 columns, weighted", factors(generator, 150, 9, 2, 1.2), 2, generator.integers(1, 5, 150))]
    wide = np.round(generator.standard_normal((9, 20)) @ np.diag(np.linspace(3, 0.2, 20)), 6)
    document = {
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__,
                     "scikit-learn": sklearn.__version__},
        "cases": cases,
        "wide": {"name": "9 rows of 20 columns", "rows": 9, "columns": 20, "components": 4,
                 "values": wide.ravel().tolist(), "weights": None, "pca": pca(wide, 4), "ppca": ppca(wide, 4)}}
    with open(sys.argv[1], "w") as file:
        json.dump(document, file)
        file.write("\n")


if __name__ == "__main__":
    main()
