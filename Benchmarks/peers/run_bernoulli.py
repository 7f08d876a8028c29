#!/usr/bin/env python
"""A Bernoulli mixture on binarized MNIST by matrix products in NumPy: seconds per EM iteration.

usage: run_bernoulli.py MNIST FOLDER [--threads T] [--repeats R]

MNIST holds train-images-idx3-ubyte.gz.  Writes FOLDER/data.npy (60,000 × 784, 1 where a pixel is above 127) and the
common start of ten components if they are not there.  Float64 rows; E-step X·(log p − log(1 − p))ᵀ + Σ log(1 − p) and
a log-sum-exp, M-step Rᵀ·X; probabilities are kept within 1e-300 … 1 − 2⁻⁵³, so that no logarithm is infinite.
"""

import argparse
import gzip
import json
import os
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("mnist")
parser.add_argument("folder")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repeats", type=int, default=3)
options = parser.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, str(options.threads))

import numpy as np

COMPONENTS, CHECK, FEWER, MORE = 10, 12, 1, 6


def prepare():
    os.makedirs(options.folder, exist_ok=True)
    path = os.path.join(options.folder, "data.npy")
    if not os.path.exists(path):
        with gzip.open(os.path.join(options.mnist, "train-images-idx3-ubyte.gz")) as file:
            pixels = np.frombuffer(file.read()[16:], np.uint8).reshape(-1, 784)
        np.save(path, (pixels > 127).astype(np.uint8))
        generator = np.random.default_rng(10)
        np.save(os.path.join(options.folder, "start-weights.npy"), np.full(COMPONENTS, 1 / COMPONENTS))
        np.save(
            os.path.join(options.folder, "start-probabilities.npy"), generator.uniform(0.25, 0.75, (COMPONENTS, 784)))
    return tuple(np.load(os.path.join(options.folder, name + ".npy"))
                 for name in ("data", "start-weights", "start-probabilities"))


def expectation(x, weights, p):
    log_one, log_zero = np.log(p), np.log1p(-p)
    joint = x @ (log_one - log_zero).T + (np.log(weights) + log_zero.sum(1))
    top = joint.max(1, keepdims=True)
    shares = np.exp(joint - top)
    sums = shares.sum(1, keepdims=True)
    return shares / sums, float((top + np.log(sums)).sum())


def fit(x, weights, p, iterations):
    for _ in range(iterations):
        shares, _ = expectation(x, weights, p)
        counts = shares.sum(0)
        weights, p = counts / len(x), np.clip(shares.T @ x / counts[:, None], 1e-300, 1 - 2.0**-53)
    return weights, p


def main():
    bits, weights, p = prepare()
    x = bits.astype(np.float64)
    fit(x, weights, p, 1)
    times = {FEWER: [], MORE: []}
    for _ in range(options.repeats):
        for count in (FEWER, MORE):
            begin = time.perf_counter()
            fit(x, weights, p, count)
            times[count].append(time.perf_counter() - begin)
    _, likelihood = expectation(x, *fit(x, weights, p, CHECK))
    json.dump(
        {"peer": "NumPy, matrix products", "version": np.__version__, "threads": options.threads,
         "secondsPerIteration": (min(times[MORE]) - min(times[FEWER])) / (MORE - FEWER),
         "times": {str(n): t for n, t in times.items()}, "checkIterations": CHECK, "logLikelihood": likelihood},
        sys.stdout)
    print()


if __name__ == "__main__":
    main()
