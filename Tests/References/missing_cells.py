"""Writes missing_cells.json: maxima of the observed-data likelihood of Gaussian mixtures whose rows lack cells, and
standard errors from exact Hessians, by direct maximization in torch and SciPy without EM.

    pip install numpy==2.4.6 scipy==1.17.1 torch==2.13.0
    python Tests/References/missing_cells.py Tests/References/missing_cells.json

Every case has `values` [n*D] row-major with null for missing cells, and the maximum: `logLikelihood`, `weights` [K],
`means` [K*D], `covariances` [K*D*D], components by falling weight. log p(x) = sum over rows of log sum_k pi_k
N(x_o; m_o, S_oo) is written out, maximized by BFGS with torch's gradient from eight starts and finished by Newton
steps. `logDensities` [n] are the rows' at the maximum, `imputedMeans` and `imputedDeviations` [n*D] (cells that are
there: the cell and 0) come from NumPy's block formulas. `errors` are the square roots of the diagonal of the inverse
Hessian of -log p(x), taken by automatic differentiation in a chart of the covariance model, and carried to the
weights [K], means [K*D] and covariances [K*D*D] by the chart's Jacobian.
"""
import json
import sys

import numpy as np
import scipy
import scipy.optimize
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
LOG_2PI = float(np.log(2 * np.pi))


class Chart:
    """Weights (logits against the last), means, and covariances lambda_k D_k A_k D_k^T around a point."""

    def __init__(self, model, K, D):
        self.model, self.K, self.D = model, K, D
        volume, shape, turn = model
        self.volumes = K if volume == "V" else 1
        self.shapes = 0 if shape == "I" else (D - 1) * (K if shape == "V" else 1)
        self.turns = 0 if turn == "I" else D * (D - 1) // 2 * (K if turn == "V" else 1)
        self.base = torch.eye(D).repeat(K, 1, 1)
        self.size = K - 1 + K * D + self.volumes + self.shapes + self.turns

    def __call__(self, theta):
        K, D = self.K, self.D
        at = 0

        def take(count):
            nonlocal at
            at += count
            return theta[at - count:at]

        weights = torch.softmax(torch.cat([take(K - 1), torch.zeros(1)]), 0)
        means = take(K * D).reshape(K, D)
        volumes = take(self.volumes).expand(K) if self.volumes == 1 else take(self.volumes)
        shapes = take(self.shapes)
        turns = take(self.turns)
        covariances = []
        for k in range(K):
            if self.shapes:
                own = shapes[k * (D - 1):(k + 1) * (D - 1)] if self.model[1] == "V" else shapes
                logs = torch.cat([own, -own.sum().reshape(1)])
            else:
                logs = torch.zeros(D)
            axes = self.base[k]
            if self.turns:
                count = D * (D - 1) // 2
                own = turns[k * count:(k + 1) * count] if self.model[2] == "V" else turns
                skew = torch.zeros(D, D)
                i, j = np.triu_indices(D, 1)
                skew = skew.index_put((torch.tensor(i), torch.tensor(j)), own)
                axes = axes @ torch.matrix_exp(skew - skew.T)
            covariances.append(axes @ torch.diag(torch.exp(volumes[k] + logs)) @ axes.T)
        return weights, means, torch.stack(covariances)


def log_likelihood(rows, parameters):
    """The rows' log-densities, pattern by pattern."""
    weights, means, covariances = parameters
    there = ~np.isnan(rows)
    result = [None] * len(rows)
    for pattern in {tuple(row) for row in there}:
        members = [n for n in range(len(rows)) if tuple(there[n]) == pattern]
        o = [d for d, is_there in enumerate(pattern) if is_there]
        if not o:
            for n in members:
                result[n] = torch.zeros(())
            continue
        x = torch.tensor(rows[np.ix_(members, o)])
        joints = []
        for k in range(len(weights)):
            block = covariances[k][o][:, o]
            factor = torch.linalg.cholesky(block)
            y = torch.linalg.solve_triangular(factor, (x - means[k][o]).T, upper=False)
            joints.append(torch.log(weights[k]) - 0.5 * len(o) * LOG_2PI - torch.log(torch.diagonal(factor)).sum()
                          - 0.5 * (y * y).sum(0))
        densities = torch.logsumexp(torch.stack(joints), 0)
        for index, n in enumerate(members):
            result[n] = densities[index]
    return torch.stack(result)


def maximize(rows, model, K, seed):
    D = rows.shape[1]
    generator = np.random.default_rng(seed)
    deviations = np.nanstd(rows, axis=0)
    best = None
    for _ in range(8):
        chart = Chart(model, K, D)
        if chart.turns:
            turn = torch.tensor(np.linalg.qr(generator.normal(size=(D, D)))[0])
            chart.base = turn.repeat(K, 1, 1)
        theta = torch.zeros(chart.size)
        picks = rows[generator.choice(np.flatnonzero(~np.isnan(rows).any(1)), K, replace=False)]
        theta[K - 1:K - 1 + K * D] = torch.tensor(picks.ravel())
        start = K - 1 + K * D
        theta[start:start + chart.volumes] = float(np.log((deviations**2).mean() / 2))
        theta[start + chart.volumes:] = torch.tensor(0.1 * generator.normal(size=chart.size - start - chart.volumes))

        def objective(values):
            at = torch.tensor(values, requires_grad=True)
            total = -log_likelihood(rows, chart(at)).sum()
            total.backward()
            return float(total.detach()), at.grad.numpy().copy()

        try:
            found = scipy.optimize.minimize(objective, theta.numpy(), jac=True, method="BFGS",
                                            options={"gtol": 1e-7, "maxiter": 3000})
        except Exception:
            continue
        weights, _, covariances = [value.numpy() for value in chart(torch.tensor(found.x))]
        if not np.isfinite(found.fun) or weights.min() * len(rows) < D + 2:
            continue
        if min(np.linalg.eigvalsh(c).min() for c in covariances) < 1e-3 * (deviations**2).min():
            continue
        if best is None or found.fun < best[0]:
            best = (found.fun, chart, torch.tensor(found.x))
    _, chart, theta = best

    def total(values):
        return -log_likelihood(rows, chart(values)).sum()

    for _ in range(4):
        gradient = torch.autograd.functional.jacobian(total, theta)
        hessian = torch.autograd.functional.hessian(total, theta)
        theta = theta - torch.linalg.solve(hessian, gradient)
    return chart, theta, total


def case(name, rows, model, K, seed):
    chart, theta, total = maximize(rows, model, K, seed)
    D = rows.shape[1]
    weights, means, covariances = [value.numpy() for value in chart(theta)]
    order = np.argsort(-weights)
    gradient = torch.autograd.functional.jacobian(total, theta).abs().max()
    hessian = torch.autograd.functional.hessian(total, theta)
    variance = torch.linalg.inv(hessian)

    def flat(values):
        w, m, c = chart(values)
        return torch.cat([w[list(order)], m[list(order)].reshape(-1), c[list(order)].reshape(-1)])

    jacobian = torch.autograd.functional.jacobian(flat, theta)
    errors = torch.sqrt(torch.clamp(torch.diagonal(jacobian @ variance @ jacobian.T), min=0)).numpy()
    densities = log_likelihood(rows, chart(theta)).numpy()
    imputed, deviations = rows.copy(), np.zeros_like(rows)
    for n, row in enumerate(rows):
        o, m = np.flatnonzero(~np.isnan(row)), np.flatnonzero(np.isnan(row))
        if not len(m):
            continue
        logits, centers, spreads = [], [], []
        for k in range(K):
            S = covariances[k]
            if len(o):
                slope = S[np.ix_(m, o)] @ np.linalg.inv(S[np.ix_(o, o)])
                off = row[o] - means[k][o]
                logits.append(np.log(weights[k]) - 0.5 * np.linalg.slogdet(2 * np.pi * S[np.ix_(o, o)])[1]
                              - 0.5 * off @ np.linalg.solve(S[np.ix_(o, o)], off))
                centers.append(means[k][m] + slope @ off)
                spreads.append(np.diag(S[np.ix_(m, m)] - slope @ S[np.ix_(o, m)]))
            else:
                logits.append(np.log(weights[k]))
                centers.append(means[k][m])
                spreads.append(np.diag(S))
        r = np.exp(np.array(logits) - max(logits))
        r /= r.sum()
        center = r @ np.array(centers)
        imputed[n, m] = center
        deviations[n, m] = np.sqrt(r @ (np.array(spreads) + (np.array(centers) - center)**2))
    print(name, model, K, float(-total(theta)), "gradient", float(gradient))
    return {
        "name": name, "model": model, "components": K, "rows": len(rows), "columns": D,
        "values": [None if np.isnan(v) else float(v) for v in rows.ravel()],
        "logLikelihood": float(-total(theta)), "weights": weights[order].tolist(),
        "means": means[order].ravel().tolist(), "covariances": covariances[order].ravel().tolist(),
        "logDensities": densities.tolist(), "imputedMeans": imputed.ravel().tolist(),
        "imputedDeviations": deviations.ravel().tolist(),
        "errors": {"weights": errors[:K].tolist(), "means": errors[K:K + K * D].tolist(),
                   "covariances": errors[K + K * D:].tolist()},
    }


def draw(seed, n, D, share, has_units=True):
    """Two overlapping clusters with correlated columns in different units, cells missing at random."""
    generator = np.random.default_rng(seed)
    labels = generator.random(n) < 0.4
    mixing = [np.tril(generator.normal(size=(D, D))) * 0.4 + np.eye(D) for _ in range(2)]
    centers = np.array([np.zeros(D), 3.0 + 0 * np.zeros(D)])
    noise = generator.normal(size=(n, D))
    rows = np.array([centers[int(c)] + mixing[int(c)] @ e for c, e in zip(labels, noise)])
    if has_units:
        rows = rows * np.array([1.0, 20.0, 0.5, 3.0])[:D] + np.array([10.0, -5.0, 0.0, 100.0])[:D]
    rows = rows.round(6)
    mask = generator.random((n, D)) < share
    rows[mask] = np.nan
    return rows[~np.isnan(rows).all(1)]


def main(path):
    cases = [
        case("one Gaussian, a fifth missing", draw(1, 60, 3, 0.2), "VVV", 1, 11),
        case("two components, a fifth missing", draw(2, 120, 3, 0.2), "VVV", 2, 12),
        case("four columns, a third missing", draw(3, 150, 4, 0.3), "EEE", 2, 13),
        case("diagonal", draw(4, 120, 3, 0.2), "VVI", 2, 14),
        case("equal shape, missing", draw(5, 150, 3, 0.15), "VEV", 2, 15),
        case("complete", draw(6, 150, 2, 0), "VVV", 2, 16),
        case("complete", draw(6, 150, 2, 0), "EEE", 2, 16),
        case("complete", draw(6, 150, 2, 0), "VVI", 2, 16),
        case("complete", draw(7, 150, 3, 0), "EVE", 2, 17),
        case("complete", draw(7, 150, 3, 0), "VEE", 2, 17),
        case("complete", draw(7, 150, 3, 0), "EEV", 2, 17),
        case("complete", draw(7, 150, 3, 0), "VEI", 2, 17),
        case("equal units, missing", draw(8, 150, 3, 0.1, False), "EII", 2, 18),
        case("equal units, missing", draw(8, 150, 3, 0.1, False), "VII", 2, 18),
        case("a tenth missing", draw(9, 150, 3, 0.1), "EEI", 2, 19),
        case("a tenth missing", draw(9, 150, 3, 0.1), "EVI", 2, 19),
        case("equal units, missing", draw(8, 150, 3, 0.1, False), "VVE", 2, 18),
        case("a tenth missing", draw(9, 150, 3, 0.1), "EVV", 2, 19),
    ]
    versions = {"numpy": np.__version__, "scipy": scipy.__version__, "torch": torch.__version__}
    with open(path, "w") as file:
        json.dump({"versions": versions, "cases": cases}, file, indent=1)
        file.write("\n")


main(sys.argv[1])
