"""Fans, gains and the spread of PyTorch's initializers as initializers.json; deviations are those of 4 million draws.

Run with the versions in ../Tensors/requirements.txt: python initializers.py
"""

import json
import pathlib

import torch
from torch.nn import init

torch.manual_seed(8)
SHAPES = ((400, 300), (64, 32, 5, 5), (48, 96, 7), (300, 400), (512, 2, 3, 3))
LAWS = {
    "xavierUniform": init.xavier_uniform_,
    "xavierUniformTanh": lambda t: init.xavier_uniform_(t, gain=init.calculate_gain("tanh")),
    "xavierNormal": init.xavier_normal_,
    "kaimingUniform": lambda t: init.kaiming_uniform_(t, nonlinearity="relu"),
    "kaimingNormal": lambda t: init.kaiming_normal_(t, nonlinearity="relu"),
    "kaimingNormalOut": lambda t: init.kaiming_normal_(t, mode="fan_out", nonlinearity="relu"),
    "kaimingNormalLeaky": lambda t: init.kaiming_normal_(t, a=0.5, nonlinearity="leaky_relu"),
    "truncatedNormal": lambda t: init.trunc_normal_(t, mean=0.1, std=0.02, a=0.1 - 0.03, b=0.1 + 0.03),
}


def deviation(law, shape):
    count, total = 0, 0.0
    while count < 4_000_000:
        values = law(torch.empty(shape)).double()
        total += ((values - (0.1 if law is LAWS["truncatedNormal"] else 0)) ** 2).sum().item()
        count += values.numel()
    return (total / count) ** 0.5


gains = {
    "linear": init.calculate_gain("linear"), "sigmoid": init.calculate_gain("sigmoid"),
    "tanh": init.calculate_gain("tanh"), "relu": init.calculate_gain("relu"),
    "leakyReLU": init.calculate_gain("leaky_relu", 0.2), "selu": init.calculate_gain("selu"),
}
result = {
    "versions": f"torch {torch.__version__}", "gains": gains,
    "shapes": [
        {
            "shape": shape,
            "fans": init._calculate_fan_in_and_fan_out(torch.empty(shape)),
            "deviations": {name: deviation(law, shape) for name, law in LAWS.items()},
        } for shape in SHAPES
    ],
}
path = pathlib.Path(__file__).resolve().parent / "initializers.json"
path.write_text(json.dumps(result, indent=1) + "\n")
