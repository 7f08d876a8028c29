#!/usr/bin/env python3
"""Writes neighbors.json: nearest-neighbor and histogram estimates by other systems on data from a formula.

scikit-learn 1.9.1 (its estimators beneath the noise it adds), ennemi 1.5.0 without preprocessing (its digamma is good
to about seven digits), numpy; what neither has exactly by brute force over all pairs, from the papers' equations.
"""

import json

import ennemi
import numpy as np
from scipy.special import digamma as psi
from scipy.stats import entropy
from sklearn.feature_selection._mutual_info import _compute_mi_cc, _compute_mi_cd
from sklearn.metrics import mutual_info_score


def columns(rows):
    """Four columns of exact float64 arithmetic; the tests compute the same."""
    state, result = 12345, []
    for _ in range(rows):
        u = []
        for _ in range(6):
            state = (state * 1103515245 + 12345) % 2**31
            u.append(state / 2**31)
        x = u[0] + u[1] - u[2]
        y = 0.75 * x + 0.5 * u[3]
        result.append((x, y, x * x + u[4], u[5] - 0.5 * y))
    return np.array(result).T


def distances(points):
    return np.abs(points[:, None, :] - points[None, :, :]).max(2)


def brute(x, y, k, second):
    """KSG 1 or 2 between groups of standardized columns (rows × columns)."""
    n = len(x)
    dx, dy = distances(x), distances(y)
    joint = np.maximum(dx, dy)
    np.fill_diagonal(joint, np.inf)
    order = np.argsort(joint, 1)[:, :k]
    total = 0.0
    for i in range(n):
        if second:
            ex, ey = dx[i, order[i]].max(), dy[i, order[i]].max()
            nx, ny = (dx[i] <= ex).sum() - 1, (dy[i] <= ey).sum() - 1
            total += psi(k) - 1 / k + psi(n) - psi(nx) - psi(ny)
        else:
            e = joint[i, order[i, -1]]
            total += psi(k) + psi(n) - psi((dx[i] < e).sum()) - psi((dy[i] < e).sum())
    return total / n


def divergence(p, q, k):
    n, m, width = len(p), len(q), p.shape[1]
    scale = np.vstack([p, q]).std(0)
    p, q = p / scale, q / scale
    own = distances(p)
    np.fill_diagonal(own, np.inf)
    rho = np.sort(own, 1)[:, k - 1]
    nu = np.sort(np.abs(p[:, None, :] - q[None, :, :]).max(2), 1)[:, k - 1]
    return width * np.mean(np.log(nu / rho)) + np.log(m / (n - 1))


def conditional(x, y, z, k):
    n, joint = len(x), distances(np.c_[x, y, z])
    np.fill_diagonal(joint, np.inf)
    e = np.sort(joint, 1)[:, k - 1 : k]
    xz, yz, alone = ((distances(c) < e).sum(1) for c in (np.c_[x, z], np.c_[y, z], z))
    return psi(k) + np.mean(psi(alone) - psi(xz) - psi(yz))


def nearest_entropy(x, k):
    d = distances(x)
    np.fill_diagonal(d, np.inf)
    return psi(len(x)) - psi(k) + x.shape[1] * np.mean(np.log(2 * np.sort(d, 1)[:, k - 1]))


raw = columns(300)
deviations = raw.std(1)
x, y, z, w = (raw / deviations[:, None])
codes = np.floor(3 * (raw[0] - raw[0].min()) / (raw[0].max() - raw[0].min() + 1e-9)).astype(int)
edges = [np.histogram_bin_edges(c, bins="fd") for c in raw[:2]]
binned = [np.minimum(((c - c.min()) / (e[1] - e[0])).astype(int), len(e) - 2) for c, e in zip(raw, edges)]
occupied = [len(np.unique(b)) for b in binned] + [len(np.unique(binned[0] * 1000 + binned[1]))]
plain = dict(preprocess=False)
values = {
    "rows": 300,
    "first": [float(c[-1]) for c in raw],
    "kraskov1, k = 3": _compute_mi_cc(x, y, 3),
    "kraskov1, k = 6": _compute_mi_cc(x, y, 6),
    "ennemi, k = 6": float(ennemi.estimate_mi(y, x, k=6, **plain)[0, 0]),
    "kraskov1, x and z, k = 3": _compute_mi_cc(x, z, 3),
    "kraskov2, k = 3": brute(x[:, None], y[:, None], 3, True),
    "groups, k = 4": brute(np.c_[x, w], np.c_[y, z], 4, False),
    "groups, kraskov2, k = 4": brute(np.c_[x, w], np.c_[y, z], 4, True),
    "conditional, k = 3": conditional(x, y, z[:, None], 3),
    "conditional on two, k = 3": conditional(x, y, np.c_[z, w], 3),
    "ennemi, conditional on two, k = 3": float(ennemi.estimate_mi(y, x, k=3, cond=np.c_[z, w], **plain)[0, 0]),
    "classes, k = 3": _compute_mi_cd(y[:, None], codes, 3),
    "entropy, k = 3": nearest_entropy(x[:, None], 3) + np.log(deviations[0]),
    "ennemi, entropy, k = 3": float(ennemi.estimate_entropy(x, k=3)) + np.log(deviations[0]),
    "joint entropy, k = 5": nearest_entropy(np.c_[x, y, z], 5) + np.log(deviations[:3]).sum(),
    "divergence, k = 3": divergence(raw[:1].T, raw[1:2].T, 3),
    "divergence of two columns, k = 2": divergence(raw[:2].T, raw[1:3, :200].T, 2),
    "histogram entropy": entropy(np.bincount(binned[0])) + (occupied[0] - 1) / 600 + np.log(edges[0][1] - edges[0][0]),
    "histogram mutual information": mutual_info_score(*binned) + (occupied[0] + occupied[1] - occupied[2] - 1) / 600,
}
with open(__file__.replace(".py", ".json"), "w") as file:
    json.dump({k: v if isinstance(v, (list, int)) else float(v) for k, v in values.items()}, file, indent=1)
    file.write("\n")
