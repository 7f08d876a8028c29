"""Ten steps of torch's optimizers on one small perceptron in float64, over a grid of options.

Writes optimizers.safetensors: the data, the weights before, and for each case the ten losses and the weights after,
joined in the order of the state dictionary. Run with the versions in ../Tensors/requirements.txt: python optimizers.py
"""

import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tensors"))
from reference import Family  # noqa: E402

CASES = {
    "sgd": (torch.optim.SGD, dict(lr=0.1)),
    "sgd-decay": (torch.optim.SGD, dict(lr=0.1, weight_decay=0.05)),
    "sgd-momentum": (torch.optim.SGD, dict(lr=0.1, momentum=0.9)),
    "sgd-dampening": (torch.optim.SGD, dict(lr=0.1, momentum=0.8, dampening=0.3, weight_decay=0.02)),
    "sgd-nesterov": (torch.optim.SGD, dict(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)),
    "adagrad": (torch.optim.Adagrad, dict(lr=0.1)),
    "adagrad-options": (
        torch.optim.Adagrad,
        dict(lr=0.1, lr_decay=0.1, weight_decay=0.03, initial_accumulator_value=0.2, eps=1e-6)),
    "rmsprop": (torch.optim.RMSprop, dict(lr=0.01)),
    "rmsprop-momentum": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, momentum=0.7, weight_decay=0.01)),
    "rmsprop-centered": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.8, eps=1e-3, centered=True)),
    "rmsprop-centered-momentum": (
        torch.optim.RMSprop, dict(lr=0.01, alpha=0.8, eps=1e-3, centered=True, momentum=0.5)),
    "adadelta": (torch.optim.Adadelta, dict()),
    "adadelta-options": (torch.optim.Adadelta, dict(lr=0.7, rho=0.8, eps=1e-4, weight_decay=0.02)),
    "adam": (torch.optim.Adam, dict(lr=0.01)),
    "adam-options": (torch.optim.Adam, dict(lr=0.02, betas=(0.7, 0.95), eps=1e-4, weight_decay=0.05)),
    "adamw": (torch.optim.AdamW, dict(lr=0.01)),
    "adamw-options": (torch.optim.AdamW, dict(lr=0.02, betas=(0.7, 0.95), eps=1e-4, weight_decay=0.5)),
    "lbfgs-steps": (torch.optim.LBFGS, dict(lr=0.5, max_iter=1, history_size=3)),
    "lbfgs": (torch.optim.LBFGS, dict(lr=0.8, max_iter=4, max_eval=4, history_size=3)),
    "lbfgs-wolfe": (torch.optim.LBFGS, dict(max_iter=3, max_eval=30, history_size=4, line_search_fn="strong_wolfe")),
    "groups": (torch.optim.AdamW, dict(lr=0.01, weight_decay=0.3)),
    "clip-norm": (torch.optim.SGD, dict(lr=0.3)),
    "clip-value": (torch.optim.SGD, dict(lr=0.3)),
}


def perceptron():
    return torch.nn.Sequential(
        torch.nn.Linear(5, 7), torch.nn.Tanh(), torch.nn.Linear(7, 7, bias=False), torch.nn.Tanh(),
        torch.nn.Linear(7, 2))


def train(model, x, targets, name, kind, options):
    groups = model.parameters()
    if name == "groups":
        matrices = [p for p in model.parameters() if p.dim() > 1]
        vectors = [p for p in model.parameters() if p.dim() < 2]
        groups = [
            dict(params=[matrices[0], matrices[1]]), dict(params=vectors, weight_decay=0.0),
            dict(params=[matrices[2]], lr=options["lr"] * 3)]
    optimizer = kind(groups, **options)
    losses = []

    def closure():
        optimizer.zero_grad()
        loss = ((model(x) - targets) ** 2).mean()
        loss.backward()
        return loss

    for _ in range(10):
        if kind is torch.optim.LBFGS:
            losses.append(optimizer.step(closure).item())
            continue
        losses.append(closure().item())
        if name == "clip-norm":
            # torch divides by norm + 1e-6; the norm itself is what its paper has.
            norm = torch.sqrt(sum((p.grad ** 2).sum() for p in model.parameters()))
            for p in model.parameters():
                p.grad.mul_(torch.clamp(0.2 / norm, max=1.0))
        if name == "clip-value":
            torch.nn.utils.clip_grad_value_(model.parameters(), 0.03)
        optimizer.step()
    return losses


def main():
    torch.manual_seed(7)
    torch.set_default_dtype(torch.float64)
    start = perceptron()
    x, targets = torch.randn(11, 5), torch.randn(11, 2)
    family = Family("optimizers")
    family.tensors = tensors = {"x": x, "targets": targets}
    for name, value in start.state_dict().items():
        tensors[f"before.{name}"] = value.detach().clone()
    for name, (kind, options) in CASES.items():
        model = perceptron()
        model.load_state_dict(start.state_dict())
        tensors[f"{name}/losses"] = torch.tensor(train(model, x, targets, name, kind, options))
        tensors[f"{name}/after"] = torch.cat([v.detach().reshape(-1) for v in model.state_dict().values()])
    family.save(pathlib.Path(__file__).resolve().parent, f"torch {torch.__version__}")


main()
