"""Poisson, binomial and multinomial distributions; tails are sums of masses, entropies sums over the support."""

import functools
import math

import mpmath as mp
from scipy import special, stats

from reference import Multivariate, Univariate

FAR = 2000  # a logit beyond which exp(-|logit|) is 0 for every purpose here


def is_count(x):
    return mp.isfinite(x) and x >= 0 and x == mp.floor(x)


class Counts:
    """Tails and entropy of counts with mass(k), the ratio of mass(k + 1) to mass(k), and the mean."""

    def __init__(self, log_mass, ratio, mean, deviation, last):
        self.__dict__.update(locals())
        self.sums = {}
        self.exact = mp.mpf(10) ** (-40 if deviation < 1e4 else -20)

    def is_long(self, x):
        """Whether a tail has too many terms for Python."""
        return self.deviation > 1e4 and abs(x - self.mean) < 7 * self.deviation

    def tail(self, k, step):
        if (k, step) not in self.sums:
            self.sums[k, step] = self.sum_from(k, step, lambda mass, k: mass)
        return self.sums[k, step]

    def sum_from(self, k, step, term):
        """The sum of term(mass, k) from k on, in steps of 1 or -1, until nothing is added any more."""
        mass, total = mp.exp(self.log_mass(k)), mp.mpf(0)
        while 0 <= k <= self.last:
            part = term(mass, k)
            total += part
            if abs(part) <= abs(total) * self.exact and (k - self.mean) * step > 0:
                break
            if step > 0 and k + 1 > self.last or step < 0 and k == 0:
                break
            mass = mass * self.ratio(k) if step > 0 else mass / self.ratio(k - 1)
            k += step
        return total

    def cumulative(self, x):
        if x < 0 or x >= self.last:
            return mp.mpf(x >= 0)
        if self.is_long(x):
            return None
        k = mp.floor(x)
        return self.tail(k, -1) if k < self.mean or k < 1e4 and self.deviation < 50 else 1 - self.tail(k + 1, 1)

    def complementary(self, x):
        if x < 0 or x >= self.last:
            return mp.mpf(x < 0)
        if self.is_long(x):
            return None
        k = mp.floor(x)
        return self.tail(k + 1, 1) if k >= self.mean or self.mean < 1e4 and self.deviation < 50 else 1 - self.tail(k, -1)

    def entropy(self):
        if self.deviation > 400:
            return None
        start = mp.floor(self.mean)

        def term(mass, k):
            return -mass * mp.log(mass) if mass > 0 else mp.mpf(0)

        return self.sum_from(start, 1, term) + (self.sum_from(start - 1, -1, term) if start > 0 else 0)


class Frozen:
    """A scipy distribution whose quantiles are corrected by our tails, and whose entropy is not asked."""

    def __init__(self, frozen, counts):
        self.frozen, self.counts = frozen, counts

    def __getattr__(self, name):
        return getattr(self.frozen, name)

    def entropy(self):
        return self.frozen.entropy() if self.counts.mean < 1000 else math.nan

    def ppf(self, p):
        if p == 0 or self.counts.mean == 0:
            return 0.0
        if p == 1:
            return float(self.counts.last)
        x = float(self.frozen.ppf(p))
        if not math.isfinite(x):
            return x
        while self.counts.cumulative(mp.mpf(x)) < p:
            x += 1
        while x > 0 and self.counts.cumulative(mp.mpf(x - 1)) >= p:
            x -= 1
        return x


def around(mean, deviation, last):
    """Counts from far below the mean to far above, the first ones, the last ones, and what is no count."""
    near = {float(min(max(math.floor(mean + k * deviation), 0), last)) for k in (-9, -2.5, -1, 0, 0.3, 2, 8, 12)}
    edges = {0.0, 1.0, 2.0, 3.0} | ({last, last - 1, last - 2} if math.isfinite(last) else {40.0})
    return sorted(x for x in near | edges if 0 <= x <= last) + [-1.0, 0.5, last + 1.0, 1e300]


def poisson_log(x, rate):
    if not is_count(x):
        return mp.ninf
    if rate == 0:
        return mp.mpf(0) if x == 0 else mp.ninf
    return x * mp.log(rate) - rate - mp.loggamma(x + 1)


def certain(only, last):
    """A count of one possible value."""
    step = Counts(None, None, only, 0, last)
    step.cumulative = lambda x: mp.mpf(x >= only)
    step.complementary = lambda x: mp.mpf(x < only)
    step.entropy = lambda: mp.mpf(0)
    return step


@functools.lru_cache(maxsize=None)
def poisson(rate):
    if rate == 0:
        return certain(mp.mpf(0), mp.inf)
    return Counts(lambda k: poisson_log(k, rate), lambda k: rate / (k + 1), rate, mp.sqrt(rate), mp.inf)


def softplus(x):
    return max(x, mp.mpf(0)) + (mp.log1p(mp.exp(-abs(x))) if abs(x) < FAR else 0)


def log_choose(n, x):
    return mp.loggamma(n + 1) - mp.loggamma(x + 1) - mp.loggamma(n - x + 1)


def binomial_log(x, trials, log_p, log_q):
    if not is_count(x) or x > trials:
        return mp.ninf
    successes = x * log_p if x > 0 else 0
    failures = (trials - x) * log_q if x < trials else 0
    return log_choose(trials, x) + successes + failures


def logs(probability):
    return (mp.log(probability) if probability > 0 else mp.ninf,
            mp.log1p(-probability) if probability < 1 else mp.ninf)


def pair(logits):
    e = mp.exp(-abs(logits)) if abs(logits) < FAR else mp.mpf(0)
    return (1 / (1 + e), e / (1 + e)) if logits > 0 else (e / (1 + e), 1 / (1 + e))


def binomial(trials, p, q, log_p, log_q):
    def ratio(k):
        return (trials - k) / (k + 1) * (p / q if q > 0 else mp.inf)

    if p == 0 or q == 0:
        return certain(trials if q == 0 else mp.mpf(0), trials)
    return Counts(lambda k: binomial_log(k, trials, log_p, log_q), ratio, trials * p, mp.sqrt(trials * p * q), trials)


@functools.lru_cache(maxsize=None)
def by_probability(trials, probability):
    trials, probability = mp.mpf(trials), mp.mpf(probability)
    return binomial(trials, probability, 1 - probability, *logs(probability))


@functools.lru_cache(maxsize=None)
def by_logits(trials, logits):
    trials, logits = mp.mpf(trials), mp.mpf(logits)
    p, q = pair(logits)
    return binomial(trials, p, q, -softplus(-logits), -softplus(logits))


def binomial_moments(counts, trials, p, q):
    return trials * p, trials * p * q, min(mp.floor((trials + 1) * p), trials), counts.entropy()


def binomial_points(trials, p):
    return around(trials * p, math.sqrt(trials * p * (1 - p)), trials)


def multinomial_log(x, trials, logs):
    if not all(is_count(value) for value in x) or sum(x) != trials:
        return mp.ninf
    total = mp.loggamma(trials + 1)
    for value, log_p in zip(x, logs, strict=True):
        total += (value * log_p if value > 0 else 0) - mp.loggamma(value + 1)
    return total


def normalized(probabilities):
    total = sum(probabilities)
    return [value / total for value in probabilities]


def softmax(logits):
    largest = max(logits)
    return normalized([mp.exp(value - largest) if value - largest > -FAR else mp.mpf(0) for value in logits])


def log_softmax(logits):
    largest = max(logits)
    total = mp.log(sum(mp.exp(value - largest) for value in logits if value - largest > -FAR))
    return [value - largest - total for value in logits]


def multinomial_moments(trials, p):
    counts = [mp.floor(trials * value) for value in p]
    while sum(counts) < trials:
        counts[max(range(len(p)), key=lambda i: p[i] / (counts[i] + 1))] += 1
    entropy = None
    if trials <= 3000:
        entropy = -mp.loggamma(trials + 1)
        for value in p:
            if value == 0:
                continue
            own = by_probability(trials, value)
            entropy -= trials * value * mp.log(value)
            entropy += sum(mp.exp(binomial_log(mp.mpf(k), trials, *logs(value))) * mp.loggamma(k + 1)
                           for k in range(2, int(trials) + 1)) if own.mean > 0 else 0
    return (mp.matrix([trials * value for value in p]), mp.matrix([trials * value * (1 - value) for value in p]),
            mp.matrix(counts), entropy)


def multinomial_points(trials, p):
    k = len(p)
    mean = [math.floor(trials * value) for value in p]
    mean[0] += int(trials) - sum(mean)
    spread = math.floor(3 * math.sqrt(trials * p[0]))
    shifted = [mean[0] - spread] + mean[1:-1] + [mean[-1] + spread]
    corners = [[trials if i == j else 0.0 for i in range(k)] for j in range(k)]
    outside = [[trials + 1.0] + [0.0] * (k - 1), [-1.0] + [0.0] * (k - 2) + [trials + 1.0],
               [trials - 0.5] + [0.0] * (k - 2) + [0.5]]
    inside = [x for x in ([float(v) for v in mean], [float(v) for v in shifted]) if min(x) >= 0]
    return inside + corners + outside


PROBABILITIES = [0.0, 1e-300, 1e-16, 0.01, 0.3, 0.5, 0.9, 1 - 1e-16, 1.0]

FAMILIES = [
    Univariate(
        "Poisson",
        [dict(rate=value) for value in (0.0, 1e-300, 0.5, 9.75, 250.5, 1999.5, 2000.5, 1e5, 1e9)],
        lambda rate: around(rate, math.sqrt(rate), math.inf)[:-2] + [1e300],
        PROBABILITIES,
        log_density=lambda x, rate: poisson_log(x, rate),
        cumulative=lambda x, rate: poisson(rate).cumulative(x),
        complementary=lambda x, rate: poisson(rate).complementary(x),
        scipy=lambda rate: Frozen(stats.poisson(rate), poisson(mp.mpf(rate))) if rate < 1e5 else None,
        moments=lambda rate: (rate, rate, mp.floor(rate), poisson(rate).entropy()),
        discrete=True, unchecked=(1e300,)),
    Univariate(
        "Binomial",
        [dict(trials=n, probability=p) for n, p in (
            (0.0, 0.25), (1.0, 0.0), (5.0, 0.0), (5.0, 1.0), (1.0, 0.5), (10.0, 0.3), (10.0, 1e-300),
            (10.0, 1 - 2.0 ** -53), (1000.0, 0.1), (5000.0, 0.7), (1e5, 0.25), (1e9, 0.3), (1e9, 0.1), (1e9, 1e-9),
            (1e9, 1 - 1e-9))],
        lambda trials, probability: binomial_points(trials, probability),
        PROBABILITIES,
        log_density=lambda x, trials, probability: binomial_log(x, trials, *logs(probability)),
        cumulative=lambda x, trials, probability: by_probability(trials, probability).cumulative(x),
        complementary=lambda x, trials, probability: by_probability(trials, probability).complementary(x),
        scipy=lambda trials, probability:
            Frozen(stats.binom(trials, probability), by_probability(trials, probability))
            if trials < 1e5 and 1e-9 < probability < 1 - 1e-9 else None,
        moments=lambda trials, probability: binomial_moments(
            by_probability(trials, probability), trials, probability, 1 - probability),
        discrete=True, unchecked=(1e300,)),
    Univariate(
        "BinomialLogits",
        [dict(trials=n, logits=value) for n, value in (
            (1.0, 1e308), (1.0, -1e308), (10.0, 1e308), (10.0, 0.3), (10.0, -50.0), (1000.0, 745.0), (1000.0, -2.0),
            (1e9, 0.7), (1e9, 0.9), (1e9, -0.3), (1e9, -1.1), (1e9, -20.0))],
        lambda trials, logits: binomial_points(trials, float(special.expit(logits))),
        PROBABILITIES,
        log_density=lambda x, trials, logits: binomial_log(x, trials, -softplus(-logits), -softplus(logits)),
        cumulative=lambda x, trials, logits: by_logits(trials, logits).cumulative(x),
        complementary=lambda x, trials, logits: by_logits(trials, logits).complementary(x),
        scipy=lambda trials, logits:
            Frozen(stats.binom(trials, special.expit(logits)), by_logits(trials, logits))
            if trials < 1e6 and abs(logits) < 20 else None,
        moments=lambda trials, logits: binomial_moments(by_logits(trials, logits), trials, *pair(logits)),
        discrete=True, unchecked=(1e300,)),
    Multivariate(
        "Multinomial",
        [dict(trials=n, probabilities=p) for n, p in (
            (0.0, [0.5, 0.5]), (1.0, [0.0, 1.0]), (7.0, [0.25, 0.0, 0.75]), (10.0, [0.1, 0.2, 0.7]), (12.0, [1.0, 0.0]),
            (1000.0, [0.4, 0.3, 0.2, 0.1]), (3000.0, [0.9, 0.05, 0.05]), (1e9, [0.125, 0.5, 0.375]),
            (1e9, [1e-9, 0.3, 0.7 - 1e-9]))],
        lambda trials, probabilities: multinomial_points(trials, probabilities),
        lambda x, trials, probabilities: multinomial_log(
            x, trials, [mp.log(value) if value > 0 else mp.ninf for value in normalized(probabilities)]),
        lambda trials, probabilities: stats.multinomial(trials, probabilities) if trials < 1000 else None,
        lambda trials, probabilities: multinomial_moments(trials, normalized(probabilities)),
        discrete=True, mean=lambda frozen: frozen.n * frozen.p),
    Multivariate(
        "MultinomialLogits",
        [dict(trials=n, logits=value) for n, value in (
            (3.0, [1e308, -1e308, 0.0]), (10.0, [0.3, -0.5, 1.0]), (1000.0, [-800.0, 0.0, 1.0]),
            (1e6, [0.1, 0.2, 0.3, 5.0]))],
        lambda trials, logits: multinomial_points(trials, [float(value) for value in softmax(logits)]),
        lambda x, trials, logits: multinomial_log(x, trials, log_softmax(logits)),
        lambda trials, logits:
            stats.multinomial(trials, special.softmax(logits)) if trials < 1000 and max(logits) < 100 else None,
        lambda trials, logits: multinomial_moments(trials, softmax(logits)),
        discrete=True, mean=lambda frozen: frozen.n * frozen.p),
]
