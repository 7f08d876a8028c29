#!/usr/bin/env python
"""A whole process from CSV to model with pandas and scikit-learn: read, start, converge to 1e-6 nats, write.

usage: answer_scikit_learn.py DATA.csv COMPONENTS MODEL-OUT [--delimiter C] [--restarts R] [--seed S]

The stop rule is a gain of at most 1e-6 nats in total log-likelihood (tol = 1e-6 / rows, since the bound is per
row), reg_covar = 0.  Prints one JSON object with the log-likelihood at the returned parameters; the driver times
the process from outside.
"""

import argparse
import json

parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("components", type=int)
parser.add_argument("model")
parser.add_argument("--delimiter", default=",")
parser.add_argument("--restarts", type=int, default=1)
parser.add_argument("--seed", type=int, default=0)
options = parser.parse_args()

import joblib
import pandas
import sklearn
from sklearn.mixture import GaussianMixture

rows = pandas.read_csv(options.data, sep=options.delimiter).to_numpy(dtype=float)
model = GaussianMixture(
    options.components, tol=1e-6 / len(rows), reg_covar=0.0, max_iter=10_000, n_init=options.restarts,
    random_state=options.seed).fit(rows)
joblib.dump(model, options.model)
print(json.dumps({
    "peer": "scikit-learn + pandas", "version": f"{sklearn.__version__} + {pandas.__version__}",
    # The bound is that of the last E-step, before the last M-step: within the tolerance of the returned one.
    "logLikelihood": model.lower_bound_ * len(rows), "iterations": model.n_iter_, "converged": model.converged_}))
