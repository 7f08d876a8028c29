#!/usr/bin/env python
"""Write the hidden Markov case into a folder: data.npy, start-{initial,transitions,means,covariances}.npy.

usage: generate_chain.py FOLDER

The files go to FOLDER/chain-10/: one sequence of 1,000,000 rows in four columns from ten Gaussian states that tend to
stay, and a common start near their means.  Byte for byte the same for the same NumPy version; nothing is written when
the folder already holds the case.
"""

import os
import sys

import numpy as np

STATES, COLUMNS, ROWS, SEED = 10, 4, 1_000_000, 7


def main():
    folder = os.path.join(sys.argv[1], "chain-10")
    if os.path.exists(os.path.join(folder, "case.json")):
        return
    os.makedirs(folder, exist_ok=True)
    generator = np.random.default_rng(SEED)
    transitions = 0.3 * generator.dirichlet(np.ones(STATES), size=STATES) + 0.7 * np.eye(STATES)
    means = 2 * generator.standard_normal((STATES, COLUMNS))
    roots = 0.2 * generator.standard_normal((STATES, COLUMNS, COLUMNS)) + np.eye(COLUMNS)
    cumulated, positions = np.cumsum(transitions, axis=1), generator.random(ROWS)
    states, now = np.empty(ROWS, int), 0
    for t in range(ROWS):
        now = min(int(np.searchsorted(cumulated[now], positions[t])), STATES - 1)
        states[t] = now
    rows = means[states] + np.einsum("nij,nj->ni", roots[states], generator.standard_normal((ROWS, COLUMNS)))
    arrays = {
        "data": rows, "start-initial": np.full(STATES, 1 / STATES),
        "start-transitions": 0.5 * np.eye(STATES) + 0.5 / STATES,
        "start-means": means + 0.3 * generator.standard_normal((STATES, COLUMNS)),
        "start-covariances": np.tile(2.0 * np.eye(COLUMNS), (STATES, 1, 1))}
    for name, array in arrays.items():
        np.save(os.path.join(folder, name + ".npy"), array)
    with open(os.path.join(folder, "case.json"), "w") as file:
        file.write("{}\n")


if __name__ == "__main__":
    main()
