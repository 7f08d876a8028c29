"""Recurrent cells and stacks by torch in float64, values and gradients, as recurrent.safetensors.

Run with the versions in ../Tensors/requirements.txt: python recurrent.py
"""

import pathlib
import sys

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tensors"))
from reference import Family  # noqa: E402

INPUTS, HIDDEN = 2, 3
KINDS = {
    "tanh": (torch.nn.RNN, torch.nn.RNNCell, {"nonlinearity": "tanh"}),
    "relu": (torch.nn.RNN, torch.nn.RNNCell, {"nonlinearity": "relu"}),
    "lstm": (torch.nn.LSTM, torch.nn.LSTMCell, {}),
    "gru": (torch.nn.GRU, torch.nn.GRUCell, {}),
}
# layers, bidirectional, bias, steps, batch, lengths, with a state, batch first
STACKS = [
    (1, False, True, 4, 2, None, False, False),
    (2, False, True, 3, 1, None, True, False),
    (3, False, False, 2, 3, None, True, True),
    (1, True, True, 4, 3, [4, 1, 2], True, False),
    (2, True, False, 3, 2, [1, 3], False, True),
    (3, True, True, 3, 2, None, True, False),
    (1, False, True, 1, 1, None, True, False),
    (1, True, False, 3, 2, [1, 1], True, False),
    (2, False, True, 4, 1, [3], True, False),
]
CELLS = [(3, True, True), (1, False, True), (2, True, False)]  # batch, bias, with a state


def record(family, case, model, inputs, results, lengths=None, **attributes):
    """Values, cotangents of all results, and gradients by inputs and parameters."""
    cotangents = [torch.randn_like(y) for y in results]
    parameters = dict(model.named_parameters())
    leaves = list(inputs) + list(parameters.values())
    gradients = torch.autograd.grad(results, leaves, cotangents)
    for letter, values in (("x", inputs), ("y", results), ("g", cotangents), ("d", gradients)):
        for i, value in enumerate(values[:len(inputs)] if letter == "d" else values):
            family.tensors[f"{case}/{letter}{i}"] = value.detach()
    for (name, value), gradient in zip(parameters.items(), gradients[len(inputs):]):
        family.tensors[f"{case}/weight.{name}"] = value.detach()
        family.tensors[f"{case}/gradient.{name}"] = gradient
    if lengths:
        attributes["lengths"] = lengths
    family.attributes[case] = attributes


def leaf(*shape):
    return torch.randn(shape).requires_grad_()


def main():
    torch.manual_seed(5)
    torch.set_default_dtype(torch.float64)
    family = Family("recurrent")
    for kind, (stack, cell, options) in KINDS.items():
        for index, (layers, both, bias, steps, batch, lengths, has_state, batch_first) in enumerate(STACKS):
            model = stack(INPUTS, HIDDEN, layers, bias=bias, bidirectional=both, batch_first=batch_first, **options)
            x = leaf(batch, steps, INPUTS) if batch_first else leaf(steps, batch, INPUTS)
            shape = ((2 if both else 1) * layers, batch, HIDDEN)
            state = [leaf(*shape) for _ in range(2 if kind == "lstm" else 1)] if has_state else []
            given = (tuple(state) if kind == "lstm" else state[0]) if state else None
            if lengths:
                packed = pack_padded_sequence(x, lengths, batch_first=batch_first, enforce_sorted=False)
                y, last = model(packed, given)
                y, _ = pad_packed_sequence(y, batch_first=batch_first, total_length=steps)
            else:
                y, last = model(x, given)
            results = [y] + (list(last) if kind == "lstm" else [last])
            record(
                family, f"{kind}/stack{index}", model, [x] + state, results, lengths, layers=layers,
                bidirectional=both, bias=bias, batchFirst=batch_first)
        for index, (batch, bias, has_state) in enumerate(CELLS):
            model = cell(INPUTS, HIDDEN, bias=bias, **options)
            x = leaf(batch, INPUTS)
            state = [leaf(batch, HIDDEN) for _ in range(2 if kind == "lstm" else 1)] if has_state else []
            given = (tuple(state) if kind == "lstm" else state[0]) if state else None
            y = model(x, given)
            record(
                family, f"{kind}/cell{index}", model, [x] + state, list(y) if kind == "lstm" else [y], layers=1,
                bidirectional=False, bias=bias, batchFirst=False)
    print(family.save(pathlib.Path(__file__).resolve().parent, f"torch {torch.__version__}").stat().st_size)


main()
