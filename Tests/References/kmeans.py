"""Writes kmeans.json: scikit-learn's KMeans (Lloyd) from given centers on small data.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python Tests/References/kmeans.py Tests/References/kmeans.json

`cases`: `values` [n*D], start `centers` [K*D], optional integer `weights` [n] (sample_weight); after
Lloyd's algorithm to its fixed point (tol = 0): `finalCenters`, `inertia` (weighted sum of squared distances
to the nearest center), `assignments` [n].  `initialInertia` is that of the start.  The script checks that
repeating rows by their weights gives the same, and that no cluster ends empty.
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.cluster import KMeans


def inertia(rows, centers, weights):
    return float(weights @ ((rows[:, None, :] - centers[None]) ** 2).sum(axis=2).min(axis=1))


def case(name, rows, centers, weights=None):
    model = KMeans(len(centers), init=centers, n_init=1, tol=0.0, max_iter=1000, algorithm="lloyd")
    model.fit(rows, sample_weight=weights)
    counts = np.ones(len(rows), dtype=int) if weights is None else weights
    repeated = np.repeat(rows, counts, axis=0)
    again = KMeans(len(centers), init=centers, n_init=1, tol=0.0, max_iter=1000).fit(repeated)
    assert np.allclose(again.cluster_centers_, model.cluster_centers_, rtol=1e-10, atol=1e-12)
    final = model.cluster_centers_
    assert np.isclose(inertia(rows, final, counts), model.inertia_, rtol=1e-10)
    assert np.bincount(model.labels_, minlength=len(centers)).min() > 0
    return {
        "name": name, "rows": len(rows), "columns": rows.shape[1], "clusters": len(centers),
        "values": rows.ravel().tolist(), "centers": centers.ravel().tolist(),
        "weights": None if weights is None else weights.tolist(),
        "initialInertia": inertia(rows, centers, counts), "finalCenters": final.ravel().tolist(),
        "inertia": float(model.inertia_), "assignments": model.labels_.tolist()}


def main():
    generator = np.random.default_rng(5)
    cases = []
    for name, n, d, k in [("2 columns", 60, 2, 3), ("5 columns", 80, 5, 4)]:
        rows = np.round(generator.standard_normal((n, d)) + generator.integers(0, k, (n, 1)) * 1.5, 4)
        start = rows[generator.choice(n, k, replace=False)]
        cases.append(case(name, rows, start))
        cases.append(case(name + ", weighted", rows, start, generator.integers(1, 6, n)))
    document = {
        "versions": {
            "python": sys.version.split()[0], "numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "cases": cases}
    with open(sys.argv[1], "w") as file:
        json.dump(document, file)
        file.write("\n")


if __name__ == "__main__":
    main()
