"""The tensor cases: one table, read by the driver.  Inputs come from a formula both sides compute (`numbers`).

`work` is what a repetition does: floating-point operations, or the bytes it must at least read and write; the
driver turns it into GFLOP/s or GB/s.  A target is a ratio (peer's time over ours) or, with `seconds`, a time of ours.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """`ratio`: least allowed time of the best of `variants` over ours; `seconds`: most allowed time of ours."""

    variants: tuple = ("torch",)
    ratio: float = 1.0
    seconds: float = 0.0


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    targets: tuple
    work: float = 0.0
    unit: str = ""  # "GFLOP/s" or "GB/s"
    variants: tuple = ("torch",)
    group: str = ""  # cases of one group have a geometric mean of their own


def matmul(m, k, n):
    return Case(f"matmul-{m}x{k}x{n}", f"matmul {m}×{k}×{n}", (Target(),), 2.0 * m * k * n, "GFLOP/s")


def training(name, title, batch, widths, targets, variants):
    weights = sum(a * b for a, b in zip(widths, widths[1:]))
    # Forward, gradient of the weights, gradient of the inputs of all layers but the first.
    work = 2.0 * batch * (3 * weights - widths[0] * widths[1])
    return Case(name, title, targets, work, "GFLOP/s", variants)


def sequence(hidden, batch, steps, vocabulary, target):
    # Of the input, recurrent and output weights: forward, their gradient, and that of what they multiply.
    work = 6.0 * batch * steps * hidden * (8 * hidden + vocabulary)
    return Case(
        f"lstm-{hidden}x{batch}x{steps}x{vocabulary}",
        f"LSTM {hidden}, batch {batch}, {steps} steps, vocabulary {vocabulary:,}, training step",
        (Target(SEQUENCE, target),), work, "GFLOP/s", SEQUENCE)


def network(name, title, gflop, target):
    """`gflop`: of the products of one training step, three times those of the forward pass."""
    return Case(name, title, (Target(IMAGES, target),), gflop * 1e9, "GFLOP/s", IMAGES)


def rows(name, title, forward, backward):
    """[4096, 1024] float32: how many times the array is at least read or written, forward and both ways."""
    size = 4096 * 1024 * 4
    return [
        Case(f"{name}-forward", f"{title}, forward", (Target(),), forward * size, "GB/s", group="rows"),
        Case(f"{name}-both", f"{title}, forward and backward", (Target(),), backward * size, "GB/s", group="rows")]


ADAM = ("torch", "torch foreach", "torch fused")
COMPILED = ADAM + ("torch compiled", "JAX call")
IMAGES = ("torch", "torch compiled", "JAX call")
SEQUENCE = ADAM + ("torch compiled", "JAX call")
CONVOLUTION = 2.0 * 32 * 64 * 64 * 9 * 32 * 32
GROUP_TARGETS = {"rows": 1.3}  # geometric mean of the ratios

CASES = {
    case.name: case
    for case in [
        matmul(128, 784, 400),
        matmul(1024, 1024, 1024),
        matmul(768, 128, 512),
        training("mlp-784", "MLP 784-400-400-10, batch 128, training step", 128, (784, 400, 400, 10),
                 (Target(COMPILED, 1.4),), COMPILED),
        training("mlp-10", "MLP 10-64-64-2, batch 32, training step", 32, (10, 64, 64, 2),
                 (Target(ADAM, 8.0), Target(("JAX loop",), 1.2)), ADAM + ("JAX call", "JAX loop")),
        sequence(256, 32, 35, 1000, 1.15),
        network("lenet-128", "LeNet (sigmoids, average pooling), batch 128, training step", 0.32, 2.0),
        network("resnet18-32", "ResNet-18, 32 × 32, batch 32, training step", 106.6, 1.05),
        Case("adam-10000000", "Adam on 10⁷ parameters", (Target(ADAM, 1.2),), 28.0 * 10_000_000, "GB/s", ADAM),
        Case("lenet-inference", "LeNet, one image, inference", (Target(("torch", "torch compiled"), 5.0),), 0, "",
             ("torch", "torch compiled")),
        Case("convolution-forward", "convolution 3×3, 64→64, 32×32, batch 32, forward",
             (Target(("torch", "torch tracked")),), CONVOLUTION, "GFLOP/s", ("torch", "torch tracked")),
        Case("convolution-both", "the same, forward and backward (x, weight, bias)", (Target(),), 3 * CONVOLUTION,
             "GFLOP/s"),
        *rows("softmax", "softmax [4096, 1024]", 2, 5),
        *rows("layer-norm", "layer normalization [4096, 1024]", 2, 5),
        *rows("gelu", "gelu [4096, 1024]", 2, 5),
        *rows("cross-entropy", "cross-entropy [4096, 1024]", 1, 3),
        Case("add-16-forward", "add of two 16-element tensors", (Target(seconds=0.5e-6),)),
        Case("add-16-both", "the same with tape and backward", (Target(seconds=1.5e-6),)),
    ]
}
