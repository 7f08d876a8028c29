"""Elementwise operations."""

import numpy as np
import scipy.special
import torch
import torch.nn.functional as F

from reference import Family

SHAPES = [(), (1,), (0, 3), (3, 5, 7), (33,)]
PAIRS = [
    ((), ()), ((), (3, 4)), ((3, 5, 7), (3, 5, 7)), ((4, 1, 3), (2, 1)), ((0, 3), (1, 3)), ((5,), (2, 3, 5)),
    ((2, 3, 1), (1, 1, 4)), ((19,), (1,)),
]
INF, NAN = float("inf"), float("nan")


def away(family, shape, kinks=(0.0,), low=-3.0, high=3.0):
    """Uniform, at least 0.05 from every kink."""
    x = family.uniform(low, high, shape)
    for kink in kinks:
        near = np.abs(x - kink) < 0.05
        x = np.where(near, x + np.where(x >= kink, 0.1, -0.1), x)
    return x


# Function, the interval of ordinary inputs, further inputs at which only values and gradients are compared.
UNARY = {
    "negate": (torch.neg, -3, 3, [0.0, 1e300, -INF]),
    "abs": (torch.abs, -3, 3, [0.0, -0.0, 1e300, -1e-300, -INF]),
    "sign": (torch.sign, -3, 3, [0.0, -0.0, 1e-300, -INF]),
    "square": (torch.square, -3, 3, [0.0, 1e-200, 1e150, -1e150]),
    "sqrt": (torch.sqrt, 0.1, 9, [1e-300, 1e300, INF]),
    "rsqrt": (torch.rsqrt, 0.1, 9, [1e-30, 1e30]),
    "reciprocal": (torch.reciprocal, 0.2, 3, [-0.25, 1e-30, -1e30]),
    "exp": (torch.exp, -3, 3, [-INF, -745.0, -100.0, -1e-17, 0.0, 1e-17, 88.0, 700.0]),
    "expMinusOne": (torch.expm1, -3, 3, [-INF, -50.0, -1e-9, 0.0, 1e-12, 80.0, 700.0]),
    "log": (torch.log, 0.1, 9, [1e-300, 1 - 1e-9, 1.0, 1 + 1e-9, 1e300]),
    "logOnePlus": (torch.log1p, -0.9, 9, [-1e-12, 0.0, 1e-17, 1e-9, 1e300]),
    "sin": (torch.sin, -7, 7, [0.0, 1e-9, 50.0, -1000.0, 1e5]),
    "cos": (torch.cos, -7, 7, [0.0, 1e-9, 50.0, -1000.0, 1e5]),
    "tanh": (torch.tanh, -3, 3, [0.0, 1e-12, 9.0, -20.0, 1e4, -1e4, INF]),
    "sigmoid": (torch.sigmoid, -5, 5, [0.0, 30.0, -30.0, 1e4, -1e4, -700.0, INF, -INF]),
    "softplus": (lambda x: torch.logaddexp(x, torch.zeros_like(x)), -5, 5, [0.0, 30.0, -30.0, 1e4, -1e4]),
    "gelu": (F.gelu, -4, 4, [0.0, 1e-9, 8.0, -8.0, 40.0, -40.0, 1e4, -1e4]),
    "geluTanh": (lambda x: F.gelu(x, approximate="tanh"), -4, 4, [0.0, 1e-9, 8.0, -8.0, 40.0, -40.0]),
    "silu": (F.silu, -4, 4, [0.0, 1e-9, 30.0, -30.0, 700.0, -700.0]),
    "erf": (torch.erf, -3, 3, [0.0, 1e-12, 5.0, -5.5, 30.0, INF]),
}
STEPS = {"floor": torch.floor, "ceil": torch.ceil, "round": torch.round}
BINARY = {
    "add": torch.add, "subtract": torch.subtract, "multiply": torch.multiply, "divide": torch.divide,
    "maximum": torch.maximum, "minimum": torch.minimum,
}
COMPARISONS = {
    "equal": torch.eq, "notEqual": torch.ne, "less": torch.lt, "lessEqual": torch.le, "greater": torch.gt,
    "greaterEqual": torch.ge,
}


def unary(family):
    for name, (function, low, high, extremes) in UNARY.items():
        family.operation(name)
        for shape in SHAPES:
            family.case(name, function, [away(family, shape, low=low, high=high)])
        family.case(name, function, [np.array(extremes)], edge=True)
    for name, function in STEPS.items():
        family.operation(name)
        for shape in SHAPES:
            family.case(name, function, [np.floor(away(family, shape)) + family.uniform(0.1, 0.4, shape)])
        family.case(name, function, [[-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, -0.2, 0.7, 3.0, 1e300]], edge=True)
    for name in ("negate", "abs", "sign", "square"):
        for dtype in (torch.int32, torch.int64):
            family.case(name, UNARY[name][0], [torch.tensor([[-7, 0, 3], [40, -41, 1]], dtype=dtype)])
    for name in ("exp", "tanh", "sqrt", "gelu", "negate", "abs"):
        for dtype in (torch.float32, torch.bfloat16):
            family.case(name, UNARY[name][0], [torch.tensor([0.25, 1.0, 2.5], dtype=dtype)])


def gamma_functions(family):
    polygamma = scipy.special.polygamma
    for name, function, derivative in (
        ("lgamma", scipy.special.gammaln, scipy.special.psi),
        ("digamma", scipy.special.psi, lambda x: polygamma(1, x)),
    ):
        family.operation(name)
        for shape in SHAPES:
            x, g = family.uniform(0.3, 12, shape), family.normal(*shape)
            family.known(name, [x], [function(x)], [g], [g * derivative(x)], edge=False)
        x = np.array([1e-9, 0.01, 1.0, 2.0, 1.4616321449683623, 6.0, 30.0, 1e3, 1e6, 1e15])
        g = family.normal(*x.shape)
        family.known(name, [x], [function(x)], [g], [g * derivative(x)])
    # The trigamma of scipy is a Hurwitz zeta, given for positive arguments alone: reflected by hand.
    x = np.array([-0.5, -1.3, -2.75, -9.4])
    trigamma = (np.pi / np.sin(np.pi * x)) ** 2 - polygamma(1, 1 - x)
    g = family.normal(4)
    family.known("lgamma", [x], [scipy.special.gammaln(x)], [g], [g * scipy.special.psi(x)], edge=False)
    family.known("digamma", [x], [scipy.special.psi(x)], [g], [g * trigamma], edge=False)
    family.operation("polygamma")
    for order in (0, 1, 2, 4):
        for shape in ((), (0, 3), (3, 5)):
            x, g = family.uniform(0.3, 6, shape), family.normal(*shape)
            family.known(
                "polygamma", [x], [polygamma(order, x)], [g], [g * polygamma(order + 1, x)], edge=False, order=order)
        x = np.array([0.01, 1.0, 6.0, 30.0, 1e3])
        g = family.normal(5)
        family.known("polygamma", [x], [polygamma(order, x)], [g], [g * polygamma(order + 1, x)], order=order)


def kinked(family):
    family.operation("relu")
    for shape in SHAPES:
        family.case("relu", F.relu, [away(family, shape)])
    family.case("relu", F.relu, [[0.0, -0.0, 1e4, -1e4, 1e-300]], edge=True)
    for name, label, values, function in (
        ("leakyRelu", "slope", (0.01, 0.2), F.leaky_relu), ("elu", "alpha", (1.0, 0.5), F.elu),
    ):
        family.operation(name)
        for value in values:
            for shape in SHAPES:
                family.case(name, lambda x: function(x, value), [away(family, shape)], **{label: value})
            family.case(
                name, lambda x: function(x, value), [[0.0, 1e4, -1e4, -1e-12]], edge=True, **{label: value})
    family.operation("clamp")
    for low, high in ((-1.0, 1.0), (None, 0.5), (-0.25, None)):
        kinks = [k for k in (low, high) if k is not None]
        for shape in SHAPES:
            family.case("clamp", lambda x: torch.clamp(x, low, high), [away(family, shape, kinks)], low=low, high=high)
        family.case(
            "clamp", lambda x: torch.clamp(x, low, high), [kinks + [INF, -INF]], edge=True, low=low, high=high)
    family.case("clamp", lambda x: torch.clamp(x, -2, 3), [np.array([-5, -2, 0, 3, 9])], low=-2, high=3)
    # sqrt at 0: the derivative is +inf, and a zero cotangent takes it to 0·inf = NaN nowhere but here.
    family.known("sqrt", [[0.0, 4.0]], [[0.0, 2.0]], [[1.0, 1.0]], [[INF, 0.25]])
    family.known("log", [[0.0, 1.0]], [[-INF, 0.0]], [[1.0, 1.0]], [[INF, 1.0]])
    family.case("log", torch.log, [[-1.0, NAN, INF]], derivative=False)
    family.case("sqrt", torch.sqrt, [[-1.0, NAN, INF]], derivative=False)
    family.case("logOnePlus", torch.log1p, [[-1.0, -2.0, NAN, INF]], derivative=False)
    family.case("rsqrt", torch.rsqrt, [[0.0, INF, NAN]], derivative=False)
    family.case("reciprocal", torch.reciprocal, [[0.0, -0.0, INF]], derivative=False)
    for name in ("exp", "tanh", "sigmoid", "relu", "gelu", "erf", "sin"):
        function = F.relu if name == "relu" else UNARY[name][0]
        family.case(name, function, [[NAN, 1.0]], derivative=False)
    family.case("lgamma", torch.lgamma, [[0.0, -1.0, -2.0, INF, NAN]], derivative=False)


def binary(family):
    for name, function in BINARY.items():
        family.operation(name)
        for left, right in PAIRS:
            a, b = family.normal(*left), away(family, right)
            if name in ("maximum", "minimum"):
                pair = np.abs(a - b) < 0.02
                a = a + 0.05 * (np.any(pair) if a.shape != pair.shape else pair)
            family.case(name, function, [a, b])
        family.case(name, function, [[INF, -INF, 1.0, NAN], [1.0, -INF, NAN, NAN]], derivative=False)
        for scalar in (2.5, -0.75):
            x = away(family, (3, 5), (0.0, scalar))
            number = torch.tensor(scalar, dtype=torch.float64)
            family.case(name, lambda x: function(x, number), [x], scalar=scalar, side="right")
            family.case(name, lambda x: function(number, x), [x], scalar=scalar, side="left")
        if name != "divide":
            integers = np.array([[-7, 0, 3], [40, -41, 1]])
            for dtype in (torch.int32, torch.int64):
                family.case(
                    name, function, [torch.tensor(integers, dtype=dtype), torch.tensor([2, -3, 3], dtype=dtype)])
        low = torch.tensor([0.5, -1.25, 3.0])
        for left, right in (
            (torch.float32, torch.float32), (torch.bfloat16, torch.bfloat16), (torch.bfloat16, torch.float32),
            (torch.float32, torch.float64), (torch.int64, torch.float32), (torch.bfloat16, torch.int32),
            (torch.float64, torch.uint8), (torch.bool, torch.float32),
        ):
            family.case(
                name, lambda *inputs: function(*(x.to(torch.promote_types(left, right)) for x in inputs)),
                [low.to(left), torch.tensor([1.0, 2.0, 4.0]).to(right)], derivative=False)
        if name != "divide":
            for left, right in ((torch.uint8, torch.int32), (torch.int32, torch.int64), (torch.bool, torch.int32)):
                family.case(
                    name, lambda *inputs: function(*(x.to(right) for x in inputs)),
                    [torch.tensor([0, 1, 1]).to(left), torch.tensor([1, 2, 3]).to(right)])
    for name in ("maximum", "minimum"):
        family.case(name, BINARY[name], [[0.0, 1.0, -2.0, 3.0], [0.0, 1.0, 2.0, 3.0]], edge=True)
        family.case(name, BINARY[name], [[[0.0], [1.0]], [0.0, 1.0, 2.0]], edge=True)
    family.operation("divide")
    family.case("divide", torch.divide, [[1.0, -1.0, 0.0], [0.0, 0.0, 0.0]], derivative=False)
    for name, number in (("equal", 0.5), ("notEqual", 0.5), ("less", 0.0), ("lessEqual", 0.5), ("greater", 0.0),
                         ("greaterEqual", 2.0)):
        family.operation(f"{name}/number")
        for shape in ((), (0, 2), (4, 5)):
            x = np.array([-1.0, 0.0, 0.5, 2.0])[family.indices(4, *shape)]
            family.case(
                name, lambda x: COMPARISONS[name](x, number), [x], derivative=False, scalar=number, side="right")
        family.case(name, lambda x: COMPARISONS[name](x, 1), [np.array([0, 1, 2])], scalar=1, side="right")
        family.case(
            name, lambda x: COMPARISONS[name](x, 0.0), [[NAN, INF, -0.0]], scalar=0.0, side="right", derivative=False)


def power(family):
    family.operation("power")
    for left, right in PAIRS:
        family.case("power", torch.pow, [family.uniform(0.2, 3, left), family.normal(*right)])
    for exponent in (2.0, 3.0, -1.0, 0.5, 1.0, 0.0, -2.5):
        low = -2.0 if exponent == int(exponent) else 0.2
        for shape in ((), (3, 5), (0, 2)):
            x = away(family, shape, low=low, high=2.5)
            family.case("power", lambda x: torch.pow(x, exponent), [x], scalar=exponent, side="right")
    for base in (2.0, 0.5):
        family.case("power", lambda x: torch.pow(base, x), [family.normal(3, 4)], scalar=base, side="left")
    # 0^b: the derivative by b is 0 for b ≥ 0; by the base it is 0 at b = 0 and b > 1, and 1 at b = 1.
    family.case("power", torch.pow, [[0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 2.0, 3.5]], edge=True)
    family.case("power", lambda x: torch.pow(x, 2.0), [[0.0, -3.0]], edge=True, scalar=2.0, side="right")
    family.case("power", lambda x: torch.pow(x, 0.0), [[0.0, -3.0, INF]], edge=True, scalar=0.0, side="right")
    family.case("power", torch.pow, [torch.tensor([2.0, 9.0]), torch.tensor([3.0, 0.5])])
    family.case("power", torch.pow, [np.array([2, -3, 0]), np.array([5, 3, 0])])
    family.operation("timesLog")
    for left, right in PAIRS:
        family.case("timesLog", torch.xlogy, [family.normal(*left), family.uniform(0.2, 3, right)])
    # 0 log 0 is 0, and so is its derivative by the second number; by the first it is taken as 0, not -inf.
    family.known(
        "timesLog", [[0.0, 0.0, 2.0], [0.0, 3.0, 0.5]], [[0.0, 0.0, 2 * np.log(0.5)]], [[1.5, 2.0, -1.0]],
        [[0.0, 2 * np.log(3.0), -np.log(0.5)], [0.0, 0.0, -4.0]])


def choices(family):
    family.operation("where")
    for mask, left, right in (
        ((), (), ()), ((3, 5), (3, 5), (3, 5)), ((3, 1), (5,), (1, 5)), ((2, 3), (), (3,)), ((0, 2), (2,), ()),
        ((4,), (2, 1, 4), (3, 1)),
    ):
        condition = family.generator.random(mask) < 0.5
        family.case("where", torch.where, [condition, family.normal(*left), family.normal(*right)])
    condition = torch.tensor([True, False, True])
    for dtype in (torch.int64, torch.float32, torch.bfloat16, torch.bool, torch.uint8):
        family.case(
            "where", torch.where, [condition, torch.tensor([1, 0, 1]).to(dtype), torch.tensor([0, 1, 0]).to(dtype)])
    # The side not taken gives no gradient, whatever stands there.
    family.case("where", torch.where, [[True, False], [1.0, NAN], [INF, 2.0]], edge=True)
    for number, side in ((1.5, "right"), (-0.25, "left"), (0.0, "right")):
        for mask, shape in (((), ()), ((3, 1), (3, 5)), ((2, 4), (4,)), ((0, 2), (2,))):
            condition = family.generator.random(mask) < 0.5
            other = torch.tensor(number, dtype=torch.float64)
            pick = (lambda c, x: torch.where(c, x, other)) if side == "right" else (lambda c,
            x: torch.where(c, other, x))
            family.case("where", pick, [condition, family.normal(*shape)], scalar=number, side=side)
    for name, function in COMPARISONS.items():
        family.operation(name)
        for left, right in PAIRS:
            values = np.array([-1.0, 0.0, 0.5, 2.0])
            a, b = values[family.indices(4, *left)], values[family.indices(4, *right)]
            family.case(name, function, [a, b], derivative=False)
        family.case(name, function, [[NAN, NAN, INF, -INF, 0.0], [NAN, 1.0, INF, INF, -0.0]], derivative=False)
        for dtype in (torch.int32, torch.int64, torch.uint8, torch.bool, torch.float32, torch.bfloat16):
            family.case(name, function, [torch.tensor([0, 1, 1, 0]).to(dtype), torch.tensor([0, 0, 1, 1]).to(dtype)])
        family.case(name, function, [np.array([2**53, 2**53 + 1]), np.array([2**53 + 1, 2**53 + 1])])
    for name, function in (
        ("logicalAnd", torch.logical_and), ("logicalOr", torch.logical_or), ("logicalXor", torch.logical_xor),
    ):
        family.operation(name)
        for left, right in PAIRS:
            family.case(name, function, [family.generator.random(left) < 0.5, family.generator.random(right) < 0.5])
    family.operation("logicalNot")
    for shape in SHAPES:
        family.case("logicalNot", torch.logical_not, [family.generator.random(shape) < 0.5])


def family():
    result = Family("elementwise")
    unary(result)
    gamma_functions(result)
    kinked(result)
    binary(result)
    power(result)
    choices(result)
    return result
