"""Random convolutions, transposed convolutions and poolings by torch in float64, as windows.json.

Inputs, weights and cotangents are numbers that follow from a seed (`numbers` below, repeated in the test); of results
and gradients the projections Σ v_i u_i on such numbers are stored, which no error leaves as they are. Run with the
versions in ../Tensors/requirements.txt: python windows.py
"""

import json
import math
import pathlib

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
folder = pathlib.Path(__file__).resolve().parent


def numbers(seed, shape):
    """Multiples of 2⁻²³ in [−1, 1) by SplitMix64 (Steele, Lea and Flood 2014) of seed · 2³² + index."""
    z = np.arange(math.prod(shape), dtype=np.uint64) + (np.uint64(seed) << np.uint64(32))
    z = (z + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return torch.from_numpy(((z >> np.uint64(40)).astype(np.float64) * 2.0 ** -23 - 1).reshape(shape))


def projection(seed, tensor):
    return (tensor.detach() * numbers(seed, tensor.shape)).sum().item()


def record(kind, index, layer, shape, options):
    with torch.no_grad():
        for place, value in enumerate(layer.parameters()):
            value.copy_(numbers(10 * index + 1 + place, value.shape))
    x = numbers(10 * index, shape).requires_grad_()
    y = layer(x)
    (y * numbers(10 * index + 3, y.shape)).sum().backward()
    values = [projection(10 * index + 4, y), projection(10 * index + 5, x.grad)]
    values += [projection(10 * index + 6 + place, value.grad) for place, value in enumerate(layer.parameters())]
    return {"kind": kind, "index": index, "shape": shape, "output": list(y.shape), "projections": values, **options}


def same(pick, cases, end):
    """Convolutions with padding='same', with even kernels and dilation."""
    while len(cases) < end:
        axes, groups = pick(1, 2), pick(1, 2)
        inputs, outputs = groups * pick(1, 3), groups * pick(1, 3)
        options = {
            "kernel": [pick(1, 5) for _ in range(axes)], "stride": [1] * axes,
            "dilation": [pick(1, 3) for _ in range(axes)],
        }
        bias = pick(0, 1) == 1
        layer = {1: nn.Conv1d, 2: nn.Conv2d}[axes](
            inputs, outputs, tuple(options["kernel"]), dilation=tuple(options["dilation"]), groups=groups, bias=bias,
            padding="same")
        options |= {"outputs": outputs, "groups": groups, "bias": bias, "isSame": True}
        shape = [pick(1, 3), inputs, *(pick(1, 10) for _ in range(axes))]
        cases.append(record(f"Conv{axes}d", len(cases), layer, shape, options))


def ceil(pick, cases, end):
    """Poolings with ceil_mode, of which each has one window more by it, or would but for where that one begins."""
    while len(cases) < end:
        axes = pick(1, 2)
        mode = ["Max", "Average"][pick(0, 1)]
        shape = [pick(1, 3), pick(1, 4)] + [pick(1, 12) for _ in range(axes)]
        options = {
            "kernel": [pick(1, 4) for _ in range(axes)], "stride": [pick(1, 4) for _ in range(axes)],
            "dilation": [pick(1, 3) if mode == "Max" else 1 for _ in range(axes)],
        }
        options["padding"] = [pick(0, k // 2) for k in options["kernel"]]
        counts = pick(0, 1) == 1
        rooms = [
            n + 2 * p - d * (k - 1) - 1
            for n, p, d, k in zip(shape[2:], options["padding"], options["dilation"], options["kernel"])]
        if min(r + s - 1 for r, s in zip(rooms, options["stride"])) < 0:
            continue
        if all(r % s == 0 for r, s in zip(rooms, options["stride"])):
            continue
        args = [tuple(options[key]) for key in ("kernel", "stride", "padding")]
        if mode == "Max":
            kind, more = (nn.MaxPool1d, nn.MaxPool2d), {"dilation": tuple(options["dilation"])}
        else:
            kind, more = (nn.AvgPool1d, nn.AvgPool2d), {"count_include_pad": counts}
        layer = kind[axes - 1](*args, ceil_mode=True, **more)
        # As above: a dilated window without positions inside x.
        if not torch.isfinite(layer(torch.zeros(shape))).all():
            continue
        options |= {"countsPadding": counts, "roundsUp": True}
        cases.append(record(f"{mode}Pool{axes}d", len(cases), layer, shape, options))


def main():
    draw = np.random.Generator(np.random.PCG64(11))
    pick = lambda low, high: int(draw.integers(low, high + 1))  # noqa: E731
    cases = []
    while len(cases) < 240:
        axes = pick(1, 2)
        is_transposed = pick(0, 1) == 1
        groups = pick(1, 3)
        inputs, outputs = groups * pick(1, 4), groups * pick(1, 4)
        sizes = [pick(1, 10) for _ in range(axes)]
        options = {
            "kernel": [pick(1, 4) for _ in range(axes)], "stride": [pick(1, 3) for _ in range(axes)],
            "padding": [pick(0, 3) for _ in range(axes)], "dilation": [pick(1, 3) for _ in range(axes)],
        }
        more = [pick(0, max(s, d) - 1) for s, d in zip(options["stride"], options["dilation"])]
        bias = pick(0, 1) == 1
        reach = [d * (k - 1) + 1 for d, k in zip(options["dilation"], options["kernel"])]
        if is_transposed:
            results = [
                (n - 1) * s - 2 * p + r + m
                for n, s, p, r, m in zip(sizes, options["stride"], options["padding"], reach, more)]
            kind = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d}[axes]
        else:
            results = [n + 2 * p - r + 1 for n, p, r in zip(sizes, options["padding"], reach)]
            kind = {1: nn.Conv1d, 2: nn.Conv2d}[axes]
        if min(results) < 1:
            continue
        args = {key: tuple(value) for key, value in options.items() if key != "kernel"}
        layer = kind(
            inputs, outputs, tuple(options["kernel"]), groups=groups, bias=bias,
            **({"output_padding": tuple(more)} if is_transposed else {}), **args)
        name = f"Conv{'Transposed' if is_transposed else ''}{axes}d"
        options |= {"outputs": outputs, "groups": groups, "bias": bias, "outputPadding": more}
        cases.append(record(name, len(cases), layer, [pick(1, 3), inputs, *sizes], options))
    while len(cases) < 480:
        axes = pick(1, 2)
        mode = ["Max", "Average", "AdaptiveMax", "AdaptiveAverage"][pick(0, 3)]
        shape = [pick(1, 3), pick(1, 4)] + [pick(1, 12) for _ in range(axes)]
        options = {
            "kernel": [pick(1, 4) for _ in range(axes)], "stride": [pick(1, 4) for _ in range(axes)],
            "dilation": [pick(1, 3) if mode == "Max" else 1 for _ in range(axes)],
        }
        options["padding"] = [pick(0, k // 2) for k in options["kernel"]]
        rooms = [
            n + 2 * p - d * (k - 1)
            for n, p, d, k in zip(shape[2:], options["padding"], options["dilation"], options["kernel"])]
        # A dilated window may have no position inside x: its maximum is −∞, which no projection can hold.
        beyond = any(d > n for n, d in zip(shape[2:], options["dilation"]))
        if "Adaptive" not in mode and (min(rooms) < 1 or beyond):
            continue
        args = [tuple(options[key]) for key in ("kernel", "stride", "padding")]
        counts = pick(0, 1) == 1
        if mode == "Max":
            layer = {1: nn.MaxPool1d, 2: nn.MaxPool2d}[axes](*args, dilation=tuple(options["dilation"]))
        elif mode == "Average":
            layer = {1: nn.AvgPool1d, 2: nn.AvgPool2d}[axes](*args, count_include_pad=counts)
        else:
            options = {"sizes": [pick(1, 8) for _ in range(axes)]}
            kind = {"AdaptiveMax": (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d)}.get(
                mode, (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d))[axes - 1]
            layer = kind(tuple(options["sizes"]) if axes == 2 else options["sizes"][0])
        cases.append(record(f"{mode}Pool{axes}d", len(cases), layer, shape, options | {"countsPadding": counts}))
    same(pick, cases, 520)
    ceil(pick, cases, 600)
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    text = f'{{"versions":"torch {torch.__version__}","cases":[\n{lines}\n]}}\n'
    (folder / "windows.json").write_text(text)


main()
