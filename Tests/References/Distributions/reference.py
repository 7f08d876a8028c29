"""What the families' reference values have in common.

Every number is computed by mpmath with 50 digits (more where a family asks for them) and compared with scipy where scipy
has it; what is written is the 50-digit value rounded to float64.
"""

import json
import math

import mpmath as mp

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
            points.append(dict(x=number(x), logDensity=number(values[0]), cumulative=number(values[1]),
                               complementary=number(values[2])))
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


def write(path, cases):
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
