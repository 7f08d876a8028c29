#!/usr/bin/env python
"""mlpack gmm_train: seconds per iteration and the log-likelihood reached.

usage: run_mlpack.py CASE FOLDER [--threads T] [--repeats R]

Settings: tolerance=0, no_force_positive, one trial, seed 1.  gmm_train runs its own k-means start even when an
input_model is given (a model holding the common start changes nothing), so its log-likelihood is that of another
path and is not compared; the start's time is in both counts of iterations and cancels.  Its loop counts the
evaluation of the start as iteration 1, so n M-steps are asked for as max_iterations = n + 1.
"""

import os

import common

options = common.arguments(__doc__)
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)

import mlpack
import numpy as np


def main():
    case, x = options.case, common.data(options)
    diagonal = case.covariance == "diagonal"

    def fit(iterations):
        return mlpack.gmm_train(
            input_=x, gaussians=case.components, tolerance=0.0, trials=1, seed=1,
            kmeans_max_iterations=5, max_iterations=iterations + 1, no_force_positive=True,
            diagonal_covariance=diagonal)["output_model"]

    per_iteration, times = common.seconds_per_iteration(fit, case.slow, options.repeats)
    gmm = fit(case.check).get_cpp_params()["GMM"]
    likelihood = common.log_likelihood(
        x, np.ravel(gmm["weights"]), [np.ravel(d["mean"]) for d in gmm["dists"]],
        [np.asarray(d["covariance"]) for d in gmm["dists"]])
    common.report(options, "mlpack", mlpack.__version__, per_iteration, times, likelihood,
                  "own k-means start, tolerance=0")


if __name__ == "__main__":
    main()
