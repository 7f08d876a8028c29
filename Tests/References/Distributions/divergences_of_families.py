"""Writes divergences_of_families.json: KL of two members of a family with 60 digits, and by quadrature or summation.

    python divergences_of_families.py
"""

import json
import pathlib

import mpmath as mp

from families.classes import log_probabilities, success
from reference import number
from reference_discrete import exact

mp.mp.dps = 60
INF = mp.inf
HERE = pathlib.Path(__file__).parent


def kl(terms):
    """Σ (q − p − p log(q / p)): p and q are rounded to float64 and miss a sum of 1 in the last digit."""
    total = mp.mpf(0)
    for log_p, log_q in terms:
        if log_p > -1e6:
            p = mp.exp(log_p)
            total += INF if log_q == -INF else (mp.exp(log_q) if log_q > -1e6 else 0) - p - p * (log_q - log_p)
        else:
            total += mp.exp(log_q) if log_q > -1e6 else 0
    return total


def classes(p, q):
    a, b = log_probabilities(**p), log_probabilities(**q)
    count = max(len(a), len(b))
    return kl(zip(a + [-INF] * (count - len(a)), b + [-INF] * (count - len(b))))


def bernoulli(p, q):
    with mp.workdps(700):  # 1 − 1e-300 is not 1
        return kl(zip(success(**p)[:2], success(**q)[:2]))


def geometric(p, q):
    with mp.workdps(700):
        return bernoulli(p, q) / success(**p)[2]


def normal(p, q):
    r = p["scale"] / q["scale"]
    return (r**2 - 1) / 2 - mp.log(r) + ((p["location"] - q["location"]) / q["scale"]) ** 2 / 2


def laplace(p, q):
    d, r = abs(p["location"] - q["location"]), p["scale"] / q["scale"]
    return -mp.log(r) + d / q["scale"] + r * mp.exp(-d / p["scale"]) - 1


def exponential(p, q):
    return mp.log(p["rate"] / q["rate"]) + q["rate"] / p["rate"] - 1


def uniform(p, q):
    if p["lower"] < q["lower"] or p["upper"] > q["upper"]:
        return INF
    return mp.log((q["upper"] - q["lower"]) / (p["upper"] - p["lower"]))


def density(family, x, p):
    """Written down again, for the quadrature."""
    if family == "Uniform":
        return 1 / (p["upper"] - p["lower"])
    if family == "Exponential":
        return p["rate"] * mp.exp(-p["rate"] * x)
    if family == "Laplace":
        return mp.exp(-abs(x - p["location"]) / p["scale"]) / (2 * p["scale"])
    return mp.npdf(mp.log(x), p["location"], p["scale"]) / x


def quadrature(family, p, q):
    """By the definition, to 1e-10."""
    with mp.workdps(20):
        if family == "Uniform":
            points = [p["lower"], p["upper"]]
        elif family == "Exponential":
            points = [mp.mpf(k) / p["rate"] for k in (0, 1, 3, 10, 40, 80)]
        elif family == "Laplace":
            ends = [p["location"] + k * p["scale"] for k in (-80, -40, -10, -3, -1, 0, 1, 3, 10, 40, 80)]
            points = sorted(ends + [q["location"]])
        else:
            points = [mp.exp(p["location"] + k * p["scale"]) for k in range(-14, 15)]
        return mp.quad(
            lambda x: density(family, x, p) * mp.log(density(family, x, p) / density(family, x, q)), points)


CLOSED = dict(Bernoulli=bernoulli, Geometric=geometric, Categorical=classes, OneHotCategorical=classes,
              Laplace=laplace, LogNormal=normal, Exponential=exponential, Uniform=uniform)
NEAR, TINY = 1 + 2.0**-30, 2.0**-40


def rates(*pairs, name="rate"):
    return [({name: a}, {name: b}) for a, b in pairs]


SCALES = [((0.0, 1.0), (0.0, NEAR)), ((0.0, 1.0), (TINY, 1.0)), ((1.0, 2.0), (1.0, 2.0)), ((0.0, 1.0), (3.0, 0.5)),
          ((-2.0, 0.25), (5.0, 8.0)), ((0.0, 1e-100), (0.0, 1.0)), ((0.0, 1.0), (1e-3, 1e3)),
          ((0.5, 0.25), (0.5 + TINY, 0.25 * NEAR))]
SCALES = [tuple(dict(location=m, scale=s) for m, s in pair) for pair in SCALES]
TABLES = [[0.5, 0.25, 0.125, 0.125], [0.5 + TINY, 0.25 - TINY, 0.125, 0.125], [0.25] * 4, [1.0, 0.0, 0.0, 0.0],
          [0.0, 0.5, 0.5, 0.0], [1.0, 1e-300, 0.0, 1e-320]]
LOGITS = [[0.3, -1.2, 2.0, 0.0], [0.3 + TINY, -1.2, 2.0, -TINY], [8e307, -8e307, 0.0, 1.0], [-INF, 0.0, 1.0, -INF],
          [-700.0, 0.0, 1.0, 40.0]]
BOTH = ([({"probabilities": a}, {"probabilities": b}) for a in TABLES for b in TABLES]
        + [({"logits": a}, {"logits": b}) for a in LOGITS for b in LOGITS]
        + [({"probabilities": TABLES[0]}, {"logits": LOGITS[0]}), ({"logits": LOGITS[4]}, {"probabilities": TABLES[2]})])
P = [0.0, 1e-300, 1e-17, 0.3, 0.3 + TINY, 0.75, 1 - 2.0**-53, 1.0]
L = [-1e308, -700.0, -40.0, -0.5, -0.5 + TINY, 3.0, 40.0, 1e308, INF]
PAIRS = dict(
    Bernoulli=[({"probability": a}, {"probability": b}) for a in P for b in P]
    + [({"logits": a}, {"logits": b}) for a in L for b in L] + [({"probability": 0.3}, {"logits": 3.0})],
    Geometric=[({"probability": a}, {"probability": b}) for a in P[1:] for b in P[1:]]
    + [({"logits": a}, {"logits": b}) for a in L[1:] for b in L[1:]],
    Categorical=BOTH + [({"probabilities": [0.5, 0.5]}, {"probabilities": TABLES[0]}),
                        ({"probabilities": TABLES[0]}, {"probabilities": [0.5, 0.5]})],
    OneHotCategorical=BOTH, Laplace=SCALES, LogNormal=SCALES,
    Exponential=rates((1.0, 1.0), (2.0, 2.0 * NEAR), (2.0 * NEAR, 2.0), (1.0, 3.5), (7.0, 0.01), (1e-300, 1e-8),
                      (1e150, 1e-150)),
    Uniform=[tuple(dict(lower=a, upper=b) for a, b in pair) for pair in (
        ((0.0, 1.0), (0.0, 1.0)), ((0.0, 1.0), (-TINY, 1.0)), ((0.0, 1.0), (-3.0, 1e6)), ((0.0, 1.0), (0.25, 2.0)),
        ((0.0, 1e-300), (-8e307, 8e307)), ((2.0, 3.0), (2.0, 3.0 + TINY)), ((0.0, 2.0), (0.0, 1.0)))],
)

if __name__ == "__main__":
    cases = []
    for family, pairs in PAIRS.items():
        for p, q in pairs:
            a, b = ({name: exact(value) for name, value in member.items()} for member in (p, q))
            value = CLOSED[family](a, b)
            moderate = all(1e-9 < abs(v) < 1e4 for m in (a, b) for n, v in m.items() if n in ("scale", "rate"))
            if family in ("Uniform", "Exponential", "Laplace", "LogNormal"):
                if moderate and mp.isfinite(value) and not (family == "Uniform" and p["upper"] < 1e-9):
                    other = quadrature(family, a, b)
                    if not abs(value - other) <= 1e-10 * (1 + abs(value)):
                        raise SystemExit(f"{family} {p} {q}: {value}, by quadrature {other}")
            cases.append(dict(family=family, p={n: number(v) for n, v in p.items()},
                              q={n: number(v) for n, v in q.items()}, divergence=number(value)))
    with open(HERE / "divergences_of_families.json", "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
