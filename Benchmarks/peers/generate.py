#!/usr/bin/env python
"""Write one benchmark case into a folder: data.npy, start-weights.npy, start-means.npy, start-covariances.npy.

usage: generate.py CASE FOLDER

The files go to FOLDER/CASE/ and are byte for byte the same for the same NumPy version (PCG64, seeded).  Cases
with `csv` also get data.csv (header x1,x2,...; six decimals), and data.npy then holds exactly the numbers of
the CSV.  Nothing is written when the folder already holds the case.
"""

import json
import os
import sys

import numpy as np

from cases import CASES, description


def rotation(generator, case):
    """A random rotation, or a random permutation of the axes where covariances are diagonal."""
    d = case.columns
    if case.covariance == "diagonal":
        return np.eye(d)[generator.permutation(d)]
    orthogonal, triangle = np.linalg.qr(generator.standard_normal((d, d)))
    return orthogonal * np.sign(np.diag(triangle))


def truth(generator, case):
    """Weights, means, covariances of the mixture the rows are drawn from.

    The components of a site share a root R of a covariance with eigenvalues 1 ... 1/condition; each has the
    covariance R S Rᵀ with the eigenvalues of S between 2/3 and 3/2, and its mean at R z from the site with z of
    standard deviation `spread`: so components overlap in every direction, the narrow ones too.
    """
    k, d, sites = case.components, case.columns, case.sites
    weights = generator.dirichlet(np.full(k, 20.0))
    roots = [
        rotation(generator, case) * np.sqrt(np.geomspace(1.0, 1.0 / case.condition, d)) for _ in range(sites)]
    directions = generator.standard_normal((sites, d))
    centers = directions / np.linalg.norm(directions, axis=1, keepdims=True) * case.separation
    means, covariances = np.empty((k, d)), np.empty((k, d, d))
    for j in range(k):
        root, basis = roots[j % sites], rotation(generator, case)
        means[j] = centers[j % sites] + root @ (case.spread * generator.standard_normal(d))
        covariances[j] = root @ (basis * np.geomspace(1.5, 1.0 / 1.5, d)) @ basis.T @ root.T
    return weights, means, covariances


def rows(generator, case, weights, means, covariances):
    """Rows in random component order."""
    counts = generator.multinomial(case.rows, weights)
    data = np.empty((case.rows, case.columns))
    begin = 0
    for count, mean, matrix in zip(counts, means, covariances, strict=True):
        noise = generator.standard_normal((count, case.columns))
        data[begin:begin + count] = mean + noise @ np.linalg.cholesky(matrix).T
        begin += count
    generator.shuffle(data)
    return data


def start(generator, case, means, covariances):
    """The common start: equal weights, displaced means, widened covariances."""
    k, d = case.components, case.columns
    displaced = np.stack(
        [means[j] + 0.5 * np.linalg.cholesky(covariances[j]) @ generator.standard_normal(d) for j in range(k)])
    return np.full(k, 1.0 / k), displaced, 1.5 * covariances


def write_csv(path, data):
    """A header x1,x2,... and six decimals a number; returns the numbers as the file states them."""
    import pyarrow
    import pyarrow.csv

    data = np.round(data, 6)
    names = [f"x{j + 1}" for j in range(data.shape[1])]
    table = pyarrow.table([pyarrow.array(data[:, j]) for j in range(data.shape[1])], names=names)
    pyarrow.csv.write_csv(table, path, pyarrow.csv.WriteOptions(quoting_style="none"))
    return data


def main():
    case, folder = CASES[sys.argv[1]], os.path.join(sys.argv[2], sys.argv[1])
    mark = os.path.join(folder, "case.json")
    if os.path.exists(mark) and json.load(open(mark)) == json.loads(json.dumps(description(case))):
        return
    os.makedirs(folder, exist_ok=True)
    generator = np.random.default_rng(case.seed)
    weights, means, covariances = truth(generator, case)
    data = rows(generator, case, weights, means, covariances)
    start_weights, start_means, start_covariances = start(generator, case, means, covariances)
    if case.csv:
        data = write_csv(os.path.join(folder, "data.csv"), data)
    np.save(os.path.join(folder, "data.npy"), data)
    np.save(os.path.join(folder, "start-weights.npy"), start_weights)
    np.save(os.path.join(folder, "start-means.npy"), start_means)
    np.save(os.path.join(folder, "start-covariances.npy"), start_covariances)
    with open(mark, "w") as file:
        json.dump(description(case), file)


if __name__ == "__main__":
    main()
