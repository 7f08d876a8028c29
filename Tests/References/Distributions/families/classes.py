import math

import mpmath as mp
import numpy as np
import torch
from scipy import special, stats

from reference_discrete import Discrete

INF = mp.inf
BIG = 1e308


def success(probability=None, logits=None):
    """log p, log(1 − p), p and 1 − p."""
    if probability is not None:
        p = probability
        return (mp.log(p) if p > 0 else -INF), (mp.log1p(-p) if p < 1 else -INF), p, 1 - p
    # log σ(l) = −log(1 + e^(−l)); beyond 1e4 the logarithm is the exponent to 50 digits and more.
    def log_sigmoid(l):
        if l < -1e4:
            return l
        return mp.mpf(0) if l > 1e4 else -mp.log1p(mp.exp(-l))
    a, b = log_sigmoid(logits), log_sigmoid(-logits)
    return a, b, (mp.exp(a) if a > -1e6 else mp.mpf(0)), (mp.exp(b) if b > -1e6 else mp.mpf(0))


def times(x, logarithm):
    return mp.mpf(0) if x == 0 else x * logarithm


def entropy(logs):
    return -sum((mp.exp(log) * log for log in logs if log > -1e6), mp.mpf(0))


def bernoulli_density(x, **parameter):
    one, zero = success(**parameter)[:2]
    return one if x == 1 else zero if x == 0 else -INF


def bernoulli_moments(**parameter):
    one, zero, p, q = success(**parameter)
    return p, p * q, 1 if p > mp.mpf(1) / 2 else 0, entropy([one, zero])


def bernoulli_quantile(u, **parameter):
    with mp.workdps(700):  # 1 − 1e-320 is not 1
        one, _, _, q = success(**parameter)
        return int(one > -INF) if u == 1 else int(u > q)


def geometric_density(k, **parameter):
    one, zero = success(**parameter)[:2]
    return one + times(k, zero) if k >= 0 and k < INF and k == mp.floor(k) else -INF


def geometric_tail(k, **parameter):
    if k < 0:
        return mp.mpf(1)
    exponent = -INF if k == INF else (mp.floor(k) + 1) * success(**parameter)[1]
    return mp.exp(exponent) if exponent > -1e6 else mp.mpf(0)


def geometric_cumulative(k, **parameter):
    if k < 0:
        return mp.mpf(0)
    if k == INF:
        return mp.mpf(1)
    exponent = (mp.floor(k) + 1) * success(**parameter)[1]
    return -mp.expm1(exponent) if exponent > -1e6 else mp.mpf(1)


def geometric_quantile(u, **parameter):
    zero = success(**parameter)[1]
    if u == 0 or zero == -INF:
        return mp.mpf(0)
    return INF if u == 1 else max(mp.ceil(mp.log1p(-u) / zero * (1 - mp.mpf(10) ** -40)) - 1, mp.mpf(0))


def geometric_moments(**parameter):
    one, zero, p, q = success(**parameter)
    return q / p, q / p**2, 0, -one - times(q / p, zero)


def log_probabilities(probabilities=None, logits=None):
    if probabilities is not None:
        return [mp.log(p) if p > 0 else -INF for p in probabilities]
    largest = max(logits)
    total = mp.log(sum(mp.exp(l - largest) if l - largest > -1e6 else mp.mpf(0) for l in logits))
    return [l - largest - total if l > -INF else -INF for l in logits]


def masses(**parameter):
    return [mp.exp(log) if log > -1e6 else mp.mpf(0) for log in log_probabilities(**parameter)]


def categorical_density(k, **parameter):
    logs = log_probabilities(**parameter)
    return logs[int(k)] if k in range(len(logs)) else -INF


def class_sum(k, above, **parameter):
    return sum((p for j, p in enumerate(masses(**parameter)) if (j > k) == above), mp.mpf(0))


def categorical_quantile(u, **parameter):
    # The sums of the given float64 probabilities may miss 1 in their last digit.
    sums = [sum(masses(**parameter)[: j + 1]) for j in range(len(masses(**parameter)))]
    return next((j for j, value in enumerate(sums) if value >= min(u, sums[-1])), len(sums) - 1)


def categorical_moments(**parameter):
    p = masses(**parameter)
    mean = sum(j * value for j, value in enumerate(p))
    variance = sum(value * (j - mean) ** 2 for j, value in enumerate(p))
    return mean, variance, p.index(max(p)), entropy(log_probabilities(**parameter))


def one_hot_moments(**parameter):
    p = masses(**parameter)
    top = p.index(max(p))
    # 1 − p as the sum of the others: 1 − 1e-300 is 1 in 50 digits.
    others = [sum(p[:j] + p[j + 1:], mp.mpf(0)) for j in range(len(p))]
    return (p, [value * other for value, other in zip(p, others)], [int(j == top) for j in range(len(p))],
            entropy(log_probabilities(**parameter)))


def hot(index, count):
    return [float(j == index) for j in range(count)]


def one_hot_density(x, **parameter):
    if sorted(x) != sorted(hot(0, len(x))):
        return -INF
    return log_probabilities(**parameter)[x.index(1)]


def scipy_mass(frozen):
    return frozen.logpmf, frozen.cdf, frozen.sf


def scipy_classes(probabilities=None, logits=None):
    p = np.array(probabilities) if probabilities is not None else special.softmax(np.array(logits, dtype=float))
    frozen = stats.rv_discrete(values=(range(len(p)), p))
    # Within the classes only: rv_discrete knows no others.
    inside = lambda f: lambda x: f(x) if 0 <= x < len(p) and x == int(x) else math.nan
    return inside(frozen.logpmf), inside(frozen.cdf), inside(frozen.sf)


def relaxed_density(x, temperature, logits):
    if min(x) <= 0 or abs(sum(x) - 1) > mp.mpf(2) ** -50:
        return -INF
    count = len(x)
    logits = [l - max(logits) for l in logits]  # 1e308 has no room for anything else in 50 digits
    # Maddison, Mnih and Teh 2017, equation 10, as it is written there.
    value = mp.loggamma(count) + (count - 1) * mp.log(temperature)
    total = sum(mp.exp(l - temperature * mp.log(element)) for l, element in zip(logits, x))
    for l, element in zip(logits, x):
        value += l - (temperature + 1) * mp.log(element) - mp.log(total)
    return value


def torch_relaxed(temperature, logits):
    other = torch.distributions.RelaxedOneHotCategorical(
        torch.tensor(temperature, dtype=torch.float64), logits=torch.tensor(logits, dtype=torch.float64),
        validate_args=False)
    inside = lambda x: other.log_prob(torch.tensor(x, dtype=torch.float64)).item() \
        if min(x) > 0 and abs(sum(x) - 1) < 1e-9 else math.nan
    return inside, None, None


U = [0.0, 1e-300, 1e-16, 0.01, 0.3, 0.5, 0.65, 0.9, 1 - 2**-53, 1.0]
CLASSES = [
    dict(probabilities=[0.5, 0.25, 0.125, 0.125]), dict(probabilities=[1.0]), dict(probabilities=[0.0, 1.0, 0.0]),
    dict(probabilities=[1.0, 1e-300, 0.0, 1e-320]), dict(logits=[0.3, -1.2, 2.0]), dict(logits=[BIG, -BIG, 0.0]),
    dict(logits=[-800.0, 0.0, 40.0, -float("inf")]), dict(logits=[BIG, BIG]), dict(logits=[1e5, 1e5 + 0.125, 1e5 - 3])]

FAMILIES = [
    Discrete(
        "Bernoulli",
        [dict(probability=p) for p in (0.0, 1e-320, 1e-300, 1e-17, 0.3, 0.5, 0.875, 1 - 2**-53, 1.0)]
        + [dict(logits=l) for l in (-INF, -BIG, -800.0, -40.0, -0.7, 0.0, 1.3, 40.0, 800.0, BIG, INF)],
        lambda **_: [0.0, 1.0, -1.0, 2.0, 0.5, 1e300, INF, -INF],
        bernoulli_density, bernoulli_moments,
        cumulative=lambda x, **parameter: mp.mpf(0) if x < 0 else mp.mpf(1) if x >= 1 else success(**parameter)[3],
        complementary=lambda x, **parameter: mp.mpf(1) if x < 0 else mp.mpf(0) if x >= 1 else success(**parameter)[2],
        quantile=bernoulli_quantile, probabilities=U,
        scipy=lambda probability=None, logits=0.0: scipy_mass(
            stats.bernoulli(special.expit(float(logits)) if probability is None else probability))),
    Discrete(
        "Geometric",
        [dict(probability=p) for p in (1e-300, 1e-17, 0.3, 0.5, 0.875, 1 - 2**-53, 1.0)]
        + [dict(logits=l) for l in (-700.0, -40.0, -0.7, 0.0, 1.3, 40.0, 800.0, BIG)],
        lambda **_: [0.0, 1.0, 2.0, 17.0, 1000.0, 2.0**60, 1e300, -1.0, 0.5, INF, -INF],
        geometric_density, geometric_moments, cumulative=geometric_cumulative, complementary=geometric_tail,
        quantile=geometric_quantile, probabilities=U,
        # scipy's numbers start at 1 and lose digits at tiny probabilities.
        scipy=lambda probability=None, logits=0.0: scipy_mass(
            stats.geom(special.expit(float(logits)) if probability is None else probability, loc=-1))
        if (probability or special.expit(float(logits))) > 1e-10 else None),
    Discrete(
        "Categorical", CLASSES,
        lambda probabilities=None, logits=None: [float(k) for k in range(len(probabilities or logits))]
        + [-1.0, 0.5, 4.0, 1e300, INF, -INF],
        categorical_density, categorical_moments,
        cumulative=lambda k, **parameter: class_sum(k, False, **parameter),
        complementary=lambda k, **parameter: class_sum(k, True, **parameter),
        quantile=categorical_quantile, probabilities=[0.0, 1e-300, 0.01, 0.3, 0.5, 0.75, 0.8, 1 - 2**-40, 1.0],
        scipy=scipy_classes),
    Discrete(
        "OneHotCategorical", CLASSES,
        lambda probabilities=None, logits=None: [
            hot(k, len(probabilities or logits)) for k in range(len(probabilities or logits))]
        + [[0.0] * len(probabilities or logits), [2.0] + [0.0] * (len(probabilities or logits) - 1),
           [0.5] * len(probabilities or logits)],
        one_hot_density, one_hot_moments),
    Discrete(
        "RelaxedCategorical",
        [dict(temperature=1.0, logits=[0.0, 0.0, 0.0]), dict(temperature=0.5, logits=[0.3, -1.2, 2.0, 0.0]),
         dict(temperature=0.1, logits=[5.0, -5.0]), dict(temperature=30.0, logits=[0.3, -1.2, 40.0]),
         dict(temperature=2.0, logits=[7.0]), dict(temperature=1e-3, logits=[0.1, 0.2, -0.4]),
         dict(temperature=0.75, logits=[BIG, -BIG])],
        lambda temperature, logits: {
            1: [[1.0], [0.5]],
            2: [[0.5, 0.5], [0.25, 0.75], [1e-300, 1.0], [1 - 2**-53, 2.0**-53], [0.0, 1.0], [-0.5, 1.5], [0.5, 0.6]],
            3: [[0.25, 0.5, 0.25], [1e-300, 1.0, 1e-300], [0.125, 0.875 - 2**-50, 2.0**-50], [1.0, 0.0, 0.0],
                [0.5, 0.25, 0.125]],
            4: [[0.25] * 4, [0.5, 0.25, 0.125, 0.125], [1e-300, 1e-200, 1.0, 1e-17], [1.0, 0.0, 0.0, 0.0], [1.0] * 4],
        }[len(logits)],
        relaxed_density, lambda **_: (None, None, None, None), scipy=torch_relaxed),
]
