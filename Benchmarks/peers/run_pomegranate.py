#!/usr/bin/env python
"""pomegranate GeneralMixtureModel from the common start: seconds per iteration and the log-likelihood reached.

usage: run_pomegranate.py CASE FOLDER [--threads T] [--repeats R]

Settings: torch's default type float64, tol = -inf (it never stops), no min_cov, components and priors given.
"""

import common

options = common.arguments(__doc__)

import numpy as np
import pomegranate
import torch
from pomegranate.distributions import Normal
from pomegranate.gmm import GeneralMixtureModel

torch.set_default_dtype(torch.float64)
torch.set_num_threads(options.threads)


def main():
    case, x = options.case, torch.from_numpy(common.data(options))
    weights, means, covariances = common.start(options)
    diagonal = case.covariance == "diagonal"

    def fit(iterations):
        components = [
            Normal(
                torch.tensor(mean), torch.tensor(np.diag(matrix).copy() if diagonal else matrix),
                covariance_type="diag" if diagonal else "full")
            for mean, matrix in zip(means, covariances, strict=True)]
        model = GeneralMixtureModel(
            components, priors=torch.tensor(weights), max_iter=iterations, tol=float("-inf"), check_data=False)
        with torch.no_grad():
            model.fit(x)
        return model

    per_iteration, times = common.seconds_per_iteration(fit, case.slow, options.repeats)
    model = fit(case.check)
    matrices = [d.covs.detach().numpy() for d in model.distributions]
    if diagonal:
        matrices = [np.diag(m) for m in matrices]
    likelihood = common.log_likelihood(
        x.numpy(), model.priors.detach().numpy(), [d.means.detach().numpy() for d in model.distributions], matrices)
    common.report(options, "pomegranate", f"{pomegranate.__version__} (torch {torch.__version__})", per_iteration,
                  times, likelihood, "tol=-inf")


if __name__ == "__main__":
    main()
