"""Reference maximum-likelihood factor analyses by scikit-learn's FactorAnalysis, weights as repetitions, each beside a
search by scipy over the same likelihood: writes factor_fits.json."""

import json
import pathlib
import warnings

import numpy as np
from scipy import optimize, stats
from sklearn.decomposition import FactorAnalysis


def draw(seed, rows, columns, rank, noise):
    generator = np.random.default_rng(seed)
    factor = generator.normal(size=(columns, rank))
    x = generator.normal(size=(rows, rank)) @ factor.T + generator.normal(size=(rows, columns)) * noise
    # Few digits, so that the file stays readable; the references are those of the rounded numbers.
    return np.round(x * np.logspace(-1, 1, columns) + np.arange(columns), 3)


def log_likelihood(x, covariance):
    return stats.multivariate_normal(x.mean(0), covariance, allow_singular=False).logpdf(x).sum()


def searched(x, rank):
    """The greatest log-likelihood that L-BFGS finds from several starts, in correlations."""
    scale = x.std(0)
    z = (x - x.mean(0)) / scale
    count = z.shape[1]
    sample = z.T @ z / len(z)

    def cost(parameters):
        factor, logs = parameters[:-count].reshape(count, rank), parameters[-count:]
        precision = np.linalg.inv(factor @ factor.T + np.diag(np.exp(logs)))
        slope = precision - precision @ sample @ precision
        value = -np.linalg.slogdet(precision)[1] + np.trace(precision @ sample)
        return value, np.concatenate([(2 * slope @ factor).ravel(), np.diag(slope) * np.exp(logs)])

    best = np.inf
    for seed in range(20):
        start = np.random.default_rng(seed).normal(size=count * rank) * 0.5
        found = optimize.minimize(cost, np.concatenate([start, np.full(count, -0.5)]), jac=True, method="L-BFGS-B",
            bounds=[(None, None)] * (count * rank) + [(np.log(1e-9), 0)] * count,
            options=dict(maxiter=20000, ftol=1e-15, gtol=1e-10))
        best = min(best, found.fun)
    return -0.5 * len(z) * (best + count * np.log(2 * np.pi)) - len(z) * np.log(scale).sum()


def case(name, x, rank, weights=None):
    weights = [1] * len(x) if weights is None else weights
    repeated = np.repeat(x, weights, axis=0)
    # It does not scale the columns, and needs millions of rounds where a column has no part of its own.
    scale = repeated.std(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = FactorAnalysis(rank, tol=1e-11, max_iter=20000, svd_method="lapack").fit(repeated / scale)
    covariance = fit.get_covariance() * np.outer(scale, scale)
    value = log_likelihood(repeated, covariance)
    other = searched(repeated, rank)
    print(f"{name}: {value:.10f}, searched {other:.10f}, least share {np.min(fit.noise_variance_):.2e}, {fit.n_iter_} rounds")
    assert abs(value - other) < (1e-2 if fit.n_iter_ == 20000 else 1e-5), name
    return dict(name=name, rank=rank, rows=x.tolist(), weights=weights,
                converged=fit.n_iter_ < 20000, logLikelihood=max(value, other), covariance=covariance.tolist())


weights = [k % 4 for k in range(40)]
cases = [
    case("one factor, one column without a part of its own", draw(11, 40, 4, 1, 0.7), 1),
    case("two factors", draw(2, 60, 6, 2, 0.8), 2),
    case("two factors, weighted, one column without a part of its own", draw(3, 40, 6, 2, 0.6), 2, weights),
    case("three factors of twelve columns", draw(4, 50, 12, 3, 0.9), 3),
    case("fewer rows than columns", draw(5, 9, 12, 1, 0.8), 1),
    case("more factors than there are", draw(6, 60, 6, 1, 1.0), 2),
    case("little noise in one column", draw(8, 30, 5, 2, np.array([1.0, 0.01, 1.0, 1.0, 1.0])), 2),
]

if __name__ == "__main__":
    path = pathlib.Path(__file__).parent / "factor_fits.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
