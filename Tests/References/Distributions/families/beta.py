import mpmath as mp
from scipy import special, stats

from incomplete import WIDE, beta_tails
from reference import Univariate, agree, number


def log_beta(a, b):
    with mp.workdps(WIDE):
        return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def end(power, log_at_one):
    return mp.inf if power < 1 else log_at_one if power == 1 else -mp.inf


def log_density(x, concentration1, concentration0):
    a, b = concentration1, concentration0
    if x < 0 or x > 1:
        return -mp.inf
    if x == 0 or x == 1:
        return end(a, mp.log(b)) if x == 0 else end(b, mp.log(a))
    with mp.workdps(WIDE):
        return (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - log_beta(a, b)


def tail(x, a, b, upper):
    return mp.mpf((x >= 1) != upper) if x <= 0 or x >= 1 else beta_tails(a, b, x)[upper]


def moments(concentration1, concentration0):
    a, b = concentration1, concentration0
    n = a + b
    if a > 1 and b > 1:
        mode = (a - 1) / (n - 2)
    else:
        mode = mp.mpf(1) / 2 if a == b == 1 else mp.mpf(0 if a <= b else 1)
    with mp.workdps(WIDE):
        entropy = log_beta(a, b) - (a - 1) * mp.digamma(a) - (b - 1) * mp.digamma(b) + (n - 2) * mp.digamma(n)
    return a / n, a * b / n ** 2 / (n + 1), mode, entropy


def points(a, b):
    mean, deviation = a / (a + b), (a * b / (a + b + 1)) ** 0.5 / (a + b)
    near = [mean + k * deviation for k in (-6, -3, -1, 0.2, 1, 3, 6)]
    return [x for x in near if 0 < x < 1] + [1e-5, 0.25, 0.5, 0.875]


class Dirichlet:
    def cases(self):
        return [self.case(concentration) for concentration in (
            [1.0, 1.0], [0.5, 2.0, 3.5], [1.0, 2.0, 1.0, 4.0], [0.01, 0.02, 0.03], [30.0, 0.5, 12.0], [9.5, 10.5,
                200.0],
            [1e6, 2e6, 3.5e6])]

    def case(self, concentration):
        with mp.workdps(WIDE):
            return self.exact_case(concentration)

    def exact_case(self, concentration):
        a = [mp.mpf(value) for value in concentration]
        n, count = sum(a), len(a)
        constant = mp.loggamma(n) - sum(mp.loggamma(value) for value in a)
        frozen = stats.dirichlet(concentration)
        # Multiples of 2⁻⁴⁰ sum to 1 exactly.
        shares = [[1 / count] * count, concentration, [k + 1 for k in range(count)], [1e-9] + [1] * (count - 1)]
        if sum(concentration) > 1e3:
            shares = [[v + k * v ** 0.5 for k, v in enumerate(concentration)], concentration]
        points = []
        for share in shares:
            x = [round(value / sum(share) * 2 ** 40) / 2 ** 40 for value in share[:-1]]
            x.append(1 - sum(x))
            value = constant + sum((power - 1) * mp.log(mp.mpf(at)) for power, at in zip(a, x))
            agree(value, frozen.logpdf(x), f"Dirichlet {concentration}: log-density at {x}")
            points.append(dict(x=x, logDensity=number(value)))
        zero = [0.0, 0.25] + [0.75 / (count - 2)] * (count - 2) if count > 2 else [0.0, 1.0]
        if count > 2:
            value = end(a[0], constant + sum((power - 1) * mp.log(mp.mpf(at)) for power, at in zip(a[1:], zero[1:])))
            points.append(dict(x=zero, logDensity=number(value)))
        points.append(dict(x=[0.5] * count if count > 2 else [0.75, 0.75], logDensity="-inf"))
        points.append(dict(x=[-0.5, 1.5] + [0.0] * (count - 2), logDensity="-inf"))
        entropy = (-constant + (n - count) * mp.digamma(n)
                   - sum((value - 1) * mp.digamma(value) for value in a))
        agree(entropy, frozen.entropy(), f"Dirichlet {concentration}: entropy")
        if min(a) < 1:
            mode = [mp.nan] * count
        else:
            mode = [(value - 1) / (n - count) if n > count else mp.mpf(1) / count for value in a]
        return dict(family="Dirichlet", parameters=dict(concentration=concentration), points=points,
                    mean=number([value / n for value in a]),
                    variance=number([value / n * (1 - value / n) / (n + 1) for value in a]), mode=number(mode),
                    entropy=number(entropy))


FAMILIES = [
    Univariate(
        "Beta",
        [dict(concentration1=1.0, concentration0=1.0), dict(concentration1=0.5, concentration0=0.5),
         dict(concentration1=2.0, concentration0=3.0), dict(concentration1=0.05, concentration0=4.0),
         dict(concentration1=1.0, concentration0=20.0), dict(concentration1=12.0, concentration0=30.0),
         dict(concentration1=1e3, concentration0=3e3), dict(concentration1=1e6, concentration0=1e6),
         dict(concentration1=1e10, concentration0=2e10)],
        lambda concentration1, concentration0:
            [-1.0, 0.0] + points(concentration1, concentration0) + [1.0, 2.0],
        [0.0, 1e-6, 0.01, 0.3, 0.5, 0.9, 1.0],
        log_density=log_density,
        cumulative=lambda x, concentration1, concentration0: tail(x, concentration1, concentration0, False),
        complementary=lambda x, concentration1, concentration0: tail(x, concentration1, concentration0, True),
        scipy=lambda concentration1, concentration0: stats.beta(concentration1, concentration0),
        moments=moments, unchecked=[0.0, 1.0] + points(1e10, 2e10)),
    Dirichlet(),
]
