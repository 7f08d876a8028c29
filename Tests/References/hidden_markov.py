"""Writes hidden_markov.json: hmmlearn's forward-backward, Viterbi and EM from given starts on small data.

    pip install numpy==2.4.6 hmmlearn==0.3.3
    python Tests/References/hidden_markov.py Tests/References/hidden_markov.json

`cases`, each with `kind` (gaussian, diagonal, categorical, poisson), `lengths`, `values` [n*D], and a start: `initial`
[K], `transitions` [K*K], and `means` [K*D] with `covariances` [K*D*D], or `probabilities` [K*levels], or `rates` [K*D].
At the start: `logLikelihoods` of the sequences, `posteriors` [n*K], `path` [n] and `pathLogDensity` (their sum over the
sequences).  After `iterations` of plain EM without priors: `finalLogLikelihood`, `finalInitial`, `finalTransitions`,
`finalMeans` and `finalCovariances`, or `finalProbabilities`, or `finalRates`.
"""
import json
import sys

import numpy as np
from hmmlearn import hmm

ITERATIONS = 7


def chain(generator, initial, transitions, lengths):
    states = []
    for length in lengths:
        state = generator.choice(len(initial), p=initial)
        for t in range(length):
            if t:
                state = generator.choice(len(initial), p=transitions[state])
            states.append(state)
    return np.array(states)


def model(kind, start, iterations):
    common = dict(n_iter=iterations, tol=-np.inf, init_params="", startprob_prior=1.0, transmat_prior=1.0)
    k = len(start["initial"])
    if kind in ("gaussian", "diagonal"):
        # min_covar enters the M-step only through the priors, which are off.
        m = hmm.GaussianHMM(k, "full" if kind == "gaussian" else "diag", min_covar=0.0, covars_prior=0.0,
                            covars_weight=0.0 if kind == "gaussian" else 1.0, means_weight=0.0, params="stmc", **common)
        if kind == "gaussian":
            # Σ = (covars_prior + scatter) / (covars_weight - D + count): the weight D is no prior.
            m.covars_weight = start["means"].shape[1]
        m.means_, m.covars_ = start["means"], (
            start["covariances"] if kind == "gaussian" else np.array([np.diag(c) for c in start["covariances"]]))
    elif kind == "categorical":
        m = hmm.CategoricalHMM(k, emissionprob_prior=1.0, params="ste", **common)
        m.emissionprob_ = start["probabilities"]
    else:
        m = hmm.PoissonHMM(k, lambdas_prior=0.0, lambdas_weight=0.0, params="stl", **common)
        m.lambdas_ = start["rates"]
    m.startprob_, m.transmat_ = start["initial"], start["transitions"]
    return m


def case(kind, values, lengths, start):
    m = model(kind, start, ITERATIONS)
    begins = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    scores = [float(m.score(values[b:b + n])) for b, n in zip(begins, lengths)]
    posteriors = m.predict_proba(values, lengths)
    best, path = m.decode(values, lengths, algorithm="viterbi")
    result = {
        "kind": kind, "columns": values.shape[1], "lengths": [int(n) for n in lengths],
        "values": values.ravel().tolist(), **{name: np.ravel(v).tolist() for name, v in start.items()},
        "logLikelihoods": scores, "posteriors": posteriors.ravel().tolist(), "path": path.tolist(),
        "pathLogDensity": float(best), "iterations": ITERATIONS}
    m.fit(values, lengths)
    assert m.monitor_.iter == ITERATIONS
    result |= {"finalLogLikelihood": float(m.score(values, lengths)), "finalInitial": m.startprob_.tolist(),
               "finalTransitions": m.transmat_.ravel().tolist()}
    if kind in ("gaussian", "diagonal"):
        result |= {"finalMeans": m.means_.ravel().tolist(), "finalCovariances": m.covars_.ravel().tolist()}
    elif kind == "categorical":
        result["finalProbabilities"] = m.emissionprob_.ravel().tolist()
    else:
        result["finalRates"] = m.lambdas_.ravel().tolist()
    return result


def main():
    generator = np.random.default_rng(20261121)
    lengths = [120, 1, 37, 300, 2]
    initial, transitions = np.array([0.5, 0.3, 0.2]), np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.25, 0.05, 0.7]])
    states = chain(generator, initial, transitions, lengths)
    start = {"initial": np.array([0.4, 0.4, 0.2]),
             "transitions": np.array([[0.6, 0.2, 0.2], [0.2, 0.6, 0.2], [0.3, 0.3, 0.4]])}
    centers = np.array([[0.0, 0.0], [2.5, 1.0], [-1.0, 3.0]])
    values = centers[states] + generator.standard_normal((len(states), 2)) @ np.array([[1.0, 0.3], [0.0, 0.7]])
    values = np.round(values, 6)
    gaussian = start | {"means": np.array([[-0.5, 0.2], [2.0, 0.5], [-0.5, 2.5]]),
                        "covariances": np.array([[[1.2, 0.2], [0.2, 1.0]], [[0.8, 0.0], [0.0, 1.5]],
                                                 [[1.0, -0.3], [-0.3, 0.9]]])}
    levels = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.5, 0.3, 0.1], [0.1, 0.1, 0.2, 0.6]])
    symbols = np.array([[generator.choice(4, p=levels[s])] for s in states])
    # No two paths of these are equally probable.
    categorical = {"initial": np.array([0.41, 0.37, 0.22]),
                   "transitions": np.array([[0.61, 0.22, 0.17], [0.19, 0.58, 0.23], [0.26, 0.31, 0.43]]),
                   "probabilities": np.array([[0.51, 0.23, 0.15, 0.11], [0.18, 0.39, 0.24, 0.19],
                                              [0.09, 0.21, 0.29, 0.41]])}
    rates = np.array([[1.0, 8.0], [6.0, 2.0], [15.0, 30.0]])
    counts = generator.poisson(rates[states])
    poisson = start | {"rates": np.array([[2.0, 6.0], [5.0, 3.0], [12.0, 20.0]])}
    cases = [case("gaussian", values, lengths, gaussian), case("diagonal", values, lengths, gaussian),
             case("categorical", symbols, lengths, categorical), case("poisson", counts, lengths, poisson)]
    with open(sys.argv[1], "w") as file:
        json.dump({"cases": cases}, file)
        file.write("\n")


main()
