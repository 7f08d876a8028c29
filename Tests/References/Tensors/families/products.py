"""Products, convolutions and pooling."""

import numpy as np
import torch
import torch.nn.functional as F

from reference import Family


def matrices(family):
    family.operation("matmul")
    for left, right in (
        ((3, 4), (4, 5)), ((1, 1), (1, 1)), ((7, 9), (9, 11)), ((33, 17), (17, 35)), ((4,), (4, 5)), ((3, 4), (4,)),
        ((4,), (4,)), ((2, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)), ((3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)),
        ((2, 3, 4), (4,)), ((4,), (2, 4, 3)), ((3, 0), (0, 5)), ((0, 4), (4, 5)), ((0, 3, 4), (4, 5)),
        ((2, 3, 0), (2, 0, 1)),
        ((1, 65), (65, 2)), ((64, 3), (3, 1)), ((6, 2, 2), (1, 2, 3)),
    ):
        family.case("matmul", torch.matmul, [family.normal(*left), family.normal(*right)])
    for dtype in (torch.float32, torch.bfloat16):
        pair = [torch.tensor([[0.5, 1.0], [2.0, -4.0]], dtype=dtype),
        torch.tensor([[1.0, 0.0], [0.25, 3.0]], dtype=dtype)]
        family.case("matmul", torch.matmul, pair)
    # Not zero: infinities and NaN go through a product.
    family.case("matmul", torch.matmul, [[[0.0, 1.0]], [[float("inf")], [1.0]]], derivative=False)
    family.operation("dot")
    for count in (1, 5, 137, 0):
        family.case("dot", torch.dot, [family.normal(count), family.normal(count)])
    family.operation("outer")
    for left, right in ((3, 4), (1, 5), (0, 2), (7, 1)):
        family.case("outer", torch.outer, [family.normal(left), family.normal(right)])
    family.operation("linear")
    for shape, outputs, bias in (
        ((5, 3), 4, True), ((5, 3), 4, False), ((3,), 2, True), ((2, 5, 3), 1, True), ((0, 3), 4, True),
        ((1, 17), 9, True),
        ((4, 0), 3, True), ((32, 10), 33, False),
    ):
        inputs = [family.normal(*shape), family.normal(outputs, shape[-1])] + ([family.normal(outputs)] if bias else [])
        family.case("linear", F.linear, inputs)


# Batch, channels in, channels out, size, kernel, stride, padding, dilation, groups, bias.
CONVOLUTIONS_1D = [
    (2, 3, 4, 9, 3, 1, 0, 1, 1, True), (2, 3, 4, 9, 3, 1, 1, 1, 1, False), (1, 1, 1, 1, 1, 1, 0, 1, 1, True),
    (2, 3, 4, 9, 3, 2, 1, 1, 1, True), (2, 3, 4, 10, 3, 3, 0, 1, 1, True), (2, 3, 4, 9, 3, 1, 2, 2, 1, True),
    (1, 4, 6, 8, 3, 1, 1, 1, 2, True), (2, 4, 4, 8, 3, 2, 1, 1, 4, True), (2, 4, 8, 8, 3, 1, 1, 1, 4, False),
    (3, 2, 5, 7, 1, 1, 0, 1, 1, True), (3, 2, 5, 7, 1, 2, 0, 1, 1, True), (1, 2, 3, 5, 5, 1, 0, 1, 1, True),
    (1, 2, 3, 5, 5, 1, 4, 1, 1, True), (2, 1, 2, 12, 2, 2, 0, 1, 1, True), (2, 1, 2, 11, 2, 2, 0, 1, 1, True),
    (1, 3, 3, 16, 4, 3, 2, 2, 3, True), (1, 6, 3, 9, 3, 2, 2, 2, 3, True), (2, 2, 2, 6, 2, 1, 0, 3, 1, True),
    (1, 2, 2, 20, 7, 1, 3, 1, 1, True), (1, 2, 2, 20, 7, 4, 3, 1, 1, True), (1, 16, 17, 5, 3, 1, 1, 1, 1, True),
    (0, 2, 3, 5, 3, 1, 1, 1, 1, True), (4, 1, 33, 3, 3, 1, 0, 1, 1, False), (1, 3, 2, 4, 3, 5, 1, 1, 1, True),
    (2, 8, 8, 13, 3, 1, 3, 3, 2, True), (1, 2, 2, 3, 2, 2, 1, 1, 2, True),
]
CONVOLUTIONS_2D = [
    (2, 3, 4, (5, 5), (3, 3), (1, 1), (0, 0), (1, 1), 1, True),
    (2, 3, 4, (5, 5), (3, 3), (1, 1), (1, 1), (1, 1), 1, False),
    (1, 1, 1, (1, 1), (1, 1), (1, 1), (0, 0), (1, 1), 1, True),
    (2, 3, 2, (5, 7), (3, 3), (2, 2), (1, 1), (1, 1), 1, True),
    (1, 2, 3, (6, 5), (3, 2), (1, 2), (1, 0), (1, 1), 1, True),
    (1, 2, 3, (7, 7), (3, 3), (1, 1), (2, 2), (2, 2), 1, True),
    (1, 4, 6, (5, 4), (3, 3), (1, 1), (1, 1), (1, 1), 2, True),
    (2, 4, 4, (5, 5), (3, 3), (1, 1), (1, 1), (1, 1), 4, True),
    (1, 3, 6, (5, 5), (3, 3), (2, 2), (1, 1), (1, 1), 3, False),
    (2, 3, 5, (4, 4), (1, 1), (1, 1), (0, 0), (1, 1), 1, True),
    (2, 3, 5, (4, 5), (1, 1), (2, 2), (0, 0), (1, 1), 1, True),
    (1, 2, 3, (5, 5), (5, 5), (1, 1), (0, 0), (1, 1), 1, True),
    (1, 2, 3, (5, 5), (5, 5), (1, 1), (2, 2), (1, 1), 1, True),
    (1, 1, 2, (6, 6), (2, 2), (2, 2), (0, 0), (1, 1), 1, True),
    (1, 1, 2, (7, 5), (2, 2), (2, 2), (0, 0), (1, 1), 1, True),
    (1, 2, 2, (8, 3), (3, 1), (1, 1), (1, 0), (1, 1), 1, True),
    (1, 2, 2, (3, 8), (1, 3), (1, 1), (0, 1), (1, 1), 1, True),
    (1, 2, 2, (9, 6), (3, 2), (3, 1), (0, 1), (2, 1), 1, True),
    (1, 2, 2, (6, 9), (2, 3), (1, 2), (1, 2), (1, 3), 2, True),
    (1, 16, 17, (4, 3), (3, 3), (1, 1), (1, 1), (1, 1), 1, True),
    (3, 1, 18, (3, 3), (3, 3), (1, 1), (0, 0), (1, 1), 1, False),
    (0, 2, 3, (5, 5), (3, 3), (1, 1), (1, 1), (1, 1), 1, True),
    (1, 2, 2, (7, 7), (7, 7), (2, 2), (3, 3), (1, 1), 1, True),
    (1, 8, 8, (5, 5), (3, 3), (1, 1), (1, 1), (1, 1), 2, True),
    (2, 2, 3, (3, 3), (2, 2), (1, 1), (1, 1), (1, 1), 1, True),
    (1, 3, 2, (4, 17), (3, 3), (1, 1), (1, 1), (1, 1), 1, True),
]


def convolutions(family):
    for name, function, configurations in (
        ("convolution1d", F.conv1d, CONVOLUTIONS_1D), ("convolution2d", F.conv2d, CONVOLUTIONS_2D),
    ):
        family.operation(name)
        for batch, inputs, outputs, size, kernel, stride, padding, dilation, groups, bias in configurations:
            size, kernel = np.atleast_1d(size), np.atleast_1d(kernel)
            x = [family.normal(batch, inputs, *size), family.normal(outputs, inputs // groups, *kernel)]
            x += [family.normal(outputs)] if bias else []
            family.case(
                name, lambda *xs: function(*xs, stride=stride, padding=padding, dilation=dilation, groups=groups), x,
                stride=stride, padding=padding, dilation=dilation, groups=groups)


# Batch, channels in, channels out, size, kernel, stride, padding, output padding, dilation, groups, bias.
TRANSPOSED_1D = [
    (2, 3, 4, 5, 3, 1, 0, 0, 1, 1, True), (2, 3, 4, 5, 3, 1, 1, 0, 1, 1, False), (1, 1, 1, 1, 1, 1, 0, 0, 1, 1, True),
    (2, 3, 4, 5, 3, 2, 1, 0, 1, 1, True), (2, 3, 4, 5, 3, 2, 1, 1, 1, 1, True), (1, 2, 3, 4, 2, 2, 0, 0, 1, 1, True),
    (1, 2, 3, 4, 2, 3, 0, 0, 1, 1, True), (1, 2, 3, 4, 2, 3, 0, 2, 1, 1, True), (1, 2, 3, 4, 3, 1, 0, 0, 2, 1, True),
    (1, 2, 3, 4, 3, 2, 2, 1, 2, 1, True), (1, 4, 6, 5, 3, 1, 1, 0, 1, 2, True), (2, 4, 4, 5, 3, 2, 1, 1, 1, 4, True),
    (1, 4, 8, 3, 4, 2, 1, 0, 1, 4, False), (3, 2, 5, 7, 1, 1, 0, 0, 1, 1, True), (3, 2, 5, 3, 1, 2, 0, 1, 1, 1, True),
    (1, 2, 3, 1, 5, 1, 0, 0, 1, 1, True), (1, 2, 3, 3, 5, 1, 2, 0, 1, 1, True), (1, 2, 2, 6, 7, 4, 3, 3, 1, 1, True),
    (1, 16, 17, 3, 3, 1, 1, 0, 1, 1, True), (0, 2, 3, 5, 3, 1, 1, 0, 1, 1, True), (1, 3, 2, 4, 3, 5, 1, 0, 1, 1, True),
    (1, 6, 3, 4, 3, 2, 2, 1, 2, 3, True), (2, 2, 2, 4, 2, 1, 0, 0, 3, 1, True), (1, 2, 2, 3, 2, 2, 1, 0, 1, 2, True),
    (2, 8, 8, 5, 3, 1, 3, 0, 3, 2, True),
]
TRANSPOSED_2D = [
    (2, 3, 4, (3, 3), (3, 3), (1, 1), (0, 0), (0, 0), (1, 1), 1, True),
    (1, 3, 4, (3, 4), (3, 3), (1, 1), (1, 1), (0, 0), (1, 1), 1, False),
    (1, 1, 1, (1, 1), (1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1, True),
    (2, 3, 2, (3, 3), (3, 3), (2, 2), (1, 1), (0, 0), (1, 1), 1, True),
    (2, 3, 2, (3, 3), (3, 3), (2, 2), (1, 1), (1, 1), (1, 1), 1, True),
    (1, 2, 3, (3, 2), (2, 2), (2, 2), (0, 0), (0, 0), (1, 1), 1, True),
    (1, 2, 3, (2, 3), (4, 4), (2, 2), (1, 1), (0, 0), (1, 1), 1, True),
    (1, 2, 3, (3, 2), (2, 3), (3, 2), (0, 1), (2, 1), (1, 1), 1, True),
    (1, 2, 3, (3, 3), (3, 3), (1, 1), (0, 0), (0, 0), (2, 2), 1, True),
    (1, 2, 3, (3, 3), (3, 3), (2, 2), (2, 2), (1, 1), (2, 2), 1, True),
    (1, 4, 6, (3, 3), (3, 3), (1, 1), (1, 1), (0, 0), (1, 1), 2, True),
    (2, 4, 4, (3, 3), (3, 3), (2, 2), (1, 1), (1, 1), (1, 1), 4, True),
    (1, 3, 6, (3, 3), (2, 2), (2, 2), (0, 0), (0, 0), (1, 1), 3, False),
    (2, 3, 5, (3, 4), (1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1, True),
    (2, 3, 5, (2, 2), (1, 1), (2, 2), (0, 0), (1, 1), (1, 1), 1, True),
    (1, 2, 3, (1, 1), (5, 5), (1, 1), (0, 0), (0, 0), (1, 1), 1, True),
    (1, 2, 3, (2, 2), (5, 5), (1, 1), (2, 2), (0, 0), (1, 1), 1, True),
    (1, 2, 2, (2, 5), (3, 1), (2, 1), (1, 0), (1, 0), (1, 1), 1, True),
    (1, 2, 2, (5, 2), (1, 3), (1, 2), (0, 1), (0, 1), (1, 1), 1, True),
    (1, 16, 17, (2, 2), (3, 3), (1, 1), (1, 1), (0, 0), (1, 1), 1, True),
    (0, 2, 3, (3, 3), (3, 3), (1, 1), (1, 1), (0, 0), (1, 1), 1, True),
    (1, 3, 2, (2, 2), (3, 3), (4, 4), (1, 1), (0, 0), (1, 1), 1, True),
    (1, 6, 3, (3, 2), (3, 2), (2, 1), (1, 1), (1, 0), (1, 2), 3, True),
    (1, 8, 8, (3, 3), (3, 3), (1, 1), (1, 1), (0, 0), (1, 1), 2, True),
    (1, 2, 1, (2, 3), (4, 3), (3, 2), (2, 0), (0, 0), (1, 1), 1, True),
]


def transposed_convolutions(family):
    for name, function, configurations in (
        ("convolutionTransposed1d", F.conv_transpose1d, TRANSPOSED_1D),
        ("convolutionTransposed2d", F.conv_transpose2d, TRANSPOSED_2D),
    ):
        family.operation(name)
        for batch, inputs, outputs, size, kernel, stride, padding, more, dilation, groups, bias in configurations:
            size, kernel = np.atleast_1d(size), np.atleast_1d(kernel)
            x = [family.normal(batch, inputs, *size), family.normal(inputs, outputs // groups, *kernel)]
            x += [family.normal(outputs)] if bias else []
            family.case(
                name,
                lambda *xs: function(
                    *xs, stride=stride, padding=padding, output_padding=more, dilation=dilation, groups=groups),
                x, stride=stride, padding=padding, outputPadding=more, dilation=dilation, groups=groups)


# Batch, channels, size, kernel, stride, padding, dilation (of max pooling alone).
POOLS_1D = [
    (2, 3, 8, 2, 2, 0, 1), (2, 3, 9, 2, 2, 0, 1), (1, 1, 1, 1, 1, 0, 1), (2, 3, 8, 3, 1, 1, 1), (2, 3, 8, 3, 2, 1, 1),
    (2, 3, 9, 3, 3, 0, 1), (1, 2, 7, 7, 7, 0, 1), (1, 2, 7, 7, 1, 3, 1), (1, 2, 7, 2, 1, 0, 1), (1, 2, 7, 2, 3, 1, 1),
    (0, 2, 7, 2, 2, 0, 1), (1, 2, 12, 4, 2, 2, 1), (1, 5, 6, 1, 2, 0, 1), (3, 1, 5, 4, 4, 1, 1), (1, 1, 33, 5, 2, 2, 1),
    (1, 2, 10, 3, 1, 0, 2), (1, 2, 10, 3, 2, 1, 2), (1, 2, 10, 2, 2, 1, 3), (1, 17, 4, 2, 2, 0, 1),
    (2, 2, 2, 2, 2, 0, 1),
    (2, 1, 6, 5, 1, 2, 1), (1, 1, 19, 6, 5, 3, 1), (2, 1, 13, 4, 3, 0, 1), (1, 3, 3, 3, 1, 1, 1), (1, 1, 4, 2, 4, 1, 1),
]
POOLS_2D = [
    (2, 3, (4, 4), (2, 2), (2, 2), (0, 0), (1, 1)), (2, 3, (5, 7), (2, 2), (2, 2), (0, 0), (1, 1)),
    (1, 1, (1, 1), (1, 1), (1, 1), (0, 0), (1, 1)), (2, 2, (5, 5), (3, 3), (1, 1), (1, 1), (1, 1)),
    (2, 2, (6, 5), (3, 3), (2, 2), (1, 1), (1, 1)), (1, 2, (6, 6), (3, 3), (3, 3), (0, 0), (1, 1)),
    (1, 2, (4, 5), (4, 5), (4, 5), (0, 0), (1, 1)), (1, 2, (5, 5), (5, 5), (1, 1), (2, 2), (1, 1)),
    (1, 2, (5, 5), (2, 2), (1, 1), (0, 0), (1, 1)), (1, 2, (5, 4), (2, 3), (3, 1), (1, 1), (1, 1)),
    (0, 2, (5, 5), (2, 2), (2, 2), (0, 0), (1, 1)), (1, 2, (7, 6), (4, 2), (2, 1), (2, 1), (1, 1)),
    (1, 2, (5, 5), (1, 1), (2, 2), (0, 0), (1, 1)), (1, 3, (3, 8), (1, 3), (1, 2), (0, 1), (1, 1)),
    (1, 3, (8, 3), (3, 1), (2, 1), (1, 0), (1, 1)), (1, 2, (7, 7), (3, 3), (1, 1), (0, 0), (2, 2)),
    (1, 2, (7, 7), (3, 3), (2, 2), (1, 1), (2, 2)), (1, 2, (6, 9), (2, 3), (1, 2), (1, 0), (3, 2)),
    (1, 17, (3, 3), (2, 2), (1, 1), (0, 0), (1, 1)), (3, 1, (4, 4), (3, 3), (1, 1), (1, 1), (1, 1)),
    (2, 1, (2, 2), (2, 2), (2, 2), (0, 0), (1, 1)), (1, 1, (9, 17), (3, 5), (2, 3), (1, 2), (1, 1)),
    (1, 2, (4, 4), (2, 2), (4, 4), (1, 1), (1, 1)), (1, 1, (8, 8), (4, 4), (4, 4), (2, 2), (1, 1)),
    (1, 1, (3, 3), (3, 3), (1, 1), (1, 1), (1, 1)),
]


def pools(family):
    for name, function, configurations in (
        ("maxPool1d", F.max_pool1d, POOLS_1D), ("maxPool2d", F.max_pool2d, POOLS_2D),
    ):
        family.operation(name)
        for batch, channels, size, kernel, stride, padding, dilation in configurations:
            x = family.distinct(batch, channels, *np.atleast_1d(size))
            family.case(
                name, lambda x: function(x, kernel, stride, padding, dilation), [x], kernel=kernel, stride=stride,
                padding=padding, dilation=dilation)
    for name, function, configurations in (
        ("averagePool1d", F.avg_pool1d, POOLS_1D), ("averagePool2d", F.avg_pool2d, POOLS_2D),
    ):
        family.operation(name)
        for number, (batch, channels, size, kernel, stride, padding, _) in enumerate(configurations):
            x = family.normal(batch, channels, *np.atleast_1d(size))
            for counted in (True, False) if np.any(padding) else (number % 2 == 0,):
                family.case(
                    name, lambda x: function(x, kernel, stride, padding, count_include_pad=counted), [x], kernel=kernel,
                    stride=stride, padding=padding, countPadding=counted)
    for name, average, most, sizes in (
        ("1d", F.adaptive_avg_pool1d, F.adaptive_max_pool1d,
         (((2, 3, 8), 4), ((2, 3, 7), 3), ((1, 2, 5), 5), ((1, 2, 5), 1), ((1, 2, 3), 7), ((2, 1, 13), 4),
         ((1, 1, 1), 2))),
        ("2d", F.adaptive_avg_pool2d, F.adaptive_max_pool2d,
         (((2, 3, 4, 4), (2, 2)), ((2, 3, 5, 7), (3, 2)), ((1, 2, 5, 4), (5, 4)), ((1, 2, 5, 4), (1, 1)),
          ((1, 2, 3, 2), (4, 5)), ((1, 1, 7, 9), (3, 4)), ((1, 2, 6, 5), (1, 3)))),
    ):
        for kind, function in (("Average", average), ("Max", most)):
            operation = f"adaptive{kind}Pool{name}"
            family.operation(operation)
            for shape, output in sizes:
                family.case(operation, lambda x: function(x, output), [family.distinct(*shape)], output=output)


def family():
    result = Family("products")
    matrices(result)
    convolutions(result)
    transposed_convolutions(result)
    pools(result)
    return result
