"""Reference values of the special functions, by mpmath with 50 digits: writes special_functions.json."""

import json
import pathlib

import mpmath as mp
from scipy import special

from incomplete import WIDE, beta_by, beta_density, beta_tails, gamma_by_shape, gamma_density, gamma_tails, quadrature
from reference import number

mp.mp.dps = 50


def normal_upper(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


def student_lower(freedom, t):
    freedom, t = mp.mpf(freedom), mp.mpf(t)
    if freedom > 1000:
        def density(t):
            return mp.exp(mp.loggamma((freedom + 1) / 2) - mp.loggamma(freedom / 2) - mp.log(mp.pi * freedom) / 2
                          - (freedom + 1) / 2 * mp.log1p(t * t / freedom))
        tail = quadrature(density, abs(t), abs(t) + 16, 24)
    else:
        with mp.workdps(WIDE):
            tail = mp.betainc(freedom / 2, mp.mpf(1) / 2, 0, freedom / (freedom + t * t), regularized=True) / 2
    return tail if t < 0 else 1 - tail


def student_log_density(freedom, t):
    with mp.workdps(WIDE):
        freedom, t = mp.mpf(freedom), mp.mpf(t)
        return (mp.loggamma((freedom + 1) / 2) - mp.loggamma(freedom / 2) - mp.log(mp.pi * freedom) / 2
                - (freedom + 1) / 2 * mp.log1p(t * t / freedom))


def root(f, slope, start):
    """Newton's steps from a near start."""
    x = mp.mpf(float(start))
    for _ in range(100):
        step = f(x) / slope(x)
        x -= step
        if abs(step) <= abs(x) * mp.mpf(10) ** -38:
            return x
    raise SystemExit(f"no root from {start}")


def log_beta(a, b):
    with mp.workdps(WIDE):
        a, b = mp.mpf(a), mp.mpf(b)
        return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def log_binomial(n, k):
    with mp.workdps(WIDE):
        n, k = mp.mpf(n), mp.mpf(k)
        return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)


def stirling(x):
    with mp.workdps(WIDE):
        x = mp.mpf(x)
        return mp.loggamma(x + 1) - (x + mp.mpf(1) / 2) * mp.log(x) + x - mp.log(2 * mp.pi) / 2


def deviance(x, m):
    with mp.workdps(WIDE):
        x, m = mp.mpf(x), mp.mpf(m)
        return x * mp.log(x / m) + m - x


cases = []


def add(function, arguments, value):
    cases.append(dict(function=function, arguments=[number(a) for a in arguments], value=number(value)))


for z in (-38.4, -37, -30, -20.3, -14.1, -13.9, -8, -3.3, -1.5, -1.4, -0.7, -1e-3, 0, 1e-8, 0.3, 2, 5, 9):
    add("normalCumulative", [z], normal_upper(-mp.mpf(z)))
    add("logNormalCumulative", [z], mp.log(normal_upper(-mp.mpf(z))))
for z in (-60.5, -1e3, -1e5):
    add("logNormalCumulative", [z], mp.log(normal_upper(-mp.mpf(z))))
for z in (-1e10, -1e150):
    add("logNormalCumulative", [z], -mp.mpf(z) ** 2 / 2 - mp.log(-mp.mpf(z)) - mp.log(2 * mp.pi) / 2)
for p in (5e-324, 1e-300, 1e-100, 1e-16, 1e-5, 0.01, 0.2, 0.249, 0.251, 0.3, 0.5 + 1e-9, 0.6, 0.7, 0.76, 0.99,
    1 - 1e-16):
    goal = mp.log(mp.mpf(p))
    z = root(lambda z: mp.log(normal_upper(-z)) - goal,
             lambda z: mp.npdf(z) / normal_upper(-z), special.ndtri(p))
    add("normalQuantile", [p], z)
    add("normalQuantileUpper", [p], -z)
for x in (1e-300, 1e-10, 0.01, 0.3, 0.49, 0.5, 0.7, 1, 2.5, 5, 9.99, 10, 15, 16, 100, 1e5, 1e10):
    add("stirlingCorrection", [x], stirling(x))
for x, m in ((1, 1), (5, 4.9), (1e10, 1e10 + 1e5), (1e10, 1e10 - 3e6), (3, 1e10), (1e10, 3), (1e-10, 2), (7, 3.5), (7,
    14),
             (7, 13.9), (7, 2.9), (1e300, 1e-5), (100, 99.99999)):
    add("devianceTerm", [x, m], deviance(x, m))
for a, b in ((1, 1), (0.5, 0.5), (1e-300, 2), (1e-10, 1e-10), (1e-5, 1e10), (3, 4), (9.9, 9.9), (9.9, 10.1), (2.5,
    1e10),
             (9.5, 1e6), (10, 10), (12, 1e10), (1e10, 1e10), (1e10, 3e9), (1e5, 2.5e5), (0.5, 5e9), (1, 1e10)):
    add("logBeta", [a, b], log_beta(a, b))
for n, k in ((5, 2), (10, 10), (10, 0), (10, 1), (100, 50), (1e6, 3), (1e10, 5e9), (1e10, 2), (1e10, 1e10 - 7), (40,
    17)):
    add("logBinomial", [n, k], log_binomial(n, k))

GAMMA = [(1e-10, 0.1), (1e-10, 1.4), (1e-3, 1e-300), (1e-3, 1e-5), (1e-3, 0.5), (1e-3, 3), (0.1, 1e-100), (0.1, 0.2),
    (0.1, 30), (0.49, 1.2),
         (0.5, 1e-10), (0.5, 1.3), (0.5, 1.6), (0.5, 600), (0.9, 1.45), (1, 1e-3), (1, 1.99), (1, 2.01), (1, 700),
             (2.5, 0.1), (2.5, 3.4), (2.5, 3.6),
         (2.5, 50), (10, 1), (10, 9), (10, 12), (10, 60), (40.5, 20), (40.5, 40), (40.5, 43), (40.5, 100), (99, 60),
             (99, 98), (99, 101), (99, 150),
         (101, 72), (101, 100), (101, 101), (101, 102), (101, 130), (101, 132), (101, 200), (500, 300), (500, 499),
             (500, 660), (1000, 900),
         (1e4, 9.1e3), (1e4, 1e4), (1e4, 1.01e4), (1e4, 1.2e4), (1e6, 0.98e6), (1e6, 1e6 + 1), (1e6, 1.02e6),
         (1e10, 1e10 - 3e6), (1e10, 1e10 - 1), (1e10, 1e10), (1e10, 1e10 + 3e5), (1e10, 1e10 + 3.6e6)]
for a, x in GAMMA:
    lower, upper = gamma_tails(a, x)
    add("gammaLower", [a, x], lower)
    add("gammaUpper", [a, x], upper)
    add("gammaLowerByShape", [a, x], gamma_by_shape(a, x))
for a, x in ((5, 1e-200), (1e4, 5e3), (1e4, 2e4), (1e6, 0.9e6), (1e6, 1.1e6), (2, 2000), (0.1, 1500)):
    lower, upper = gamma_tails(a, x)
    add("logGammaLower", [a, x], mp.log(lower))
    add("logGammaUpper", [a, x], mp.log(upper))
for a, p in ((1e-3, 0.6), (0.05, 1e-10), (0.05, 0.5), (0.3, 1e-100), (0.3, 0.3), (0.9, 0.4), (1, 1e-300), (1, 0.5),
    (2.5, 1e-16), (2.5, 0.3), (2.5, 0.99),
             (20, 1e-300), (20, 0.01), (20, 0.6), (150, 1e-200), (150, 0.2), (1e4, 1e-5), (1e4, 0.7), (1e10, 1e-100),
                 (1e10, 0.4)):
    # The starts come from scipy, the roots from the 50-digit function.
    for name, tail, start in (("gammaQuantileLower", 0, special.gammaincinv(a, p)), ("gammaQuantileUpper", 1,
        special.gammainccinv(a, p))):
        if start < 1e-290:
            continue
        goal = mp.log(mp.mpf(p))
        x = root(lambda x: (mp.log(gamma_tails(a, x)[tail]) - goal),
                 lambda x: (1 if tail == 0 else -1) * gamma_density(mp.mpf(a), x) / gamma_tails(a, x)[tail], start)
        add(name, [a, p], x)

BETA = [(1e-5, 1, 0.1), (1e-3, 2, 0.2), (0.05, 3, 1e-100), (0.05, 3, 0.2), (0.05, 0.05, 0.5), (0.5, 0.5, 1e-10), (0.5,
    0.5, 0.3), (0.5, 0.5, 1 - 1e-10), (1, 1, 0.7),
        (1, 3, 1e-12), (2, 3, 0.4), (2, 3, 0.999), (0.5, 20, 0.01), (0.5, 20, 0.6), (20, 0.5, 0.9), (20, 0.5, 0.2),
            (12, 15, 0.1), (12, 15, 0.44), (12, 15, 0.9),
        (100, 3, 0.95), (100, 3, 0.5), (3, 1e4, 1e-4), (3, 1e4, 3e-3), (0.5, 5e5, 1e-6), (250, 100, 0.5), (250, 100,
            0.72), (250, 100, 0.9),
        (1e3, 1e3, 0.45), (1e3, 1e3, 0.5), (1e3, 1e3, 0.55), (1e4, 1e6, 0.0098), (1e4, 1e6, 0.0102), (1e6, 1e6,
            0.499), (1e6, 1e6, 0.5005),
        (1e10, 1e10, 0.49999), (1e10, 1e10, 0.500002), (1e10, 1e9, 0.9091)]
for a, b, x in BETA:
    lower, upper = beta_tails(a, b, x)
    add("betaLower", [a, b, x], lower)
    add("betaUpper", [a, b, x], upper)
    if max(a, b) < 1e9:
        add("betaLowerByFirst", [a, b, x], beta_by(a, b, x, True))
        add("betaLowerBySecond", [a, b, x], beta_by(a, b, x, False))
for a, b, p in ((0.05, 0.05, 0.3), (0.05, 3, 1e-10), (0.5, 0.5, 1e-100), (0.5, 0.5, 0.2), (0.5, 20, 0.4), (20, 0.5,
    1e-5), (1, 1, 0.25), (2, 3, 1e-300), (2, 3, 0.3),
                (2, 3, 0.9), (12, 15, 1e-30), (12, 15, 0.6), (250, 100, 0.01), (1e3, 1e3, 0.4), (1e4, 1e6, 1e-8),
                    (1e6, 1e6, 0.7), (3, 1e4, 0.5)):
    for name, tail, start in (("betaQuantileLower", 0, special.betaincinv(a, b, p)), ("betaQuantileUpper", 1,
        special.betainccinv(a, b, p))):
        if not 1e-290 < start < 0.999:
            continue
        goal = mp.log(mp.mpf(p))
        x = root(lambda x: (mp.log(beta_tails(a, b, x)[tail]) - goal),
                 lambda x: (1 if tail == 0 else -1) * beta_density(mp.mpf(a), mp.mpf(b), x) / beta_tails(a, b,
                     x)[tail], start)
        add(name, [a, b, p], x)

for freedom in (0.1, 0.5, 1, 2.5, 4, 30, 1e4, 1e10):
    for t in (-1e100, -1e10, -40, -3, -1, -1e-5, 0.5, 2, 10):
        if freedom > 1000 and abs(t) > 40:
            continue
        add("studentLower", [freedom, t], student_lower(freedom, t))

        if abs(t) > 1e-5 and t < 0:
            value = student_lower(freedom, t)
            p = float(value)
            if 1e-300 < p < 0.49:
                # The argument is the rounded probability: one step with the density of the exact one.
                density = mp.exp(student_log_density(freedom, t))
                add("studentQuantile", [freedom, p], mp.mpf(t) + (mp.mpf(p) - value) / density)
        add("studentLogDensity", [freedom, t], student_log_density(freedom, t))


def bregman(b, a):
    return mp.loggamma(b) - mp.loggamma(a) - (b - a) * mp.digamma(a)


def gamma_divergence(a, r, b, s):
    """KL between the gamma distributions of concentrations a, b and rates r, s."""
    with mp.workdps(WIDE):
        a, r, b, s = map(mp.mpf, (a, r, b, s))
        return bregman(b, a) + b * mp.log(r / s) + a * (s - r) / r


def dirichlet_divergence(a, b):
    with mp.workdps(WIDE):
        a, b = [mp.mpf(v) for v in a], [mp.mpf(v) for v in b]
        return sum(bregman(q, p) for p, q in zip(a, b)) - bregman(sum(b), sum(a))


def check_divergence(value, p, q, start, end):
    by_quadrature = mp.quad(lambda x: mp.exp(p(x)) * (p(x) - q(x)), mp.linspace(start, end, 40))
    if abs(by_quadrature - value) > 1e-10:
        raise SystemExit(f"divergence {value}, by quadrature {by_quadrature}")


for a, r, b, s in ((1, 1, 1, 1), (2.5, 3, 1.5, 0.5), (0.01, 2, 5, 3), (5, 3, 0.01, 3), (3, 2, 3, 2 + 1e-9), (3, 2,
    3 + 1e-9, 2), (40, 1, 40.5, 1.0125),
                   (1e8, 7, 1e8 + 1, 7), (1e8, 7, 1.5e8, 10.5), (0.1, 1, 0.1 + 1e-8, 1), (1e-3, 1e-5, 1e3, 1e5)):
    value = gamma_divergence(a, r, b, s)
    if 2 <= a < 3 and r != s:
        check_divergence(value, lambda x: a * mp.log(r) + (a - 1) * mp.log(x) - r * x - mp.loggamma(a),
                         lambda x: b * mp.log(s) + (b - 1) * mp.log(x) - s * x - mp.loggamma(b), mp.mpf(10) ** -12, 60)
    add("gammaDivergence", [a, r, b, s], value)
for a, b, c, d in ((1, 1, 1, 1), (2, 3, 1.5, 0.5), (0.05, 4, 3, 0.1), (2, 3, 2 + 1e-9, 3), (20, 30, 40, 60), (1e6,
    2e6, 1e6 + 3, 2e6), (1e8, 1e8, 2e8, 2e8),
                   (0.5, 0.5, 0.5, 0.5 + 1e-8), (1e-3, 1e3, 1e3, 1e-3)):
    value = dirichlet_divergence([a, b], [c, d])
    if a == 2 and d == 0.5:
        check_divergence(value, lambda x: mp.log(x) * (a - 1) + mp.log1p(-x) * (b - 1) - log_beta(a, b),
                         lambda x: mp.log(x) * (c - 1) + mp.log1p(-x) * (d - 1) - log_beta(c, d),
                         mp.mpf(10) ** -12, 1 - mp.mpf(10) ** -12)
    add("betaDivergence", [a, b, c, d], value)
for a, b in (((1, 2, 3), (3, 2, 1)), ((0.1, 5, 1e4), (0.2, 5, 1e4)), ((1, 2, 3), (1, 2, 3 + 1e-8)), ((10, 20, 30),
    (20, 40, 60))):
    add("dirichletDivergence", [*a, *b], dirichlet_divergence(a, b))

if __name__ == "__main__":
    path = pathlib.Path(__file__).parent / "special_functions.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
