"""Writes quantiles.json: quantiles of distributions whose samplers are tested, by scipy.

    pip install numpy==2.4.6 scipy==1.17.1
    python Tests/References/quantiles.py Tests/References/quantiles.json

`probabilities` [19]: 0.05 ... 0.95. `normal` [19]. `gamma`: list of `concentration` and `quantiles` [19], scale 1;
quantiles below the smallest number are 0.
"""
import json
import sys

import numpy as np
import scipy
from scipy import stats

probabilities = np.arange(1, 20) / 20
concentrations = [1e-3, 0.05, 0.5, 0.999, 1.0, 1.5, 10.0, 1e3, 1e6, 1e12]
gamma = []
for concentration in concentrations:
    quantiles = stats.gamma.ppf(probabilities, concentration)
    back = stats.gamma.cdf(quantiles, concentration)
    assert np.all((np.abs(back - probabilities) < 1e-6) | (quantiles == 0)), concentration
    gamma.append({"concentration": concentration, "quantiles": quantiles.tolist()})
document = {
    "versions": f"scipy {scipy.__version__}, numpy {np.__version__}",
    "probabilities": probabilities.tolist(),
    "normal": stats.norm.ppf(probabilities).tolist(),
    "gamma": gamma,
}
with open(sys.argv[1], "w") as file:
    json.dump(document, file, indent=1)
    file.write("\n")
