"""Writes folds.json: the validation parts of scikit-learn's KFold and StratifiedKFold without shuffling.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python Tests/References/Networks/folds.py Tests/References/Networks/folds.json

`plain` are cases of `count` and `folds`; `stratified` of `classes` and `folds`; `validation` lists each fold's indices.
"""
import json
import sys
import warnings

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

warnings.filterwarnings("ignore")
generator = np.random.default_rng(0)
plain, stratified = [], []
for count, folds in [(10, 2), (10, 3), (7, 7), (23, 5), (100, 10), (2, 2)]:
    parts = KFold(folds).split(np.zeros(count))
    plain.append({"count": count, "folds": folds, "validation": [p[1].tolist() for p in parts]})
for count, classes, folds in [(20, 2, 4), (31, 3, 5), (50, 7, 3), (40, 4, 10), (12, 5, 2)]:
    # Some classes are rarer than there are folds, and classes come in no order.
    labels = (generator.random(count) ** 2 * classes).astype(int)[::-1].tolist()
    parts = StratifiedKFold(folds).split(np.zeros(count), labels)
    stratified.append({"classes": labels, "folds": folds, "validation": [p[1].tolist() for p in parts]})
with open(sys.argv[1], "w") as file:
    json.dump({"plain": plain, "stratified": stratified}, file, separators=(",", ":"))
    file.write("\n")
