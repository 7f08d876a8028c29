#!/usr/bin/env python
"""hmmlearn GaussianHMM from the common start: seconds per EM iteration and the log-likelihood reached.

usage: run_hmmlearn.py FOLDER IMPLEMENTATION FEWER MORE CHECK [--repeats R]

IMPLEMENTATION is log (hmmlearn's default) or scaling.  Settings: full covariances, no priors, no floor under the
covariances, tol = -inf, so that it never stops.  Its recursions run on one thread, NumPy's products on OMP_NUM_THREADS.
"""

import argparse
import json
import os
import sys
import time

import hmmlearn
import numpy as np
from hmmlearn import hmm


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("implementation", choices=["log", "scaling"])
    for name in ("fewer", "more", "check"):
        parser.add_argument(name, type=int)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    rows = np.load(os.path.join(options.folder, "data.npy"))
    start = {
        name: np.load(os.path.join(options.folder, f"start-{name}.npy"))
        for name in ("initial", "transitions", "means", "covariances")}

    def fit(iterations):
        # The M-step divides by covars_weight - columns + count, so this weight is no prior.
        model = hmm.GaussianHMM(
            len(start["initial"]), "full", min_covar=0.0, covars_prior=0.0, covars_weight=rows.shape[1],
            means_weight=0.0, n_iter=iterations, tol=-np.inf, init_params="", implementation=options.implementation)
        model.startprob_, model.transmat_ = start["initial"], start["transitions"]
        model.means_, model.covars_ = start["means"], start["covariances"]
        return model.fit(rows)

    times = {options.fewer: [], options.more: []}
    for _ in range(options.repeats):
        for count in times:
            begin = time.perf_counter()
            fit(count)
            times[count].append(time.perf_counter() - begin)
    per_iteration = (min(times[options.more]) - min(times[options.fewer])) / (options.more - options.fewer)
    json.dump(
        {"peer": f"hmmlearn {options.implementation}", "version": hmmlearn.__version__,
         "secondsPerIteration": per_iteration, "times": {str(n): t for n, t in times.items()},
         "checkIterations": options.check, "logLikelihood": float(fit(options.check).score(rows))}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
