"""Ten steps of Adam on a small perceptron, by torch in float64, as adam.safetensors.

Run with the versions in ../Tensors/requirements.txt: python adam.py
"""

import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tensors"))
from reference import Family  # noqa: E402


def main():
    torch.manual_seed(3)
    torch.set_default_dtype(torch.float64)
    model = torch.nn.Sequential(
        torch.nn.Linear(5, 7), torch.nn.Tanh(), torch.nn.Linear(7, 7, bias=False), torch.nn.Tanh(),
        torch.nn.Linear(7, 2))
    x, targets = torch.randn(11, 5), torch.randn(11, 2)
    family = Family("adam")
    family.tensors = tensors = {"x": x, "targets": targets}
    for name, value in model.state_dict().items():
        tensors[f"before.{name}"] = value.detach().clone()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.8, 0.99), eps=1e-6)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = ((model(x) - targets) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    tensors["losses"] = torch.tensor(losses)
    for name, value in model.state_dict().items():
        tensors[f"after.{name}"] = value.detach().clone()
    family.save(pathlib.Path(__file__).resolve().parent, f"torch {torch.__version__}")


main()
