#!/usr/bin/env python
"""scikit-learn GaussianMixture from the common start: seconds per iteration and the log-likelihood reached.

usage: run_scikit_learn.py CASE FOLDER [--threads T] [--repeats R]

Settings: weights_init, means_init, precisions_init given, tol=0 (the change is never below 0, so it never
stops), reg_covar=0, float64, warm_start off.
"""

import os
import warnings

import common

options = common.arguments(__doc__)
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, str(options.threads))

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

warnings.simplefilter("ignore", ConvergenceWarning)


def main():
    case, x = options.case, common.data(options)
    weights, means, covariances = common.start(options)
    diagonal = case.covariance == "diagonal"
    if diagonal:
        precisions = 1.0 / np.diagonal(covariances, axis1=1, axis2=2)
    else:
        precisions = np.linalg.inv(covariances)

    def fit(iterations):
        return GaussianMixture(
            case.components, covariance_type="diag" if diagonal else "full", tol=0.0, reg_covar=0.0,
            max_iter=iterations, weights_init=weights, means_init=means, precisions_init=precisions).fit(x)

    per_iteration, times = common.seconds_per_iteration(fit, case.slow, options.repeats)
    model = fit(case.check)
    assert model.n_iter_ == case.check
    matrices = np.stack([np.diag(v) for v in model.covariances_]) if diagonal else model.covariances_
    likelihood = common.log_likelihood(x, model.weights_, model.means_, matrices)
    common.report(options, "scikit-learn", sklearn.__version__, per_iteration, times, likelihood,
                  "tol=0, reg_covar=0")


if __name__ == "__main__":
    main()
