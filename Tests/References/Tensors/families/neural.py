"""Normalization, softmax, losses from logits and embeddings."""

import numpy as np
import torch
import torch.nn.functional as F

from reference import Family

INF = float("inf")


def normalizations(family):
    family.operation("batchNorm")

    def batch_norm(x, scale, shift, epsilon):
        axes = (0, *range(2, x.ndim))
        return (
            F.batch_norm(x, None, None, scale, shift, training=True, eps=epsilon), x.mean(axes),
            x.var(axes, correction=0))

    for shape, epsilon in (
        ((5, 3), 1e-5), ((4, 2, 6), 1e-5), ((3, 2, 4, 5), 1e-5), ((2, 1), 1e-3), ((7, 17), 1e-5), ((1, 3, 2, 2), 0.1),
        ((33, 4), 1e-5),
    ):
        channels = shape[1]
        family.case(
            "batchNorm", lambda x, s, b: batch_norm(x, s, b, epsilon),
            [2 * family.normal(*shape) + 1, family.uniform(0.5, 2, (channels,)), family.normal(channels)], outputs=[0],
            epsilon=epsilon)
    # At 1e6 ± 1 torch subtracts a rounded mean; here in extended precision.
    x, g = family.normal(6, 2) + 1e6, family.normal(6, 2)
    exact = x.astype(np.longdouble)
    mean, variance = exact.mean(0), exact.var(0)
    y = (exact - mean) / np.sqrt(variance + 1e-5)
    d = (g - g.mean(0) - y * (g * y).mean(0)) / np.sqrt(variance + 1e-5)
    family.known(
        "batchNorm", [x, np.ones(2), np.zeros(2)], [a.astype(np.float64) for a in (y, mean, variance)], [g],
        [a.astype(np.float64) for a in (d, (g * y).sum(0), g.sum(0))], epsilon=1e-5)
    family.operation("layerNorm")
    for shape, count, epsilon, affine in (
        ((5, 7), 1, 1e-5, True), ((5, 7), 1, 1e-5, False), ((2, 3, 5), 1, 1e-5, True), ((2, 3, 5), 2, 1e-5, True),
        ((2, 3, 5), 3, 1e-3, True), ((7,), 1, 1e-5, True), ((0, 4), 1, 1e-5, True), ((3, 65), 1, 1e-6, True),
        ((1, 33), 1, 0.1, False),
    ):
        normalized = shape[len(shape) - count:]
        x = [3 * family.normal(*shape) - 1]
        if affine:
            x += [family.uniform(0.5, 2, normalized), family.normal(*normalized)]
        family.case(
            "layerNorm", lambda x, *rest: F.layer_norm(x, normalized, *rest, eps=epsilon), x, axesCount=count,
            epsilon=epsilon)
    family.case(
        "layerNorm", lambda x: F.layer_norm(x, (4,), eps=1e-5), [np.full((2, 4), 3.0)], edge=True, axesCount=1,
        epsilon=1e-5)
    family.operation("rmsNorm")
    for shape, count, epsilon, affine in (
        ((5, 7), 1, 1e-5, True), ((5, 7), 1, 1e-5, False), ((2, 3, 5), 2, 1e-3, True), ((7,), 1, 1e-5, True),
        ((0, 4), 1, 1e-5, True), ((3, 65), 1, 1e-6, True), ((1, 33), 1, 0.1, False),
    ):
        normalized = shape[len(shape) - count:]
        x = [3 * family.normal(*shape) - 1] + ([family.uniform(0.5, 2, normalized)] if affine else [])
        family.case(
            "rmsNorm", lambda x, *rest: F.rms_norm(x, normalized, *rest, eps=epsilon), x, axesCount=count,
            epsilon=epsilon)
    family.case(
        "rmsNorm", lambda x: F.rms_norm(x, (4,), eps=1e-5), [np.zeros((2, 4))], edge=True, axesCount=1, epsilon=1e-5)
    family.operation("groupNorm")
    for shape, groups, affine in (
        ((2, 4), 2, True), ((2, 4, 5), 2, True), ((2, 6, 3, 4), 3, True), ((2, 6, 3, 4), 1, True), ((2, 6, 3), 6, True),
        ((1, 4, 3), 2, False), ((3, 8, 2), 4, True),
    ):
        x = [family.normal(*shape)]
        if affine:
            x += [family.uniform(0.5, 2, (shape[1],)), family.normal(shape[1])]
        epsilon = 1e-5
        family.case(
            "groupNorm", lambda x, *rest: F.group_norm(x, groups, *rest, eps=epsilon), x, groups=groups,
            epsilon=epsilon)


def softmaxes(family):
    partly = np.array([[-INF, 0.5, 1.0], [0.0, -INF, -INF], [-INF, -INF, 2.0]])
    for name, function in (("softmax", torch.softmax), ("logSoftmax", torch.log_softmax)):
        family.operation(name)
        for shape, axis in (
            ((5,), 0), ((3, 5, 7), 0), ((3, 5, 7), 1), ((3, 5, 7), -1), ((1,), 0), ((0, 3), 1), ((2, 65), 1),
            ((4, 1), 1),
        ):
            family.case(name, lambda x: function(x, axis), [family.normal(*shape)], axis=axis)
        large = [[1e4, -1e4, 0.0], [1e4, 1e4, 1e4 - 1], [-1e4, -1e4, -1e4]]
        family.case(name, lambda x: function(x, 1), [large], edge=True, axis=1)
        for dtype in (torch.float32, torch.bfloat16):
            family.case(name, lambda x: function(x, 1), [torch.tensor([[0.5, 1.0, -2.0]], dtype=dtype)], axis=1)
        # A row of only -inf: softmax 0, log-softmax -inf, gradient 0; the other row is torch's.
        nothing = 0.0 if name == "softmax" else -INF
        y = np.array([[nothing] * 3, [0.5, 0.25, 0.25] if name == "softmax" else np.log([0.5, 0.25, 0.25])])
        g = np.array([[1.0, -2.0, 3.0], [0.5, 1.0, -1.0]])
        p = np.array([0.5, 0.25, 0.25])
        d = p * (g[1] - (g[1] * p).sum()) if name == "softmax" else g[1] - p * g[1].sum()
        x = np.array([[-INF] * 3, [np.log(2.0), 0.0, 0.0]])
        family.known(name, [x], [y], [g], [np.array([[0.0] * 3, d])], axis=1)
    family.operation("softmax")
    family.case("softmax", lambda x: torch.softmax(x, 1), [partly], edge=True, axis=1)
    # Under log-softmax an element of probability 0 has value -inf; its own cotangent reaches it unchanged.
    family.operation("logSoftmax")
    family.case("logSoftmax", lambda x: torch.log_softmax(x, 1), [partly], edge=True, axis=1)


def losses(family):
    family.operation("crossEntropy")

    def cross_entropy(x, targets, ignored=-100):
        flat = F.cross_entropy(x.reshape(-1, x.shape[-1]), targets.reshape(-1), reduction="none", ignore_index=ignored)
        return flat.reshape(targets.shape)

    for shape in ((5, 3), (1, 1), (7, 17), (2, 3, 5), (0, 4), (6,), (3, 130)):
        targets = family.indices(shape[-1], *shape[:-1])
        family.case("crossEntropy", cross_entropy, [family.normal(*shape), targets])
    for ignored in (-100, 2):
        targets = np.array([0, ignored, 1, ignored, 2])
        family.case(
            "crossEntropy", lambda x, t: cross_entropy(x, t, ignored), [family.normal(5, 3), targets], ignored=ignored)
    large = [[1e4, -1e4, 0.0], [1e4, 1e4, 1e4 - 1], [-1e4, -1e4, -1e4], [1e4, -1e4, 0.0]]
    family.case("crossEntropy", cross_entropy, [large, np.array([0, 2, 1, 1])], edge=True)
    family.case("crossEntropy", cross_entropy, [[[-INF, 0.5, 1.0]], np.array([2])], edge=True)
    family.operation("binaryCrossEntropy")

    def binary_cross_entropy(x, targets):
        return F.binary_cross_entropy_with_logits(x, targets, reduction="none")

    for shape in ((), (5,), (3, 5, 7), (0, 2)):
        family.case(
            "binaryCrossEntropy", binary_cross_entropy, [2 * family.normal(*shape), family.uniform(0, 1, shape)])
    hard = (family.generator.random((4, 3)) < 0.5).astype(np.float64)
    family.case("binaryCrossEntropy", binary_cross_entropy, [family.normal(4, 3), hard])
    family.case(
        "binaryCrossEntropy", binary_cross_entropy,
        [[1e4, -1e4, 1e4, -1e4, 0.0, 40.0, -40.0], [1.0, 0.0, 0.0, 1.0, 0.5, 1.0, 1.0]], edge=True)


def embeddings(family):
    family.operation("embedding")
    for rows, columns, shape in ((5, 3, (4,)), (5, 3, (2, 6)), (1, 1, (1,)), (7, 17, ()), (4, 2, (0,)),
    (3, 4, (2, 2, 5))):
        indices = family.indices(rows, *shape)
        family.case(
            "embedding", lambda w, i: F.embedding(i, w), [family.normal(rows, columns), indices])
    family.case("embedding", lambda w, i: F.embedding(i, w), [family.normal(3, 2), np.array([1, 1, 1, 0])])
    family.case(
        "embedding", lambda w, i: F.embedding(i, w),
        [torch.tensor([[0.5, 1.0], [2.0, -1.0]], dtype=torch.bfloat16), np.array([1, 0, 1])])


def attentions(family):
    def seen(q, k, mask, lengths, offset):
        """Which keys each query sees, [batch, heads, n, m]; None for all."""
        n, m = q.shape[-2], k.shape[-2]
        result = torch.ones(n, m, dtype=torch.bool)
        if offset is not None:
            result = result & (torch.arange(m) <= torch.arange(n)[:, None] + offset)
        if lengths is not None:
            ends = torch.tensor(lengths).reshape(-1, *[1] * (q.ndim - 1))
            result = result & (torch.arange(m) < ends)
        if mask is not None and mask.dtype is torch.bool:
            result = result & mask
        return result

    def scores(q, k, scale):
        if q.ndim == 4:
            k = k.repeat_interleave(q.shape[1] // k.shape[1], 1)
        return q @ k.transpose(-1, -2) * (q.shape[-1] ** -0.5 if scale is None else scale)

    def attention(q, k, v, mask=None, lengths=None, offset=None, scale=None):
        bias = seen(q, k, mask, lengths, offset)
        if mask is not None and mask.dtype is not torch.bool:
            bias = mask.double().masked_fill(~bias, -INF)
        return F.scaled_dot_product_attention(q, k, v, bias, scale=scale, enable_gqa=q.ndim == 4)

    def weights(q, k, mask=None, lengths=None, offset=None, scale=None):
        x = scores(q, k, scale)
        bias = seen(q, k, mask, lengths, offset).expand(x.shape)
        if mask is not None and mask.dtype is not torch.bool:
            x, bias = x + mask, bias & (mask > -INF)
        x = x.masked_fill(~bias, -INF)
        return torch.softmax(x.masked_fill(~bias.any(-1, keepdim=True), 0.0), -1) * bias

    rows = np.array([[True, True, False, True, False], [False] * 5, [False, False, True, False, False]])
    signed = torch.tensor([[0.5, -INF, 0.0, -1.0, 2.0], [-INF] * 5, [0.0, 1.0, -INF, -INF, 0.25]])
    cases = (
        ((3, 4), (5, 4), 3, None, {}), ((2, 3, 4), (2, 5, 4), 4, None, {"lengths": [5, 2]}),
        ((2, 2, 4, 3), (2, 2, 4, 3), 3, None, {"offset": 0}), ((1, 4, 3, 2), (1, 2, 5, 2), 2, None, {"offset": 2}),
        ((2, 2, 3, 4), (2, 1, 5, 4), 1, rows, {}), ((2, 3, 4), (2, 5, 4), 2, rows, {"lengths": [4, 0]}),
        ((1, 2, 3, 4), (1, 2, 5, 4), 2, signed, {"offset": 1}), ((1, 1, 3, 2), (1, 1, 5, 2), 2, "bias", {}),
        ((1, 1, 1, 2), (1, 1, 1, 2), 1, None, {"offset": 0}), ((1, 2, 3, 2), (1, 2, 0, 2), 2, None, {}),
        ((0, 2, 3, 2), (0, 2, 4, 2), 2, None, {}), ((1, 2, 1, 6), (1, 1, 7, 6), 5, None, {"scale": 1.0}),
        ((2, 20, 5), (2, 70, 5), 3, None, {"offset": 50, "lengths": [70, 61]}), ((3, 4), (5, 4), 2, None, {"offset": -2}),
    )
    for name, function in (("attention", attention), ("attentionWeights", weights)):
        family.operation(name)
        for q, k, width, mask, options in cases:
            if name == "attentionWeights" and q[-2] > 10:
                continue
            x = [family.normal(*q), family.normal(*k)]
            if name == "attention":
                x.append(family.normal(*k[:-1], width))
            if mask is not None:
                x.append(family.normal(q[-2], k[-2]) if isinstance(mask, str) else mask)
            places = 3 if name == "attention" else 2
            family.case(
                name, lambda *x: function(*x[:places], mask=x[places] if len(x) > places else None, **options), x,
                isMasked=mask is not None, **options)


def family():
    result = Family("neural")
    normalizations(result)
    softmaxes(result)
    losses(result)
    embeddings(result)
    attentions(result)
    return result
