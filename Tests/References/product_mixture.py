"""Writes product_mixture.json: densities, EM and maxima of mixtures of products of families, and naive Bayes.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    python Tests/References/product_mixture.py ../shared/data Tests/References/product_mixture.json

Columns are ["bernoulli", p], ["categorical", [p...]], ["poisson", mean], ["geometric", p] (failures before a
success), ["exponential", mean], ["normal", mean, variance].  `densities`: scipy's log-densities of a mixture of all
families.  `iterations`: plain EM by matrix products and scipy densities from a given start, with weights in one case.
`maxima`: the best of many random starts run until the gain is below 1e-10.  `penguins` and `digits` read the shared
data and hold figures only.  `naiveBayes`: scikit-learn's classifiers, and a Poisson one by scipy.
"""
import csv
import json
import sys

import numpy as np
import scipy
import sklearn
from scipy import stats
from scipy.special import gammaln, logsumexp, xlogy
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, GaussianNB


def column_log_density(column, x):
    family, *p = column
    if family == "bernoulli":
        return stats.bernoulli.logpmf(x, p[0])
    if family == "categorical":
        return np.log(np.array(p[0]))[x.astype(int)]
    if family == "poisson":
        return stats.poisson.logpmf(x, p[0])
    if family == "geometric":
        return stats.geom.logpmf(x + 1, p[0])
    if family == "exponential":
        return stats.expon.logpdf(x, scale=p[0])
    return stats.norm.logpdf(x, p[0], np.sqrt(p[1]))


def log_joint(weights, components, rows):
    with np.errstate(divide="ignore"):
        return np.stack([
            np.log(w) + sum(column_log_density(c, rows[:, d]) for d, c in enumerate(columns))
            for w, columns in zip(weights, components)], axis=1)


def quick_log_joint(weights, components, rows, constants):
    """As log_joint, by formulas: scipy's checks cost more than its numbers."""
    result = np.zeros((len(rows), len(weights)))
    with np.errstate(divide="ignore"):
        for k, (w, columns) in enumerate(zip(weights, components)):
            result[:, k] = np.log(w) + constants
            for d, (family, *p) in enumerate(columns):
                x = rows[:, d]
                if family == "bernoulli":
                    result[:, k] += np.where(x == 1, np.log(p[0]), np.log1p(-p[0]))
                elif family == "categorical":
                    result[:, k] += np.log(np.array(p[0]))[x.astype(int)]
                elif family == "poisson":
                    result[:, k] += xlogy(x, p[0]) - p[0]
                else:
                    assert family == "normal"
                    result[:, k] -= 0.5 * (np.log(2 * np.pi * p[1]) + (x - p[0]) ** 2 / p[1])
    return result


def fitted(family, x, r, levels):
    n = r.sum()
    if family == "bernoulli":
        return ["bernoulli", float(r @ x / n)]
    if family == "categorical":
        return ["categorical", [float(r[x == l].sum() / n) for l in range(levels)]]
    mean = float(r @ x / n)
    if family == "geometric":
        return ["geometric", 1 / (1 + mean)]
    if family == "normal":
        return ["normal", mean, float(r @ (x - mean) ** 2 / n)]
    return [family, mean]


def step(families, levels, rows, counts, weights, components, constants=None):
    if constants is None:
        joint = log_joint(weights, components, rows)
    else:
        joint = quick_log_joint(weights, components, rows, constants)
    total = logsumexp(joint, axis=1)
    r = np.exp(joint - total[:, None]) * counts[:, None]
    components = [
        [fitted(f, rows[:, d], r[:, k], levels[d]) for d, f in enumerate(families)] for k in range(len(weights))]
    return float(counts @ total), (r.sum(0) / counts.sum()).tolist(), components


def random_start(families, levels, rows, counts, k, generator):
    r = generator.dirichlet(np.full(k, 0.3), len(rows)) * 0.9 + 0.1 / k
    r *= counts[:, None]
    return (r.sum(0) / r.sum()).tolist(), [
        [fitted(f, rows[:, d], r[:, j], levels[d]) for d, f in enumerate(families)] for j in range(k)]


def maximum(families, levels, rows, k, starts, seed, counts=None):
    counts = np.ones(len(rows)) if counts is None else counts
    generator, best = np.random.default_rng(seed), -np.inf
    constants = np.zeros(len(rows))
    for d, family in enumerate(families):
        if family == "poisson":
            constants -= gammaln(rows[:, d] + 1)
    for _ in range(starts):
        weights, components = random_start(families, levels, rows, counts, k, generator)
        last = -np.inf
        for _ in range(2000):
            value, weights, components = step(families, levels, rows, counts, weights, components, constants)
            if not np.isfinite(value) or value - last < 1e-10:
                break
            last = value
        flat = any(c[0] == "normal" and c[2] < 1e-6 for columns in components for c in columns)
        if np.isfinite(value) and not flat:
            best = max(best, value)
    return best


ALL = [
    (["bernoulli", 0.3], ["bernoulli", 0.85]), (["categorical", [0.1, 0.6, 0.3]], ["categorical", [0.5, 0.0, 0.5]]),
    (["poisson", 2.5], ["poisson", 400.0]), (["geometric", 0.2], ["geometric", 0.9]),
    (["exponential", 0.01], ["exponential", 30.0]), (["normal", -3.0, 0.5], ["normal", 1000.0, 40.0])]


def sample(columns, n, generator):
    result = []
    for family, *p in columns:
        if family == "bernoulli":
            result.append(generator.random(n) < p[0])
        elif family == "categorical":
            result.append(generator.choice(len(p[0]), n, p=p[0]))
        elif family == "poisson":
            result.append(generator.poisson(p[0], n))
        elif family == "geometric":
            result.append(generator.geometric(p[0], n) - 1)
        elif family == "exponential":
            result.append(np.round(generator.exponential(p[0], n), 4))
        else:
            result.append(np.round(generator.normal(p[0], np.sqrt(p[1]), n), 4))
    return np.stack(result, axis=1).astype(float)


def mixed(n, weights, components, generator):
    z = generator.choice(len(weights), n, p=weights)
    rows = np.zeros((n, len(components[0])))
    for k, columns in enumerate(components):
        rows[z == k] = sample(columns, (z == k).sum(), generator)
    return rows


def densities():
    weights, components = [0.3, 0.7], [[a for a, _ in ALL], [b for _, b in ALL]]
    rows = np.vstack([
        mixed(30, weights, components, np.random.default_rng(1)),
        [[1, 1, 0, 0, 0.0, 0.0], [0, 0, 1e6, 1000, 1e5, 1e6], [1, 2, 12345678, 3, 1e-9, -1e4]]])
    joint = log_joint(weights, components, rows)
    total = logsumexp(joint, axis=1)
    with np.errstate(invalid="ignore"):
        shares = np.exp(joint - total[:, None])
    return {
        "weights": weights, "components": components, "rows": rows.ravel().tolist(), "logDensities": total.tolist(),
        "responsibilities": shares.ravel().tolist()}


def iterations(name, families, levels, rows, start, count, counts=None):
    own = np.ones(len(rows)) if counts is None else counts
    weights, components = start
    history = []
    for _ in range(count):
        value, weights, components = step(families, levels, rows, own, weights, components)
        history.append(value)
    final = float(own @ logsumexp(log_joint(weights, components, rows), axis=1))
    return {
        "name": name, "rows": rows.ravel().tolist(), "columns": rows.shape[1],
        "counts": None if counts is None else counts.tolist(), "startWeights": start[0], "startComponents": start[1],
        "logLikelihoods": history + [final], "weights": weights, "components": components}


def all_iterations():
    generator = np.random.default_rng(2)
    bernoulli = [[["bernoulli", float(p)] for p in row] for row in generator.uniform(0.1, 0.9, (3, 12))]
    rows = mixed(150, [0.5, 0.3, 0.2], bernoulli, generator)
    start = ([0.2, 0.3, 0.5], [[["bernoulli", float(p)] for p in row] for row in generator.uniform(0.3, 0.7, (3, 12))])
    families, levels = ["bernoulli"] * 12, [2] * 12
    result = [iterations("bernoulli", families, levels, rows, start, 20)]
    near = [
        [["bernoulli", 0.3], ["categorical", [0.1, 0.6, 0.3]], ["poisson", 2.5], ["geometric", 0.2],
         ["exponential", 0.5], ["normal", -3.0, 0.5]],
        [["bernoulli", 0.6], ["categorical", [0.4, 0.3, 0.3]], ["poisson", 4.0], ["geometric", 0.4],
         ["exponential", 1.0], ["normal", -2.0, 1.0]]]
    rows = mixed(120, [0.4, 0.6], near, generator)
    start = ([0.5, 0.5], [
        [["bernoulli", 0.4], ["categorical", [0.3, 0.4, 0.3]], ["poisson", 3.0], ["geometric", 0.3],
         ["exponential", 0.6], ["normal", -2.8, 1.0]],
        [["bernoulli", 0.5], ["categorical", [0.3, 0.3, 0.4]], ["poisson", 3.5], ["geometric", 0.35],
         ["exponential", 0.9], ["normal", -2.2, 1.0]]])
    families, levels = [c[0] for c in near[0]], [2, 3, 0, 0, 0, 0]
    result.append(iterations("mixed", families, levels, rows, start, 15))
    counts = generator.integers(0, 4, len(rows)).astype(float)
    result.append(iterations("mixed, weighted", families, levels, rows, start, 15, counts))
    return result


def maxima():
    generator, result = np.random.default_rng(3), []
    shares = lambda n: generator.dirichlet(np.full(n, 0.6)).tolist()
    truth = [
        [["bernoulli", float(p)] for p in generator.uniform(0.05, 0.95, 5)]
        + [["categorical", shares(3)] for _ in range(3)] for _ in range(3)]
    rows = mixed(400, [0.5, 0.3, 0.2], truth, generator)
    families, levels = ["bernoulli"] * 5 + ["categorical"] * 3, [2] * 5 + [3] * 3
    for k in (1, 2, 3):
        result.append({
            "name": f"latent classes, {k}", "rows": rows.ravel().tolist(), "families": families, "levels": levels,
            "components": k, "logLikelihood": maximum(families, levels, rows, k, 1 if k == 1 else 20, 4)})
    truth = [[["poisson", 1.0], ["poisson", 8.0]], [["poisson", 5.0], ["poisson", 2.0]],
             [["poisson", 12.0], ["poisson", 12.0]]]
    rows = mixed(300, [0.3, 0.3, 0.4], truth, generator)
    result.append({
        "name": "counts, 3", "rows": rows.ravel().tolist(), "families": ["poisson"] * 2, "levels": [0] * 2,
        "components": 3, "logLikelihood": maximum(["poisson"] * 2, [0] * 2, rows, 3, 10, 5)})
    return result


PENGUINS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]


def penguins(folder):
    with open(f"{folder}/penguins/penguins.csv") as file:
        table = [row for row in csv.DictReader(file) if "NA" not in row.values()]
    islands, sexes = ["Biscoe", "Dream", "Torgersen"], ["female", "male"]
    rows = np.array([
        [float(row[c]) for c in PENGUINS] + [islands.index(row["island"]), sexes.index(row["sex"])] for row in table])
    families, levels = ["normal"] * 4 + ["categorical", "bernoulli"], [0] * 4 + [3, 2]
    species = np.array([row["species"] for row in table])
    gaussian = GaussianNB(var_smoothing=0).fit(rows[:, :4], species)
    return {
        "rows": len(rows), "maximum": [
            {"components": k, "logLikelihood": maximum(families, levels, rows, k, 20, 6)} for k in (2, 3)],
        "gaussianNB": {
            "classes": gaussian.classes_.tolist(), "accuracy": gaussian.score(rows[:, :4], species),
            "logProbabilities": gaussian.predict_log_proba(rows[:, :4]).ravel().tolist()}}


def digits(folder):
    data = np.loadtxt(f"{folder}/digits/optdigits.tes", delimiter=",")
    rows, classes = (data[:, :64] > 7).astype(float), data[:, 64].astype(int)
    weights = [0.1] * 10
    p = np.stack([(rows[classes == c].sum(0) + 1) / ((classes == c).sum() + 2) for c in range(10)])
    for _ in range(20):
        with np.errstate(divide="ignore"):
            joint = np.log(weights) + xlogy(rows[:, None], p).sum(2) + xlogy(1 - rows[:, None], 1 - p).sum(2)
        total = logsumexp(joint, axis=1)
        r = np.exp(joint - total[:, None])
        weights, p = r.mean(0), np.clip((r.T @ rows) / r.sum(0)[:, None], 0, 1)
    bernoulli = BernoulliNB(alpha=1.0).fit(rows, classes)
    return {
        "iterations": 20, "logLikelihoodBeforeLast": float(total.sum()), "weights": weights.tolist(),
        "bernoulliNB": {
            "accuracy": bernoulli.score(rows, classes),
            "logProbabilities": bernoulli.predict_log_proba(rows[:20]).ravel().tolist()}}


def naive_bayes():
    generator = np.random.default_rng(7)
    truth = [[["categorical", generator.dirichlet(np.ones(4)).tolist()] for _ in range(5)] for _ in range(3)]
    classes = generator.integers(0, 3, 90)
    rows = np.vstack([sample(truth[c], 1, generator) for c in classes])
    model = CategoricalNB(alpha=1.0, min_categories=4).fit(rows.astype(int), classes)
    counts = np.vstack([sample([["poisson", 2.0 + c], ["poisson", 6.0 - 2 * c]], 1, generator) for c in classes])
    rates = np.stack([counts[classes == c].mean(0) for c in range(3)])
    joint = np.stack([
        np.log((classes == c).mean()) + stats.poisson.logpmf(counts, rates[c]).sum(1) for c in range(3)], axis=1)
    return {
        "classes": classes.tolist(), "categorical": rows.ravel().tolist(),
        "categoricalLogProbabilities": model.predict_log_proba(rows.astype(int)).ravel().tolist(),
        "counts": counts.ravel().tolist(), "poissonLogDensities": logsumexp(joint, axis=1).tolist(),
        "poissonLogProbabilities": (joint - logsumexp(joint, axis=1)[:, None]).ravel().tolist()}


def main():
    folder, target = sys.argv[1:]
    document = {
        "versions": {
            "python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__},
        "densities": densities(), "iterations": all_iterations(), "maxima": maxima(), "penguins": penguins(folder),
        "digits": digits(folder), "naiveBayes": naive_bayes()}
    with open(target, "w") as file:
        json.dump(document, file, allow_nan=False)
        file.write("\n")


if __name__ == "__main__":
    main()
