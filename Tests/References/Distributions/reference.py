"""What the families' reference values have in common.

Every number is computed by mpmath with 50 digits (more where a family asks for them) and compared with scipy where scipy
has it; what is written is the 50-digit value rounded to float64.
"""

import json
import math

import mpmath as mp
import numpy as np

mp.mp.dps = 50
COMPARED = 1e-9  # how near scipy must be, relative to 1 + |value|


def number(value):
    """A JSON number, or the text inf, -inf or nan; of an array its elements."""
    if isinstance(value, (list, tuple)):
        return [number(element) for element in value]
    value = float(value)
    return value if math.isfinite(value) else str(value)


def agree(ours, other, what):
    ours, other = float(ours), float(other)
    if math.isnan(other) or ours == other:
        return
    if not abs(ours - other) <= COMPARED * (1 + abs(other)):
        raise SystemExit(f"{what}: mpmath {ours}, scipy {other}")


class Univariate:
    """A family of single numbers.

    log_density(x, **parameters), cumulative and complementary take and give mpmath numbers; scipy(**parameters) is a
    frozen scipy distribution or None; moments(**parameters) gives mean, variance, mode and entropy, None for what is
    not there.
    """

    def __init__(self, family, parameters, points, probabilities, log_density, cumulative, complementary, scipy,
                 moments, discrete=False, unchecked=()):
        self.__dict__.update(locals())

    def case(self, parameters):
        exact = {name: mp.mpf(value) for name, value in parameters.items()}
        frozen = self.scipy(**parameters) if self.scipy else None
        name = f"{self.family} {parameters}"
        points = []
        for x in self.points(**parameters):
            values = [f(mp.mpf(x), **exact) for f in (self.log_density, self.cumulative, self.complementary)]
            # scipy's own tails lose digits: only what is not tiny is compared.
            if frozen and x not in self.unchecked and math.isfinite(x):
                density = frozen.logpmf(x) if self.discrete else frozen.logpdf(x)
                if values[0] > -600:
                    agree(values[0], density, f"{name}: log-density at {x}")
                agree(values[1], frozen.cdf(x), f"{name}: cumulative at {x}")
                agree(values[2], frozen.sf(x), f"{name}: complementary at {x}")
            known = dict(zip(("logDensity", "cumulative", "complementary"), values))
            points.append(dict(x=number(x), **{key: number(value) for key, value in known.items() if value is not None}))
        quantiles = []
        for p in self.probabilities:
            if frozen is None:
                continue
            start = float(frozen.ppf(p))
            x = mp.mpf(start)
            if not self.discrete and math.isfinite(start) and 0 < p < 1:
                # Newton's steps on the nearer tail.
                for _ in range(60):
                    lower = p < 0.5
                    value = self.cumulative(x, **exact) - p if lower else (1 - mp.mpf(p)) - self.complementary(x, **exact)
                    step = value / mp.exp(self.log_density(x, **exact))
                    x -= step
                    if abs(step) <= abs(x) * mp.mpf(10) ** -40:
                        break
            quantiles.append(dict(p=number(p), x=number(x)))
        mean, variance, mode, entropy = self.moments(**exact)
        if frozen:
            for value, other, what in ((mean, frozen.mean(), "mean"), (variance, frozen.var(), "variance")):
                if value is not None and mp.isfinite(value):
                    agree(value, other, f"{name}: {what}")
            if entropy is not None:
                agree(entropy, frozen.entropy(), f"{name}: entropy")
        known = dict(mean=mean, variance=variance, mode=mode, entropy=entropy)
        return dict(family=self.family, parameters={key: number(value) for key, value in parameters.items()},
                    points=points, quantiles=quantiles,
                    **{key: number(value) for key, value in known.items() if value is not None})

    def cases(self):
        return [self.case(parameters) for parameters in self.parameters]


def exact(value):
    """A number as mpmath holds it; of an array a matrix, a vector as one column."""
    return mp.matrix(value) if isinstance(value, (list, tuple)) else mp.mpf(value)


def nested(value, shape):
    """The elements of an mpmath matrix in the nesting of an event shape."""
    if not isinstance(value, mp.matrix):
        return value
    if len(shape) == 1:
        return [value[i] for i in range(shape[0])]
    return [[value[i, j] for j in range(shape[1])] for i in range(shape[0])]


class Multivariate:
    """A family of vectors or matrices.

    log_density(x, **parameters) and moments(**parameters) take and give mpmath matrices, vectors as single columns;
    moments gives mean, variance, mode and entropy, None for what is not there. scipy(**parameters) is a frozen scipy
    distribution or None; what it calls its mean is compared, its entropy if `entropy` says so, and its density at all
    points but those whose index is in `unchecked`.
    """

    def __init__(self, family, parameters, points, log_density, scipy, moments, discrete=False, unchecked=(),
                 entropy=True, mean=None):
        self.__dict__.update(locals())

    def case(self, parameters):
        wide = {name: exact(value) for name, value in parameters.items()}
        frozen = self.scipy(**parameters) if self.scipy else None
        name = f"{self.family} {parameters}"
        points, shape = [], []
        for index, x in enumerate(self.points(**parameters)):
            shape = np.shape(x)
            value = self.log_density(exact(x), **wide)
            if frozen and index not in self.unchecked and -600 < value:
                other = frozen.logpmf(x) if self.discrete else frozen.logpdf(x)
                agree(value, other, f"{name}: log-density at {x}")
            points.append(dict(x=number(x), logDensity=number(value)))
        mean, variance, mode, entropy = self.moments(**wide)
        if frozen:
            theirs = self.mean(frozen) if self.mean else frozen.mean
            theirs = np.ravel(theirs() if callable(theirs) else theirs)
            for ours, other in zip(np.ravel(np.array(nested(mean, shape), dtype=float)), theirs, strict=True):
                agree(ours, other, f"{name}: mean")
            if self.entropy and entropy is not None:
                agree(entropy, frozen.entropy(), f"{name}: entropy")
        known = dict(mean=mean, variance=variance, mode=mode, entropy=entropy)
        return dict(family=self.family, parameters={key: number(value) for key, value in parameters.items()},
                    points=points, quantiles=[],
                    **{key: number(nested(value, shape)) for key, value in known.items() if value is not None})

    def cases(self):
        return [self.case(parameters) for parameters in self.parameters]


def write(path, cases):
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
