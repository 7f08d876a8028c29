"""Reductions over axes, cumulative sums and norms."""

import numpy as np
import torch

from reference import Family

INF, NAN = float("inf"), float("nan")
# Shape, axes (None: all), whether the axes are kept with length 1.
CONFIGURATIONS = [
    ((), None, False), ((6,), [0], False), ((1,), None, True), ((3, 5, 7), None, False), ((3, 5, 7), [0], False),
    ((3, 5, 7), [1], False), ((3, 5, 7), [-1], False), ((3, 5, 7), [0, 2], False), ((3, 5, 7), [0, 1, 2], False),
    ((3, 5, 7), [1], True), ((3, 5, 7), [-1, 0], True), ((5, 1, 4), [1], False), ((2, 33), [1], False),
    ((137,), None, False), ((0, 3), [1], False),
]
EMPTY = [((0, 3), [0], False), ((0, 3), None, False), ((2, 0), [1], True)]


def over(function):
    """`function(x, dim, keepdim)` for axes that may be absent."""
    return lambda x, axes, keep: function(x, tuple(range(x.ndim)) if axes is None else tuple(axes), keep)


def product(x, axes, keep):
    axes = range(x.ndim) if axes is None else [axis % x.ndim for axis in axes]
    for axis in sorted(axes, reverse=True):
        x = torch.prod(x, axis, keep)
    return x


def reduction(family, name, function, sample, configurations, **more):
    family.operation(name)
    for shape, axes, keep in configurations:
        attributes = dict(axes=axes, keep=True if keep else None, **more)
        family.case(name, lambda x: function(x, axes, keep), [sample(shape)], **attributes)


def sums(family):
    normal = lambda shape: family.normal(*shape)
    reduction(family, "sum", over(lambda x, d, k: torch.sum(x, d, k)), normal, CONFIGURATIONS + EMPTY)
    family.case("sum", lambda x: torch.sum(x, 0), [np.arange(6).reshape(2, 3)], axes=[0])
    for dtype in (torch.float32, torch.bfloat16):
        family.case("sum", lambda x: torch.sum(x, 1), [torch.tensor([[0.5, 1.25], [3.0, -1.0]], dtype=dtype)], axes=[1])
    family.case("sum", torch.sum, [[INF, 1.0, -2.0]], edge=True)
    family.case("sum", torch.sum, [[INF, -INF]], derivative=False)
    family.case("sum", torch.sum, [np.ones((4, 5), dtype=np.int64)])
    reduction(family, "mean", over(lambda x, d, k: torch.mean(x, d, k)), normal, CONFIGURATIONS)
    family.case("mean", lambda x: torch.mean(x, 0), [np.zeros((0, 3))], derivative=False, axes=[0])
    several = [c for c in CONFIGURATIONS if all(n != 1 for n in c[0]) and c[0] not in ((), (0, 3))]
    for name, function in (("variance", torch.var), ("standardDeviation", torch.std)):
        for correction in (0, 1):
            reduction(
                family, name,
                over(lambda x, d, k: function(x, d, correction=correction, keepdim=k)), normal, several,
                correction=correction)
        for shape, axes in (((0, 3), [1]), ((0, 5), [1])):
            family.case(
                name, lambda x: function(x, tuple(axes), correction=0), [np.zeros(shape)], axes=axes, correction=0)
        # Far from 0 a float32 mean is rounded to less than the deviations need, here as in torch.
        family.case(
            name, lambda x: function(x, correction=1), [family.normal(2, 4) + 1e6], edge=True, correction=1,
            float64Only=True)
        # Equal numbers: both derivatives are 0.
        family.case(
            name, lambda x: function(x, 1, correction=1), [np.full((2, 3), 0.5)], axes=[1], correction=1, edge=True)
    family.case("variance", lambda x: torch.var(x, 0, correction=0), [[[3.0, 4.0]]], axes=[0], correction=0)
    few = CONFIGURATIONS[:3] + CONFIGURATIONS[4:8] + CONFIGURATIONS[9:13] + EMPTY
    reduction(family, "product", product, normal, few)
    family.case("product", lambda x: torch.prod(x, 1), [[[0.0, 2.0, 3.0], [0.0, 0.0, 3.0], [1.0, 2.0, 4.0]]], axes=[1])
    family.case("product", torch.prod, [np.array([2, -3, 4])])


def extremes(family):
    distinct = lambda shape: family.distinct(*shape)
    for name, function in (("max", torch.amax), ("min", torch.amin)):
        reduction(family, name, over(function), distinct, CONFIGURATIONS)
        # Ties share the gradient evenly.
        ties = [[1.0, 3.0, 3.0], [1.0, 1.0, 1.0], [3.0, 1.0, 1.0]]
        family.case(name, lambda x: function(x, 1), [ties], axes=[1], edge=True)
        family.case(name, lambda x: function(x, (0, 1)), [ties], edge=True)
        family.case(name, lambda x: function(x, 0), [[[INF, -INF], [0.0, -INF]]], axes=[0], edge=True)
        family.case(name, lambda x: function(x, 1), [[[1.0, NAN], [NAN, NAN]]], axes=[1], derivative=False)
        for dtype in (torch.int64, torch.int32, torch.float32, torch.bfloat16):
            family.case(
                name, lambda x: function(x, 0), [torch.tensor([[1, 5, -2], [4, -5, -2]], dtype=dtype)], axes=[0])
    for name, function in (("argmax", torch.argmax), ("argmin", torch.argmin)):
        family.operation(name)
        for shape, axes, keep in CONFIGURATIONS:
            axis = None if axes is None else axes[0]
            if axes is None and keep:
                continue
            family.case(
                name, lambda x: function(x, axis, keep), [distinct(shape)], derivative=False, axis=axis,
                keep=True if keep else None)
        ties = [[1.0, 3.0, 3.0], [1.0, 1.0, 1.0], [3.0, 1.0, 1.0], [INF, -INF, INF], [0.0, NAN, NAN]]
        family.case(name, lambda x: function(x, 1), [ties], axis=1, derivative=False)
        family.case(name, lambda x: function(x, 0), [np.array([[1, 5, -2], [4, -5, -2]])], axis=0)


def truths(family):
    for name, function in (("any", torch.any), ("all", torch.all)):
        family.operation(name)
        for shape, axes, keep in CONFIGURATIONS + EMPTY:
            x = family.generator.random(shape) < (0.2 if name == "any" else 0.8)
            family.case(
                name, lambda x: over(function)(x, axes, keep) if x.ndim else function(x), [x], axes=axes,
                keep=True if keep else None)


def log_sum_exp(family):
    name = "logSumExp"
    reduction(family, name, over(torch.logsumexp), lambda shape: family.normal(*shape), CONFIGURATIONS)
    rows = lambda x: torch.logsumexp(x, 1)
    # The gradient exp(x - y) has the relative error of y's own rounding, which is large in float32, here as in torch.
    large = [[1e4, 1e4 - 1.0], [-1e4, 1e4], [-1e4, -1e4]]
    family.case(name, rows, [large], axes=[1], edge=True, float64Only=True)
    family.case(name, rows, [large], axes=[1], derivative=False)
    family.case(name, rows, [[[-INF, 0.5, 1.0], [-INF, -INF, 2.0]]], axes=[1], edge=True)
    family.case(name, rows, [[[INF, 0.5], [INF, -INF]]], axes=[1], derivative=False)
    family.case(name, rows, [np.zeros((2, 0))], axes=[1], derivative=False)
    # A row of only -inf: the value is -inf and the gradient 0.
    x = np.array([[-INF, -INF, -INF], [0.0, 0.0, -INF]])
    family.known(name, [x], [[-INF, np.log(2.0)]], [[2.0, 3.0]], [[[0.0] * 3, [1.5, 1.5, 0.0]]], axes=[1])


def cumulative_sum(family):
    family.operation("cumulativeSum")
    for shape, axis in (
        ((5,), 0), ((3, 5, 7), 0), ((3, 5, 7), 1), ((3, 5, 7), -1), ((1,), 0), ((0, 3), 0), ((0, 3), 1), ((2, 131), 1),
    ):
        family.case("cumulativeSum", lambda x: torch.cumsum(x, axis), [family.normal(*shape)], axis=axis)
    family.case("cumulativeSum", lambda x: torch.cumsum(x, 1), [np.arange(8).reshape(2, 4)], axis=1)


def norms(family):
    vector = torch.linalg.vector_norm
    signed = lambda shape: family.uniform(0.1, 2.0, shape) * family.generator.choice([-1.0, 1.0], shape)
    for name, order in (("norm1", 1), ("norm2", 2), ("normP", 1.5), ("normP", 3), ("normP", 4)):
        more = {"p": float(order)} if name == "normP" else {}
        function = lambda x, axes, keep: vector(x, order, None if axes is None else tuple(axes), keep)
        reduction(family, name, function, signed, CONFIGURATIONS, **more)
        # At 0 the gradient is 0, by convention where there is none.
        rows = [[0.0, 0.0, 0.0], [0.0, 3.0, -4.0]]
        family.case(name, lambda x: vector(x, order, 1), [rows], axes=[1], edge=True, **more)
        family.case(name, lambda x: vector(x, order), [np.zeros(0)], **more)
    family.operation("frobeniusNorm")
    for shape, keep in (((3, 5), False), ((2, 3, 5), False), ((2, 3, 5), True), ((1, 1), False), ((0, 2, 2), False),
    ((4, 2, 1, 7), False)):
        family.case(
            "frobeniusNorm", lambda x: torch.linalg.matrix_norm(x, "fro", keepdim=keep), [family.normal(*shape)],
            keep=True if keep else None)
    family.known("frobeniusNorm", [np.zeros((2, 2))], [0.0], [1.0], [np.zeros((2, 2))])


def family():
    result = Family("reductions")
    sums(result)
    extremes(result)
    truths(result)
    log_sum_exp(result)
    cumulative_sum(result)
    norms(result)
    return result
