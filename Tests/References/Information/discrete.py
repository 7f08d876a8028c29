"""Writes discrete.json: measures of small discrete samples, by scipy, scikit-learn and 50-digit sums.

    pip install mpmath==1.3.0 numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    python discrete.py
"""

import json
import pathlib

import mpmath as mp
import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn.metrics import mutual_info_score

mp.mp.dps = 50


def table(*columns):
    """The dense table of counts over the levels that occur."""
    levels = [np.unique(c, return_inverse=True) for c in columns]
    counts = np.zeros([len(values) for values, _ in levels], dtype=int)
    np.add.at(counts, tuple(codes for _, codes in levels), 1)
    return counts


def shrunken(counts):
    """Hausser and Strimmer (2009), equations 4 and 5, over every cell."""
    n, p = counts.sum(), counts / counts.sum()
    target = 1 / counts.size
    distance = (n - 1) * ((target - p) ** 2).sum()
    weight = min(1.0, (1 - (p**2).sum()) / distance) if distance > 0 else 1.0
    return weight * target + (1 - weight) * p


def information(p):
    """I(X;Y) of a table of probabilities."""
    return sum(stats.entropy(p.sum(axis)) for axis in (0, 1)) - stats.entropy(p.ravel())


def conditional_information(x, y, z):
    """I(X;Y|Z) as the mean over z of scikit-learn's mutual information of the rows with that z."""
    return sum((z == level).mean() * mutual_info_score(x[z == level], y[z == level]) for level in np.unique(z))


def nearly_unbiased(counts):
    """Chao, Wang and Jost (2013), equation 7, term by term."""
    c = [int(v) for v in counts.ravel() if v > 0]
    n, f1, f2 = sum(c), c.count(1), c.count(2)
    value = sum(mp.mpf(k) / n * (mp.digamma(n) - mp.digamma(k)) for k in c)
    if f1:
        a = mp.mpf(2 * f2) / ((n - 1) * f1 + 2 * f2) if f2 else mp.mpf(2) / ((n - 1) * (f1 - 1) + 2)
        if a < 1:
            rest = -mp.log(a) - sum((1 - a) ** r / r for r in range(1, n))
            value += mp.mpf(f1) / n * (1 - a) ** (1 - n) * rest
    return float(value)


def deviation(counts):
    """The delta method's standard errors of H(X) and I(X;Y)."""
    n, p = counts.sum(), counts / counts.sum()
    x, y = p.sum(1), p.sum(0)
    seen = p > 0
    pointwise = np.log(p[seen] / np.outer(x, y)[seen])
    variance = [(w * (v - (w * v).sum()) ** 2).sum() for w, v in ((x, -np.log(x)), (p[seen], pointwise))]
    return [float(np.sqrt(v / n)) for v in variance]


def case(x, y, z):
    x, y, z = map(np.asarray, (x, y, z))
    counts, n = table(x, y), len(x)
    px, py = counts.sum(1) / n, counts.sum(0) / n
    entropies = [stats.entropy(px), stats.entropy(py), stats.entropy(counts.ravel() / n)]
    independent = table(x, y, z)
    total = sum(stats.entropy(table(c).ravel() / n) for c in (x, y, z)) - stats.entropy(independent.ravel() / n)
    values = {
        "entropy": entropies[0], "jointEntropy": entropies[2], "conditionalEntropy": entropies[2] - entropies[1],
        "mutualInformation": mutual_info_score(x, y),
        "conditionalMutualInformation": conditional_information(x, y, z), "totalCorrelation": total,
        "shrunkenEntropy": stats.entropy(shrunken(table(x))), "shrunkenInformation": information(shrunken(counts)),
        "nearlyUnbiased": nearly_unbiased(table(x)), "nearlyUnbiasedJoint": nearly_unbiased(counts)}
    values["entropyError"], values["informationError"] = deviation(counts)
    if min(counts.shape) > 1:
        g = stats.chi2_contingency(counts, correction=False, lambda_="log-likelihood")
        pearson = stats.chi2_contingency(counts, correction=False)
        values |= {"g": g.statistic, "degrees": g.dof, "gProbability": g.pvalue, "chiSquare": pearson.statistic,
                   "chiSquareProbability": pearson.pvalue}
    # z's and y's levels as two samples of one variable
    levels = np.union1d(y, z)
    p, q = (np.array([(c == level).mean() for level in levels]) for c in (z, y))
    values |= {"klDivergence": stats.entropy(p, q), "crossEntropy": stats.entropy(p) + stats.entropy(p, q),
               "jensenShannon": jensenshannon(p, q) ** 2}
    return {"x": x.tolist(), "y": y.tolist(), "z": z.tolist(),
            "values": {k: float(v) if np.isfinite(v) else str(float(v)) for k, v in values.items()}}


def main():
    random = np.random.default_rng(20)
    cases = []
    for n, levels in ((12, 3), (40, 4), (200, 6), (500, 30)):
        x = random.integers(0, levels, n)
        y = np.where(random.random(n) < 0.5, x, random.integers(0, levels, n))
        z = random.integers(0, 3, n)
        cases.append(case(x, y, z))
    normal = random.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], 300)
    x, y = np.round(2 * normal).astype(int).T
    cases.append(case(x, y, (x + y) // 3))
    cases.append(case(random.geometric(0.02, 400), random.geometric(0.3, 400), random.geometric(0.3, 400)))
    cases.append(case(np.full(20, 7), random.integers(0, 3, 20), random.integers(0, 3, 20)))
    # The counts of the example of R's package entropy: 4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1.
    example = np.repeat(np.arange(11), [4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1])
    cases.append(case(example, example, example % 2))
    tails = [{"x": x, "degrees": d, "probability": float(mp.gammainc(mp.mpf(d) / 2, mp.mpf(x) / 2, regularized=True))}
             for d in (1, 2, 5, 40, 1000) for x in (0.01, 0.5, 3.0, 10.0, 45.0, 200.0, 1000.0, 1300.0)]
    path = pathlib.Path(__file__).parent / "discrete.json"
    path.write_text("{\"cases\": [\n" + ",\n".join(map(json.dumps, cases)) + "\n],\n\"chiSquare\": "
                    + json.dumps(tails) + "}\n")


if __name__ == "__main__":
    main()
