#!/usr/bin/env python
"""oneDAL em_gmm (daal4py) from the common start: seconds per iteration and the log-likelihood reached.

usage: run_onedal.py CASE FOLDER [--threads T] [--repeats R]

Settings: fptype double, accuracyThreshold 0, regularizationFactor 0 (oneDAL regularizes only a covariance whose
factorization failed), covarianceStorage full or diagonal, inputs and start given.
"""

import common

options = common.arguments(__doc__)

import daal4py
import numpy as np


def main():
    case, x = options.case, common.data(options)
    weights, means, covariances = common.start(options)
    daal4py.daalinit(options.threads)
    diagonal = case.covariance == "diagonal"
    if diagonal:
        start = [np.ascontiguousarray(np.diag(c)[None, :]) for c in covariances]
    else:
        start = [np.ascontiguousarray(c) for c in covariances]

    def fit(iterations):
        return daal4py.em_gmm(
            nComponents=case.components, fptype="double", maxIterations=iterations, accuracyThreshold=0.0,
            regularizationFactor=0.0, covarianceStorage="diagonal" if diagonal else "full",
        ).compute(x, weights[None, :], means, start)

    per_iteration, times = common.seconds_per_iteration(fit, case.fast, options.repeats)
    result = fit(case.check)
    assert int(np.asarray(result.nIterations).ravel()[0]) == case.check, result.nIterations
    matrices = [np.asarray(c) for c in result.covariances]
    if diagonal:
        matrices = [np.diag(c.ravel()) for c in matrices]
    likelihood = common.log_likelihood(x, np.asarray(result.weights).ravel(), np.asarray(result.means), matrices)
    common.report(options, "oneDAL em_gmm", daal4py._get__daal_link_version__(), per_iteration, times, likelihood,
                  "accuracyThreshold=0, regularizationFactor=0")


if __name__ == "__main__":
    main()
