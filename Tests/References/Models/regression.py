#!/usr/bin/env python
"""Ridge regression and k-fold cross-validation of polynomials by scikit-learn, for RegressionTests.

Pinned: scikit-learn 1.9.1, NumPy 2.4.6.  Writes regression.json beside this file.
"""

import json
import os

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold

random = np.random.default_rng(7)
n = 120
x = random.uniform(-2, 2, (n, 2)) * [1, 30] + [0, 100]
y = np.stack([1.5 * x[:, 0] - 0.02 * x[:, 1] + 3 + random.normal(0, 0.3, n), x[:, 1] - 4 * x[:, 0]], 1)
ridge = []
for decay in (0.0, 1e-3, 0.1, 10.0):
    model = Ridge(alpha=n * decay, solver="svd", tol=1e-14).fit(x, y)
    ridge.append({"decay": decay, "weights": model.coef_.T.tolist(), "intercept": model.intercept_.tolist()})

t = random.uniform(-2, 2, (n, 1))
z = 5 + 1.2 * t - 3.4 * t**2 / 2 + 5.6 * t**3 / 6 + random.normal(0, 0.1, (n, 1))
folds = []
for degree in range(1, 9):
    for decay in (0.0, 1e-3, 0.1):
        total, means = 0.0, []
        for training, held in KFold(10).split(t):
            center, scale = t[training].mean(0), t[training].std(0)
            target_center, target_scale = z[training].mean(0), z[training].std(0)
            powers = lambda v: np.concatenate([((v - center) / scale) ** k for k in range(1, degree + 1)], 1)
            model = Ridge(alpha=len(training) * decay, solver="svd", tol=1e-14)
            model.fit(powers(t[training]), (z[training] - target_center) / target_scale)
            guess = model.predict(powers(t[held])).reshape(-1, 1) * target_scale + target_center
            total += ((guess - z[held]) ** 2).sum() / 2
            means.append(((guess - z[held]) ** 2).mean() / 2)
        error = np.std(means, ddof=1) / np.sqrt(len(means))
        folds.append({"degree": degree, "decay": decay, "loss": total / n, "standardError": error})

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "regression.json")
with open(path, "w") as file:
    json.dump({"x": x.tolist(), "y": y.tolist(), "ridge": ridge, "t": t.tolist(), "z": z.tolist(), "folds": folds}, file)
    file.write("\n")
