#!/usr/bin/env python
"""A peer on the information cases: a process that stays up and answers one line of JSON per line it reads.

usage: run_information.py [THREADS]

    time VARIANT/CASE         {"seconds": of one repetition, "values": [what is compared, in nats]}
    versions                  {"NumPy": "...", …}
"""

import json
import os
import sys
import time

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 2
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, str(THREADS))

import numpy as np


def words(count, seed):
    """32-bit hashes of 0 ..< count (the finalizer of MurmurHash3); the Swift side computes the same."""
    x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed * 0x85EBCA6B & 0xFFFFFFFF)
    x = (x ^ x >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    x = (x ^ x >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return x ^ x >> np.uint32(16)


def information(joint):
    """The plug-in mutual information of a table of counts, in nats."""
    p = joint / joint.sum()
    seen = p > 0
    return float((p[seen] * np.log(p[seen] / np.outer(p.sum(1), p.sum(0))[seen])).sum())


class Pairwise:
    """One bincount for every pair of columns."""

    def __init__(self, variant, rows, columns, levels):
        self.levels, self.columns, previous = levels, [], None
        for column in range(columns):
            x = words(rows, column + 1)
            if column % 2:
                x = np.where(x >> np.uint32(16) < 21845, previous, x)
            previous = x
            self.columns.append((x % np.uint32(levels)).astype(variant.rpartition(" ")[2]))

    def step(self):
        k, tables = self.levels, {}
        begin = time.perf_counter()
        for i, x in enumerate(self.columns):
            scaled = x * k
            for j in range(i):
                tables[j, i] = np.bincount(scaled + self.columns[j], minlength=k * k)
        seconds = time.perf_counter() - begin
        values = [information(tables[i - 1, i].reshape(k, k)) for i in range(1, len(self.columns))]
        return seconds, values


class Kraskov:
    """Columns with a target, by scikit-learn or ennemi; the numbers of KraskovWork.swift."""

    def __init__(self, variant, rows, columns):
        self.variant = variant
        state, numbers = 12345, np.empty(rows * 4 * (columns + 1))
        for index in range(numbers.size):
            state = (state * 1103515245 + 12345) % 2**31
            numbers[index] = state / 2**31
        quads = numbers.reshape(rows, columns + 1, 4)
        sums = quads[..., 0] + quads[..., 1] - quads[..., 2] - quads[..., 3]
        self.target = sums[:, 0]
        self.features = np.arange(columns) / 16 * self.target[:, None] + sums[:, 1:]

    def step(self):
        if self.variant == "ennemi":
            import ennemi
            begin = time.perf_counter()
            values = ennemi.estimate_mi(self.target, self.features, k=3, max_threads=THREADS)[0]
        else:
            from sklearn.feature_selection import mutual_info_regression
            begin = time.perf_counter()
            values = mutual_info_regression(
                self.features, self.target, n_neighbors=3, n_jobs=THREADS, random_state=0)
        return time.perf_counter() - begin, [float(value) for value in values]


class NormalDensity:
    """Many numbers under one normal distribution."""

    def __init__(self, variant, count):
        self.variant = variant
        self.x = (words(count, 1) + 0.5) / 2**32 * 8 - 4
        if variant == "torch":
            import torch
            torch.set_num_threads(THREADS)
            self.x = torch.from_numpy(self.x)
            parameters = torch.tensor([0.3, 1.7], dtype=torch.float64)
            self.density = torch.distributions.Normal(parameters[0], parameters[1], validate_args=False).log_prob
        else:
            from scipy import stats
            self.density = stats.norm(0.3, 1.7).logpdf

    def step(self):
        begin = time.perf_counter()
        density = self.density(self.x)
        return time.perf_counter() - begin, [float(density[0]), float(density[-1])]


class Draws:
    """NumPy's samplers."""

    def __init__(self, variant, count, family):
        self.count, self.family, self.generator = count, family, np.random.default_rng(1)

    def step(self):
        begin = time.perf_counter()
        if self.family == "gamma":
            drawn = self.generator.gamma(2.5, size=self.count)
        else:
            drawn = self.generator.dirichlet([1, 1.5, 2.5], size=self.count)[:, 0]
        return time.perf_counter() - begin, [float(drawn[:1000].mean())]


class Factors:
    """Principal components and factor analysis by scikit-learn; the numbers of FactorWork.swift."""

    def __init__(self, variant, rows, columns, model):
        self.solver, self.model, k = variant.rpartition(" ")[2], model, 8

        def uniform(count, seed):
            return (words(count, seed) + 0.5) / 2**32 * 2 - 1

        z, noise = uniform(rows * k, 1), uniform(rows * columns, 2)
        self.x = noise.reshape(rows, columns)
        self.x += z.reshape(rows, k) @ uniform(k * columns, 3).reshape(k, columns)

    def step(self):
        from sklearn.decomposition import PCA, FactorAnalysis
        begin = time.perf_counter()
        if self.model == "pca":
            # The solvers of a part of the spectrum are asked for the ten variances that are compared.
            count = 10 if self.solver in ("arpack", "randomized") else None
            fit = PCA(count, svd_solver=self.solver, random_state=0).fit(self.x)
            return time.perf_counter() - begin, [float(value) for value in fit.explained_variance_[:10]]
        fit = FactorAnalysis(8, svd_method=self.solver, random_state=0).fit(self.x)
        seconds = time.perf_counter() - begin
        return seconds, [float(fit.score(self.x))]


def prepare(variant, case):
    name, _, sizes = case.partition("-")
    sizes = list(map(int, sizes.split("x")))
    if name in ("gamma", "dirichlet"):
        return Draws(variant, *sizes, name)
    if name in ("pca", "factors"):
        return Factors(variant, *sizes, name)
    return {"pairwise": Pairwise, "ksg": Kraskov, "normal": NormalDensity}[name](variant, *sizes)


def versions():
    """Of what is installed."""
    from importlib import metadata
    names = {"NumPy": "numpy", "scikit-learn": "scikit-learn", "ennemi": "ennemi", "scipy": "scipy", "torch": "torch"}
    return {shown: metadata.version(name) for shown, name in names.items()}


def main():
    prepared = {}
    for line in sys.stdin:
        verb, _, rest = line.strip().partition(" ")
        if verb == "versions":
            answer = versions()
        else:
            if rest not in prepared:
                prepared.clear()  # one case's inputs at a time
                prepared[rest] = prepare(*rest.split("/"))
            seconds, values = prepared[rest].step()
            answer = {"seconds": seconds, "values": values}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
