"""What the peer runners share: arguments, the common start, timing, an independent log-likelihood, JSON output."""

import argparse
import json
import math
import os
import sys
import time

import numpy as np

from cases import CASES


def arguments(doc):
    """CASE FOLDER [--threads T] [--repeats R] with the case looked up; sets the thread count for BLAS/OpenMP.

    Call before importing the peer: thread pools read the environment once.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", choices=CASES)
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    options.case = CASES[options.case]
    options.folder = os.path.join(options.folder, options.case.name)
    return options


def data(options):
    """The rows as a C-ordered float64 array."""
    return np.load(os.path.join(options.folder, "data.npy"))


def start(options):
    """Weights [K], means [K, D], covariances [K, D, D] of the common start."""
    return tuple(
        np.load(os.path.join(options.folder, f"start-{name}.npy")) for name in ("weights", "means", "covariances"))


def log_likelihood(x, weights, means, covariances, chunk=20_000):
    """Total log p(x) in nats from centered, triangular-solved distances; the same code judges every program."""
    from scipy.linalg import solve_triangular
    from scipy.special import logsumexp

    factors = [np.linalg.cholesky(c) for c in covariances]
    constants = [
        np.log(w) - np.log(np.diag(f)).sum() - 0.5 * x.shape[1] * np.log(2 * np.pi)
        for w, f in zip(weights, factors, strict=True)]
    parts = []
    for begin in range(0, len(x), chunk):
        tile = x[begin:begin + chunk]
        joint = np.empty((len(tile), len(weights)))
        for j, factor in enumerate(factors):
            y = solve_triangular(factor, (tile - means[j]).T, lower=True, check_finite=False)
            joint[:, j] = constants[j] - 0.5 * np.einsum("ij,ij->j", y, y)
        parts.extend(logsumexp(joint, axis=1))
    return math.fsum(parts)


def seconds_per_iteration(fit, pair, repeats):
    """(time of n2 iterations − time of n1 iterations) / (n2 − n1), the least of `repeats`, after a warm-up.

    What is not an iteration (start-up, checks, a closing pass) is in both times and cancels.
    """
    n1, n2 = pair
    fit(n1)
    times = {n1: [], n2: []}
    for _ in range(repeats):
        for n in pair:
            begin = time.perf_counter()
            fit(n)
            times[n].append(time.perf_counter() - begin)
    return (min(times[n2]) - min(times[n1])) / (n2 - n1), times


def report(options, peer, version, per_iteration, times, likelihood, note=""):
    """One JSON object on standard output."""
    json.dump(
        {
            "peer": peer, "version": version, "case": options.case.name, "threads": options.threads,
            "secondsPerIteration": per_iteration, "times": {str(n): t for n, t in times.items()},
            "checkIterations": options.case.check, "logLikelihood": likelihood, "note": note,
        }, sys.stdout)
    print()
