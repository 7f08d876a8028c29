#!/usr/bin/env python3
"""Writes shared_data.json: scikit-learn 1.9.1's mutual information on the shared data (the folder is the argument).

It adds noise of 1e-10 standard deviations to break ties; means over 5 seeds.
"""

import csv
import json
import sys

import numpy as np
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression


def rows(path, skip):
    with open(f"{sys.argv[1]}/{path}") as file:
        return list(csv.reader(file))[skip:]


iris = rows("iris/iris_seaborn.csv", 1)
wine = rows("wine/wine_uci.csv", 0)
cases = {
    "iris": (np.array([r[:4] for r in iris], float), [r[4] for r in iris]),
    "wine": (np.array([r[:13] for r in wine], float), [r[13] for r in wine]),
}
result = {}
for name, (features, classes) in cases.items():
    result[f"{name}, classes"] = np.mean(
        [mutual_info_classif(features, classes, random_state=s) for s in range(5)], 0).tolist()
    result[f"{name}, first column"] = np.mean(
        [mutual_info_regression(features[:, 1:], features[:, 0], random_state=s) for s in range(5)], 0).tolist()
with open(__file__.replace(".py", ".json"), "w") as file:
    json.dump(result, file, indent=1)
    file.write("\n")
