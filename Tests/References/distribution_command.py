"""What `surprisal distribution` must print for families of classes, vectors and matrices, and for those made of others.

scipy 1.17.1 and numpy; entropies without closed form by quadrature. Writes distribution_command.json: for each command
line the log-densities in nats of the events of --at, and mean, variance, entropy and distribution function where there
are any.
"""
import json
from pathlib import Path

import numpy as np
from scipy import integrate, special, stats

HERE = Path(__file__).parent


def entropy(log_density, lower, upper):
    """-E[log p] by quadrature."""
    return -integrate.quad(
        lambda x: np.exp(log_density(x)) * log_density(x), lower, upper, limit=500, epsabs=1e-12, epsrel=1e-12)[0]


def mixture(weights, parts, at, line, lower=None, upper=None):
    """A mixture of frozen scipy distributions; its entropy if the ends of an interval that holds all are given."""
    means = np.array([p.mean() for p in parts])
    mean = weights @ means
    variance = weights @ (np.array([p.var() for p in parts]) + (means - mean) ** 2)

    def log_density(x):
        logs = [p.logpdf(x) if hasattr(p.dist, "logpdf") else p.logpmf(x) for p in parts]
        return special.logsumexp(np.array(logs), b=weights)

    case = {
        "line": line, "mean": mean, "variance": variance, "logDensity": [log_density(x) for x in at],
        "cumulative": [float(weights @ [p.cdf(x) for p in parts]) for x in at],
    }
    if lower is not None:
        case["entropyOfEstimate"] = entropy(log_density, lower, upper)
    return case


def relaxed(temperature, probabilities, x):
    """Equation 10 of Maddison, Mnih and Teh (2017)."""
    k, a, x = len(x), np.log(probabilities), np.array(x)
    u = a - temperature * np.log(x)
    return (special.gammaln(k) + (k - 1) * np.log(temperature) + np.sum(u - special.logsumexp(u)) - np.sum(np.log(x)))


def main():
    cases = []
    weights = np.array([0.3, 0.7])
    cases.append(mixture(
        weights, [stats.norm(0, 1), stats.norm(3, 2)], [-40, 0, 1, 30],
        "mixture --weights 0.3,0.7 --of normal --mean 0,3 --standard-deviation 1,2 --at -40,0,1,30", -60, 60))
    cases.append(mixture(
        np.array([0.2, 0.3, 0.5]), [stats.norm(0, 1), stats.laplace(2, 0.5), stats.norm(-1, 3)], [-2, 0.5, 2],
        "mixture --weights 0.2,0.3,0.5 --of normal,laplace,gaussian --mean 0,-1 --standard-deviation 1,3 --location 2 "
        "--scale 0.5 --at -2,0.5,2"))
    cases.append(mixture(
        weights, [stats.poisson(2), stats.poisson(9)], [0, 4, 12],
        "mixture --weights 0.3,0.7 --of poisson --rate 2,9 --at 0,4,12"))
    scale = np.array([[2, 0.3], [0.3, 1]])
    wishart = stats.wishart(5, scale)
    cases.append({
        "line": "wishart --degrees-of-freedom 5 --scale 2,0.3;0.3,1 --at 9,1;1,4",
        "mean": wishart.mean().tolist(), "variance": wishart.var().tolist(), "entropy": wishart.entropy(),
        "logDensity": [wishart.logpdf(np.array([[9, 1], [1, 4]]))]})
    cases.append({
        "line": "one-hot --probabilities 0.5,0.25,0.25 --at 0,1,0;1,0,0;1,1,0", "mean": [0.5, 0.25, 0.25],
        "variance": [0.25, 0.1875, 0.1875], "entropy": stats.entropy([0.5, 0.25, 0.25]),
        "logDensity": [float(stats.multinomial(1, [0.5, 0.25, 0.25]).logpmf(x)) for x in ([0, 1, 0], [1, 0, 0])]
        + ["-Infinity"]})
    cases.append({
        "line": "relaxed-categorical --temperature 0.5 --probabilities 0.5,0.25,0.25 --at 0.8,0.1,0.1;0.2,0.3,0.5",
        "logDensity": [relaxed(0.5, [0.5, 0.25, 0.25], x) for x in ([0.8, 0.1, 0.1], [0.2, 0.3, 0.5])]})
    cases.append({
        "line": "relaxed-categorical --temperature 2 --logits 1,0,-1 --at 0.8,0.1,0.1",
        "logDensity": [relaxed(2, np.exp([1.0, 0, -1]), [0.8, 0.1, 0.1])]})
    diagonal = stats.multivariate_normal([0, 1], np.diag([1, 4]))
    cases.append({
        "line": "diagonal-normal --mean 0,1 --standard-deviations 1,2 --at 0,0;3,-2", "mean": [0, 1],
        "variance": [1, 4], "entropy": diagonal.entropy(),
        "logDensity": [diagonal.logpdf(x) for x in ([0, 0], [3, -2])]})
    factor = np.array([[1, 0], [0.5, 2], [0.2, -1]])
    covariance = factor @ factor.T + np.diag([1, 1, 2])
    low = stats.multivariate_normal([0, 1, 0], covariance)
    cases.append({
        "line": "low-rank-normal --mean 0,1,0 --factor 1,0;0.5,2;0.2,-1 --diagonal 1,1,2 --at 1,0,0",
        "mean": [0, 1, 0], "variance": np.diag(covariance).tolist(), "entropy": low.entropy(),
        "logDensity": [low.logpdf([1, 0, 0])]})
    full = stats.multivariate_normal([0, 0], [[1, 0.5], [0.5, 2]])
    for spelled in ("1,0.5;0.5,2", "1,0.5,0.5,2"):
        cases.append({
            "line": f"multivariate-normal --mean 0,0 --covariance {spelled} --at 1,1", "entropy": full.entropy(),
            "logDensity": [full.logpdf([1, 1])]})
    parts = [stats.gamma(2, scale=1), stats.gamma(3, scale=0.5)]
    cases.append({
        "line": "independent --of gamma --concentration 2,3 --rate 1,2 --at 1,2", "mean": [p.mean() for p in parts],
        "variance": [p.var() for p in parts], "entropy": sum(float(p.entropy()) for p in parts),
        "logDensity": [parts[0].logpdf(1) + parts[1].logpdf(2)]})
    lognormal = stats.lognorm(0.5)
    cases.append({
        "line": "transformed --of normal --by exp --mean 0 --standard-deviation 0.5 --at 0.5,1,4",
        "entropyOfEstimate": lognormal.entropy(), "logDensity": lognormal.logpdf([0.5, 1, 4]).tolist(),
        "cumulative": lognormal.cdf([0.5, 1, 4]).tolist()})
    weather = stats.norm(68, 9)
    cases.append({
        "line": "transformed --of normal --by affine --shift 32 --factor 1.8 --mean 20 --standard-deviation 5 --at 50",
        "mean": 68, "variance": 81, "entropy": weather.entropy(), "logDensity": [weather.logpdf(50)],
        "cumulative": [weather.cdf(50)]})
    scaled = stats.lognorm(0.5, loc=1, scale=2)
    cases.append({
        "line": "transformed --of normal --by exp,affine --shift 1 --factor 2 --mean 0 --standard-deviation 0.5 --at 3,0",
        "logDensity": [scaled.logpdf(3), "-Infinity"], "cumulative": [scaled.cdf(3), 0]})
    data = np.array([1, 2, 2, 5, 5, 5, 7.5, 11])
    cases.append({
        "line": "empirical numbers.csv --column x --at 2,3,5", "mean": data.mean(), "variance": data.var(),
        "entropy": stats.entropy(np.unique(data, return_counts=True)[1]),
        "logDensity": [np.log(2 / 8), "-Infinity", np.log(3 / 8)], "cumulative": [3 / 8, 3 / 8, 6 / 8]})
    (HERE / "distribution_command.json").write_text(json.dumps(cases, indent=1) + "\n")


main()
