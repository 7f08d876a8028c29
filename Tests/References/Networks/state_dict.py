"""A state_dict as safetensors' own writer stores it, and what the network answers, as state_dict.safetensors.

The answers are in a file beside it, answers.safetensors. Run with the versions in ../Tensors/requirements.txt and
safetensors 0.8.0: python state_dict.py
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(9)
folder = pathlib.Path(__file__).resolve().parent
model = nn.Sequential(
    nn.Conv2d(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    nn.Linear(36, 8), nn.LayerNorm(8), nn.GELU(), nn.Linear(8, 3))
model(torch.randn(16, 1, 6, 6))
model.eval()
save_file(model.state_dict(), folder / "state_dict.safetensors")
x = torch.randn(5, 1, 6, 6)
save_file({"x": x, "y": model(x).detach()}, folder / "answers.safetensors")
