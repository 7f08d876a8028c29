"""Writes ward.json: Ward clusterings by scipy, for the tests of hierarchical starts.

    pip install numpy==2.4.6 scipy==1.17.1
    python Tests/References/ward.py Tests/References/ward.json

`cases`: `values` [rows*columns] without ties; `heights` [rows-1], the rising heights of scipy's
linkage(method="ward"); `labels`: for each number of clusters the assignment of every row, numbered by the
clusters' first rows.
"""
import json
import sys

import numpy as np
import scipy
from scipy.cluster.hierarchy import cut_tree, linkage


def by_first_row(labels):
    numbers = {}
    return [numbers.setdefault(int(label), len(numbers)) for label in labels]


def case(name, rows):
    tree = linkage(rows, method="ward")
    labels = {str(k): by_first_row(cut_tree(tree, n_clusters=k).ravel()) for k in (1, 2, 3, 4, 7, len(rows))}
    return {
        "name": name, "rows": rows.shape[0], "columns": rows.shape[1], "values": rows.ravel().tolist(),
        "heights": tree[:, 2].tolist(), "labels": labels}


def main():
    generator = np.random.default_rng(11)
    cases = []
    for name, n, d, k in [("1 column", 40, 1, 2), ("2 columns", 120, 2, 4), ("9 columns", 75, 9, 5)]:
        centers = generator.standard_normal((k, d)) * 3
        rows = centers[generator.integers(0, k, n)] + generator.standard_normal((n, d))
        cases.append(case(name, np.round(rows, 6)))
    document = {
        "versions": {
            "python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__},
        "cases": cases}
    with open(sys.argv[1], "w") as file:
        json.dump(document, file)
        file.write("\n")


if __name__ == "__main__":
    main()
