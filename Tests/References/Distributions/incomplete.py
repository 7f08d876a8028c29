"""Incomplete gamma and beta functions with 50 digits.

Those of large parameters are quadratures of the density over the nearer tail; those of small parameters are mpmath's
own functions.
"""

import mpmath as mp

WIDE = 150  # digits for what cancels


def quadrature(f, start, end, pieces):
    return mp.quad(f, [start + (end - start) * k / pieces for k in range(pieces + 1)])


def gamma_density(a, t):
    return mp.exp((a - 1) * mp.log(t) - t - mp.loggamma(a))


def over_tail(density, factor, x, deviation, mean, upper, end):
    """∫ density · factor over the tail beyond x, as far as 50 digits reach, in units of the density at x: the
    quadrature's error bound is absolute."""
    width = deviation * 16
    # The decay length is deviation, or deviation² / distance where that is shorter.
    width = min(width, 120 * deviation ** 2 / max(abs(x - mean), deviation) + deviation)
    stop = min(x + width, end) if upper else max(x - width, mp.mpf(10) ** -300)
    unit = density(x)
    value = unit * quadrature(lambda t: density(t) / unit * factor(t), x, stop, 12)
    return value if upper else -value


def gamma_tails(a, x):
    a, x = mp.mpf(a), mp.mpf(x)
    if a > 1000:
        upper = x > a
        tail = over_tail(lambda t: gamma_density(a, t), lambda t: 1, x, mp.sqrt(a), a, upper, mp.inf)
        return (1 - tail, tail) if upper else (tail, 1 - tail)
    with mp.workdps(WIDE):
        return mp.gammainc(a, 0, x, regularized=True), mp.gammainc(a, x, mp.inf, regularized=True)


def gamma_by_shape(a, x):
    a, x = mp.mpf(a), mp.mpf(x)
    if a > 1000:
        upper, digamma = x > a, mp.digamma(a)
        tail = over_tail(lambda t: gamma_density(a, t), lambda t: mp.log(t) - digamma, x, mp.sqrt(a), a, upper,
                         mp.inf)
        return -tail if upper else tail
    with mp.workdps(WIDE):
        if x > a:
            return -mp.diff(lambda a: mp.gammainc(a, x, mp.inf, regularized=True), a)
        return mp.diff(lambda a: mp.gammainc(a, 0, x, regularized=True), a)


def beta_density(a, b, t):
    return mp.exp((a - 1) * mp.log(t) + (b - 1) * mp.log1p(-t) - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b))


def beta_integral(a, b, x, factor=lambda t: 1):
    """The integral over the nearer tail and whether it is the upper."""
    mean, upper = a / (a + b), x > a / (a + b)
    deviation = mp.sqrt(a * b / (a + b) ** 2 / (a + b + 1))
    end = 1 - mp.mpf(10) ** -300
    return over_tail(lambda t: beta_density(a, b, t), factor, x, deviation, mean, upper, end), upper


def beta_tails(a, b, x):
    a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
    if min(a, b) > 300:
        tail, upper = beta_integral(a, b, x)
        return (1 - tail, tail) if upper else (tail, 1 - tail)
    with mp.workdps(WIDE):
        return (mp.betainc(a, b, 0, x, regularized=True), mp.betainc(b, a, 0, 1 - x, regularized=True))


def beta_by(a, b, x, first):
    a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
    if min(a, b) > 300:
        center = mp.digamma(a if first else b) - mp.digamma(a + b)
        tail, upper = beta_integral(a, b, x, lambda t: (mp.log(t) if first else mp.log1p(-t)) - center)
        return -tail if upper else tail
    with mp.workdps(WIDE):
        upper = x > a / (a + b)

        def tail(a, b):
            return -mp.betainc(b, a, 0, 1 - x, regularized=True) if upper else mp.betainc(a, b, 0, x, regularized=True)

        return mp.diff((lambda a: tail(a, b)) if first else (lambda b: tail(a, b)), a if first else b)
