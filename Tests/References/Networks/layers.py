"""Layers over a grid of shapes and options, by torch in float64, as layers.safetensors.

Each case holds the input(s) x0…, every parameter and buffer by torch's name, the output y, a cotangent g, the gradients
of Σ g y by inputs and parameters, and buffers after the pass; its options are in the metadata. Run with the versions in
../Tensors/requirements.txt: python layers.py
"""

import pathlib
import sys

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tensors"))
from reference import Family  # noqa: E402

family = Family("layers")


def case(kind, layer, inputs, training=True, passes=1, **options):
    """One case: `passes` passes over the inputs, of which the last is recorded."""
    index = family.counts.get(kind, 0)
    family.counts[kind] = index + 1
    name = f"{kind}/{index}"
    tensors, family.attributes[name] = family.tensors, dict(options, training=training)
    layer.train(training)
    for key, value in layer.state_dict().items():
        tensors[f"{name}/w/{key}"] = value.detach().clone()
    leaves = [x.clone().requires_grad_(x.dtype.is_floating_point) for x in inputs]
    for i, x in enumerate(inputs):
        tensors[f"{name}/x{i}"] = x
    for _ in range(passes - 1):
        layer(*leaves)
    if passes > 1:
        family.attributes[name]["passes"] = passes
    y = layer(*leaves)
    g = torch.randn(y.shape)
    (y * g).sum().backward()
    tensors[f"{name}/y"], tensors[f"{name}/g"] = y.detach(), g
    for i, x in enumerate(leaves):
        if x.requires_grad:
            tensors[f"{name}/dx{i}"] = x.grad
    for key, value in layer.named_parameters():
        tensors[f"{name}/d/{key}"] = value.grad
    for key, value in layer.named_buffers():
        tensors[f"{name}/after/{key}"] = value.detach().clone()


def randomized(layer):
    """Parameters and running averages away from 0 and 1."""
    for value in layer.parameters():
        nn.init.normal_(value)
    for name, value in layer.named_buffers():
        if value.dtype.is_floating_point:
            nn.init.uniform_(value, 0.5, 1.5)
    return layer


def main():
    torch.manual_seed(6)
    torch.set_default_dtype(torch.float64)
    normal = torch.randn
    for rows, bias in (((7, 5), True), ((2, 3, 5), False), ((5,), True), ((1, 5), True)):
        case("Linear", randomized(nn.Linear(5, 4, bias=bias)), [normal(rows)], bias=bias)
    for rows, bias in (((7,), True), ((2, 3), False), ((), True)):
        case("Bilinear", randomized(nn.Bilinear(5, 3, 4, bias=bias)), [normal(*rows, 5), normal(*rows, 3)], bias=bias)
    for shape, padding in (((7,), None), ((2, 6), 1), ((3, 2, 2), 0)):
        layer = nn.Embedding(4, 3, padding_idx=padding)
        case("Embedding", layer, [torch.randint(0, 4, shape)], **({} if padding is None else {"paddingIndex": padding}))
    for size, kernel, stride, padding, dilation, groups, bias in (
        (9, 3, 1, 0, 1, 1, True), (9, 3, 2, 1, 1, 2, True), (11, 4, 3, 2, 2, 1, False), (5, 1, 1, 0, 1, 4, True),
    ):
        options = dict(stride=stride, padding=padding, dilation=dilation, groups=groups, bias=bias)
        case("Conv1d", randomized(nn.Conv1d(4, 8, kernel, **options)), [normal(3, 4, size)], kernel=kernel, **options)
    for size, kernel, stride, padding, dilation, groups, bias in (
        ((9, 7), (3, 3), (1, 1), (1, 1), (1, 1), 1, True), ((9, 7), (3, 2), (2, 1), (0, 1), (1, 2), 2, True),
        ((8, 8), (5, 5), (1, 1), (2, 2), (1, 1), 1, False), ((6, 6), (3, 3), (2, 2), (1, 1), (1, 1), 4, True),
        ((5, 5), (1, 1), (2, 2), (0, 0), (1, 1), 1, False),
    ):
        options = dict(stride=stride, padding=padding, dilation=dilation, groups=groups, bias=bias)
        case("Conv2d", randomized(nn.Conv2d(4, 8, kernel, **options)), [normal(2, 4, *size)], kernel=kernel, **options)
    for size, kernel, stride, padding, more, dilation, groups, bias in (
        (5, 3, 1, 0, 0, 1, 1, True), (5, 3, 2, 1, 1, 1, 2, True), (4, 4, 3, 2, 2, 2, 1, False),
    ):
        options = dict(stride=stride, padding=padding, dilation=dilation, groups=groups, bias=bias)
        case("ConvTransposed1d", randomized(nn.ConvTranspose1d(4, 8, kernel, output_padding=more, **options)),
             [normal(3, 4, size)], kernel=kernel, outputPadding=more, **options)
    for size, kernel, stride, padding, more, dilation, groups, bias in (
        ((5, 4), (3, 3), (1, 1), (1, 1), (0, 0), (1, 1), 1, True),
        ((5, 4), (4, 4), (2, 2), (1, 1), (0, 0), (1, 1), 1, False),
        ((3, 5), (3, 2), (2, 3), (0, 1), (1, 2), (1, 2), 2, True),
    ):
        options = dict(stride=stride, padding=padding, dilation=dilation, groups=groups, bias=bias)
        case("ConvTransposed2d", randomized(nn.ConvTranspose2d(4, 8, kernel, output_padding=more, **options)),
             [normal(2, 4, *size)], kernel=kernel, outputPadding=more, **options)
    for size, kernel, stride, padding, dilation in ((9, 3, 3, 0, 1), (9, 2, 1, 1, 1), (10, 3, 2, 1, 2)):
        options = dict(stride=stride, padding=padding, dilation=dilation)
        case("MaxPool1d", nn.MaxPool1d(kernel, **options), [normal(2, 3, size)], kernel=kernel, **options)
        if dilation == 1:
            for counts in (True, False):
                layer = nn.AvgPool1d(kernel, stride, padding, count_include_pad=counts)
                case("AveragePool1d", layer, [normal(2, 3, size)], kernel=kernel, stride=stride, padding=padding,
                     countsPadding=counts)
    for size, kernel, stride, padding, dilation in (
        ((6, 8), (2, 2), (2, 2), (0, 0), (1, 1)), ((7, 9), (3, 3), (2, 2), (1, 1), (1, 1)),
        ((9, 9), (3, 2), (1, 2), (1, 0), (2, 3)),
    ):
        options = dict(stride=stride, padding=padding, dilation=dilation)
        case("MaxPool2d", nn.MaxPool2d(kernel, **options), [normal(2, 3, *size)], kernel=kernel, **options)
        if dilation == (1, 1):
            for counts in (True, False):
                layer = nn.AvgPool2d(kernel, stride, padding, count_include_pad=counts)
                case("AveragePool2d", layer, [normal(2, 3, *size)], kernel=kernel, stride=stride, padding=padding,
                     countsPadding=counts)
    for size, output in ((8, 4), (7, 3), (5, 1), (3, 7)):
        case("AdaptiveAveragePool1d", nn.AdaptiveAvgPool1d(output), [normal(2, 3, size)], output=output)
        case("AdaptiveMaxPool1d", nn.AdaptiveMaxPool1d(output), [normal(2, 3, size)], output=output)
    for size, output in (((8, 6), (4, 3)), ((7, 5), (3, 2)), ((4, 4), (1, 1))):
        case("AdaptiveAveragePool2d", nn.AdaptiveAvgPool2d(output), [normal(2, 3, *size)], output=output)
        case("AdaptiveMaxPool2d", nn.AdaptiveMaxPool2d(output), [normal(2, 3, *size)], output=output)
    for size in ((4, 4), (7, 3)):
        layer = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case("GlobalAveragePool2d", layer, [normal(2, 3, *size)])
    for shape, options, training, passes in (
        ((6, 3), {}, True, 1), ((6, 3), {}, False, 1), ((4, 3, 5), {"momentum": 0.3}, True, 3),
        ((2, 3, 4, 4), {"epsilon": 1e-3}, True, 2), ((2, 3, 4, 4), {}, False, 1),
        ((4, 3, 5), {"momentum": None}, True, 3), ((4, 3, 5), {"affine": False}, True, 1),
        ((4, 3, 5), {"tracksStatistics": False}, False, 1), ((1, 3, 2, 2), {}, True, 1),
    ):
        names = {"epsilon": "eps", "tracksStatistics": "track_running_stats"}
        kind = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d}[len(shape)]
        layer = randomized(kind(3, **{names.get(key, key): value for key, value in options.items()}))
        case("BatchNorm", layer, [2 * normal(shape) + 1], training, passes, **options)
    for shape, count, options in (
        ((5, 7), 1, {}), ((2, 3, 5), 2, {"epsilon": 1e-3}), ((5, 7), 1, {"affine": False}), ((5, 7), 1, {"bias": False}),
    ):
        row = shape[len(shape) - count:]
        layer = nn.LayerNorm(
            row, eps=options.get("epsilon", 1e-5), elementwise_affine=options.get("affine", True),
            bias=options.get("bias", True))
        case("LayerNorm", randomized(layer), [3 * normal(shape) - 1], shape=row, **options)
    for shape, count, options in (
        ((5, 7), 1, {}), ((2, 3, 5), 2, {"epsilon": 1e-3}), ((3, 65), 1, {"affine": False}), ((4,), 1, {}),
    ):
        row = shape[len(shape) - count:]
        layer = nn.RMSNorm(row, eps=options.get("epsilon"), elementwise_affine=options.get("affine", True))
        case("RMSNorm", randomized(layer), [3 * normal(shape) - 1], shape=row, **options)
    for shape, groups, affine in (((2, 6), 3, True), ((2, 6, 4), 2, True), ((2, 6, 3, 2), 1, False)):
        case("GroupNorm", randomized(nn.GroupNorm(groups, 6, affine=affine)), [normal(shape)], groups=groups,
             affine=affine)
    for shape, affine in (((2, 3, 5), True), ((2, 3, 4, 2), False)):
        kind = nn.InstanceNorm1d if len(shape) == 3 else nn.InstanceNorm2d
        case("InstanceNorm", randomized(kind(3, affine=affine)), [normal(shape)], affine=affine)
    for kind, layer, options in (
        ("ReLU", nn.ReLU(), {}), ("LeakyReLU", nn.LeakyReLU(0.2), {"slope": 0.2}), ("ELU", nn.ELU(0.7), {"alpha": 0.7}),
        ("GELU", nn.GELU(), {}), ("GELU", nn.GELU("tanh"), {"usesTanh": True}), ("SiLU", nn.SiLU(), {}),
        ("Sigmoid", nn.Sigmoid(), {}), ("Tanh", nn.Tanh(), {}), ("Softplus", nn.Softplus(), {}),
        ("Softmax", nn.Softmax(-1), {}), ("Softmax", nn.Softmax(1), {"axis": 1}),
        ("LogSoftmax", nn.LogSoftmax(-1), {}), ("LogSoftmax", nn.LogSoftmax(0), {"axis": 0}),
        ("Identity", nn.Identity(), {}), ("Flatten", nn.Flatten(), {}), ("Flatten", nn.Flatten(2), {"fromAxis": 2}),
    ):
        case(kind, layer, [2 * normal(3, 4, 5)], **options)

    class Residual(nn.Module):
        def __init__(self, main, shortcut, activation):
            super().__init__()
            self.main, self.shortcut, self.activation = main, shortcut, activation

        def forward(self, x):
            return self.activation(self.main(x) + self.shortcut(x))

    def net(shortcut):
        outputs = 6 if shortcut else 4
        stride = 2 if shortcut else 1
        main = nn.Sequential(
            nn.Conv2d(4, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        other = nn.Sequential(nn.Conv2d(4, 6, 1, 2, bias=False), nn.BatchNorm2d(6)) if shortcut else nn.Identity()
        return Residual(main, other, nn.ReLU())

    for shortcut in (False, True):
        for training in (True, False):
            case("Residual", randomized(net(shortcut)), [normal(2, 4, 6, 6)], training, shortcut=shortcut)
    lenet = nn.Sequential(
        nn.Conv2d(1, 3, 5, padding=2), nn.BatchNorm2d(3), nn.Sigmoid(), nn.AvgPool2d(2), nn.Conv2d(3, 4, 3), nn.Tanh(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4 * 2 * 2, 5))
    case("Sequential", randomized(lenet), [normal(3, 1, 12, 12)])
    family.save(pathlib.Path(__file__).resolve().parent, f"torch {torch.__version__}")


main()
