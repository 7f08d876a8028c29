"""Reference values of discrete families, and of events that are vectors."""

import math

import mpmath as mp

from reference import agree, number


def exact(value):
    """mpmath numbers of a number or of nested lists."""
    return [exact(element) for element in value] if isinstance(value, (list, tuple)) else mp.mpf(value)


class Discrete:
    """A family with a mass, or with events that are vectors.

    log_density(x, **parameters) takes and gives mpmath numbers, x may be a list; cumulative, complementary and
    quantile(p, **parameters) are None where there are none. scipy(**parameters) gives three functions of x, the
    log-mass, the distribution function and its complement, or None. moments(**parameters) gives mean, variance, mode
    and entropy, None for what is not there.
    """

    def __init__(self, family, parameters, points, log_density, moments, cumulative=None, complementary=None,
                 quantile=None, probabilities=(), scipy=None):
        self.__dict__.update(locals())

    def case(self, parameters):
        values = {name: exact(value) for name, value in parameters.items()}
        peers = self.scipy(**parameters) if self.scipy else None
        points = []
        for x in self.points(**parameters):
            point = dict(x=number(x))
            functions = dict(logDensity=self.log_density, cumulative=self.cumulative, complementary=self.complementary)
            for index, (name, function) in enumerate(functions.items()):
                if function is None:
                    continue
                value = function(exact(x), **values)
                point[name] = number(value)
                if peers and peers[index] and (isinstance(x, list) or math.isfinite(x)) and abs(value) < 600:
                    agree(value, peers[index](x), f"{self.family} {parameters}: {name} at {x}")
            points.append(point)
        known = dict(zip(("mean", "variance", "mode", "entropy"), self.moments(**values)))
        case = dict(family=self.family, parameters={name: number(value) for name, value in parameters.items()},
                    points=points, **{name: number(value) for name, value in known.items() if value is not None})
        if self.quantile:
            case["quantiles"] = [
                dict(p=number(p), x=number(self.quantile(exact(p), **values))) for p in self.probabilities]
        return case

    def cases(self):
        return [self.case(parameters) for parameters in self.parameters]
