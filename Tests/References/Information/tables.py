"""Writes tables.json: measures of probability tables with 120 digits, rounded to float64.

Every number is of the table divided by its exact sum. What scipy and scikit-learn also compute is compared with them.

    pip install -r requirements.txt
    python tables.py
"""

import json
import math
import pathlib

import mpmath as mp
import numpy as np
from scipy.stats import entropy as scipy_entropy
from sklearn.metrics import mutual_info_score

mp.mp.dps = 120
ORDERS = [0, 1e-9, 0.3, 0.5, 0.7, 1 - 1e-9, 1, 1 + 1e-9, 1.5, 2, 5, 100, math.inf]
WEIGHTS = [0.2, 0.8]


def number(value):
    value = float(value)
    return value if math.isfinite(value) else str(value)


def exact(values):
    values = [mp.mpf(float(value)) for value in values]
    total = mp.fsum(values)
    return [value / total for value in values]


def log_terms(p, f):
    return mp.fsum(p_i * f(i) for i, p_i in enumerate(p) if p_i > 0)


def shannon(p):
    return -log_terms(p, lambda i: mp.log(p[i]))


def cross(p, q):
    if any(a > 0 and b == 0 for a, b in zip(p, q)):
        return mp.inf
    return -log_terms(p, lambda i: mp.log(q[i]))


def divergence(p, q):
    if any(a > 0 and b == 0 for a, b in zip(p, q)):
        return mp.inf
    return log_terms(p, lambda i: mp.log(p[i] / q[i]))


def jensen_shannon(p, q, weights):
    w = exact(weights)
    m = [w[0] * a + w[1] * b for a, b in zip(p, q)]
    return w[0] * divergence(p, m) + w[1] * divergence(q, m)


def renyi(p, order):
    support = [a for a in p if a > 0]
    if order == 1:
        return shannon(p)
    if math.isinf(order):
        return -mp.log(max(support))
    return mp.log(mp.fsum(a ** mp.mpf(order) for a in support)) / (1 - mp.mpf(order))


def renyi_divergence(p, q, order):
    if order == 1:
        return divergence(p, q)
    if order >= 1 and any(a > 0 and b == 0 for a, b in zip(p, q)):
        return mp.inf
    both = [(a, b) for a, b in zip(p, q) if a > 0 and b > 0]
    if not both:
        return mp.inf
    if math.isinf(order):
        return mp.log(max(a / b for a, b in both))
    order = mp.mpf(order)
    return mp.log(mp.fsum(a ** order * b ** (1 - order) for a, b in both)) / (order - 1)


def near(ours, other, what):
    ours = float(ours)
    if ours != other and not abs(ours - other) <= 1e-12 * max(1, abs(other)):
        raise SystemExit(f"{what}: {ours}, not {other}")


def pair(name, p, q):
    a, b = exact(p), exact(q)
    if name != "beyond float64":
        near(shannon(a), scipy_entropy(p), f"{name}: entropy")
        near(divergence(a, b), scipy_entropy(p, q), f"{name}: KL")
    return dict(
        name=name, p=[float(x) for x in p], q=[float(x) for x in q],
        entropy=number(shannon(a)), crossEntropy=number(cross(a, b)), divergence=number(divergence(a, b)),
        reverseDivergence=number(divergence(b, a)), jensenShannon=number(jensen_shannon(a, b, [0.5, 0.5])),
        weightedJensenShannon=number(jensen_shannon(a, b, WEIGHTS)),
        redundancy=number(mp.log(len(a)) - shannon(a)),
        renyiEntropies=[number(renyi(a, order)) for order in ORDERS],
        renyiDivergences=[number(renyi_divergence(a, b, order)) for order in ORDERS])


def marginal(table, axes):
    """{values: probability} of the axes."""
    result = {}
    for outcome, p in table.items():
        key = tuple(outcome[axis] for axis in axes)
        result[key] = result.get(key, mp.mpf(0)) + p
    return result


def entropy_of(table, axes):
    return shannon(list(marginal(table, axes).values()))


def joint(name, array):
    shape = array.shape
    values = [float(x) for x in array.reshape(-1)]
    table = dict(zip(np.ndindex(*shape), exact(values)))
    n = len(shape)
    rest = list(range(2, n))
    x, y, xy = marginal(table, [0]), marginal(table, [1]), marginal(table, [0, 1])
    pointwise = []
    for i in range(shape[0]):
        for j in range(shape[1]):
            product = x[(i,)] * y[(j,)]
            p = xy[(i, j)]
            pointwise.append("nan" if product == 0 else "-inf" if p == 0 else number(mp.log(p / product)))
    mutual = entropy_of(table, [0]) + entropy_of(table, [1]) - entropy_of(table, [0, 1])
    given = (entropy_of(table, [0] + rest) + entropy_of(table, [1] + rest) - entropy_of(table, range(n))
             - (entropy_of(table, rest) if rest else 0))
    total = mp.fsum(entropy_of(table, [axis]) for axis in range(n)) - entropy_of(table, range(n))
    if name == "counts":  # scikit-learn takes whole numbers only
        matrix = array.sum(axis=tuple(rest))
        near(mutual, mutual_info_score(None, None, contingency=matrix), f"{name}: mutual information")
    if name != "beyond float64":
        near(entropy_of(table, range(n)), scipy_entropy(array.reshape(-1)), f"{name}: entropy")
    return dict(
        name=name, shape=list(shape), p=values,
        entropy=number(entropy_of(table, range(n))), firstEntropy=number(entropy_of(table, [0])),
        secondGivenFirst=number(entropy_of(table, [0, 1]) - entropy_of(table, [0])),
        firstGivenOthers=number(entropy_of(table, range(n)) - entropy_of(table, range(1, n))),
        mutualInformation=number(mutual), conditionalMutualInformation=number(given),
        totalCorrelation=number(total), pointwise=pointwise)


def pairs():
    random = np.random.default_rng(1)
    yield pair("two coins", [0.5, 0.5], [0.1, 0.9])
    yield pair("uniform", [0.25] * 4, [0.25] * 4)
    for k in (2, 3, 7, 20):
        yield pair("random", random.dirichlet(np.ones(k)), random.dirichlet(np.ones(k)))
        yield pair("sparse", random.dirichlet(np.full(k, 0.05)), random.dirichlet(np.full(k, 0.2)))
        for distance in (1e-3, 1e-6, 1e-9, 1e-12):
            p = random.dirichlet(np.ones(k))
            q = p * (1 + distance * random.standard_normal(k))
            yield pair("near", p, q / q.sum())
    yield pair("zeros in q", [0.2, 0.3, 0.5], [0.5, 0.5, 0])
    yield pair("zeros in p", [0.5, 0.5, 0], [0.2, 0.3, 0.5])
    yield pair("disjoint", [1, 0], [0, 1])
    yield pair("one outcome", [1], [1])
    yield pair("nearly certain", [1 - 1e-12, 1e-12], [1 - 2e-12, 2e-12])
    yield pair("nearly certain of another", [1 - 1e-12, 1e-12], [1e-12, 1 - 1e-12])
    yield pair("sums within 1e-9", [0.3 + 4e-10, 0.7], [0.3, 0.7 - 6e-10])
    yield pair("beyond float64", [0.5, 0.5, 1e-320], [0.5, 1e-320, 0.5])
    yield pair("beyond float64", [1, 1e-300, 1e-320], [1, 1e-310, 3e-320])
    yield pair("beyond float64", [0.5, 0.5, 0], [0.5, 0.5, 1e-320])


def joints():
    random = np.random.default_rng(2)
    for shape in ((2, 2), (3, 4), (2, 3, 2), (3, 2, 2, 2)):
        count = math.prod(shape)
        yield joint("random", random.dirichlet(np.ones(count)).reshape(shape))
        yield joint("sparse", random.dirichlet(np.full(count, 0.1)).reshape(shape))
        zeros = random.dirichlet(np.ones(count)) * (random.random(count) < 0.6)
        yield joint("zeros", (zeros / zeros.sum()).reshape(shape))
        parts = [random.dirichlet(np.ones(size)) for size in shape]
        product = parts[0]
        for part in parts[1:]:
            product = np.multiply.outer(product, part)
        for distance in (1e-3, 1e-6, 1e-9, 1e-12):
            noisy = product * (1 + distance * random.standard_normal(shape))
            yield joint("nearly independent", noisy / noisy.sum())
        yield joint("counts", random.integers(0, 1000, shape))
        yield joint("counts", random.poisson(1, shape))
        identical = np.zeros(shape)
        for i in range(min(shape)):
            identical[(i,) * len(shape)] = 1 / min(shape)
        yield joint("identical", identical)
    yield joint("certain", np.array([[1.0, 0], [0, 0]]))
    yield joint("nearly a function", np.array([[0.5 - 1e-13, 1e-13], [1e-13, 0.5 - 1e-13]]))
    yield joint("beyond float64", np.array([[1.0, 1e-320], [1e-300, 1e-310]]))
    yield joint("beyond float64", np.array([[1.0, 0], [0, 1e-320]]))
    yield joint("beyond float64", np.array([[1.0, 1e-200], [1e-200, 1e-210]]))
    yield joint("beyond float64", np.array([[0.5, 1e-320, 0.25], [0, 0.25, 1e-320]]))


if __name__ == "__main__":
    path = pathlib.Path(__file__).parent / "tables.json"
    lines = lambda cases: "[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]"  # noqa: E731
    with open(path, "w") as file:
        file.write('{"orders": ' + json.dumps([number(order) for order in ORDERS]))
        file.write(',\n"weights": ' + json.dumps(WEIGHTS))
        file.write(',\n"pairs": ' + lines(pairs()) + ',\n"joints": ' + lines(joints()) + "}\n")
