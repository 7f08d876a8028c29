"""Losses and their gradients by torch in float64, as losses.safetensors.

Each case: inputs x0, x1, …, one loss per datum y0, and the derivatives d0, … of their sum by the floating-point
inputs. Run with the versions in ../Tensors/requirements.txt: python losses.py
"""

import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tensors"))
from reference import Family  # noqa: E402


def per_datum(losses):
    return losses.reshape(losses.shape[0], -1).sum(1)


def main():
    family = Family("losses")

    def case(name, function, *inputs, differentiated=1):
        leaves = [x.clone().requires_grad_(i < differentiated) for i, x in enumerate(inputs)]
        losses = function(*leaves)
        losses.sum().backward()
        for i, x in enumerate(leaves):
            family.tensors[f"{name}/x{i}"] = x.detach()
            if i < differentiated:
                family.tensors[f"{name}/d{i}"] = x.grad
        family.tensors[f"{name}/y"] = losses.detach()

    torch.manual_seed(11)
    torch.set_default_dtype(torch.float64)
    y, t = torch.randn(6, 3, 2) * 2, torch.randn(6, 3, 2)
    case("halfSquared", lambda y, t: per_datum(0.5 * F.mse_loss(y, t, reduction="none")), y, t)
    known = torch.full_like(y, 0.7)
    case("gaussianKnown",
         lambda y, t: per_datum(F.gaussian_nll_loss(y, t, known, full=True, reduction="none")), y, t)
    case("gaussianLearned",
         lambda y, s, t: per_datum(F.gaussian_nll_loss(y, t, s.exp(), full=True, reduction="none")),
         y, torch.randn(6, 3, 2), t, differentiated=2)
    case("huber", lambda y, t: per_datum(F.huber_loss(y, t, delta=1.3, reduction="none")), y, t)
    counts = torch.poisson(torch.full((6, 4), 3.0))
    case("poisson", lambda x, t: per_datum(
        F.poisson_nll_loss(x, t, log_input=True, full=False, reduction="none") + torch.lgamma(t + 1)),
        torch.randn(6, 4), counts)
    logits, classes = torch.randn(6, 5) * 3, torch.randint(0, 5, (6,))
    classes[2] = 4
    case("crossEntropy", lambda x, t: F.cross_entropy(x, t, label_smoothing=0.1, reduction="none"), logits, classes)
    case("crossEntropyIgnored", lambda x, t: F.cross_entropy(
        x, t, label_smoothing=0.3, ignore_index=4, reduction="none"), logits, classes)
    p = torch.softmax(torch.randn(6, 5), 1)
    p[1] = torch.tensor([0.0, 1.0, 0.0, 0.0, 0.0])
    case("kl", lambda x, p: per_datum(F.kl_div(F.log_softmax(x, 1), p, reduction="none")), logits, p)
    case("bernoulli", lambda x, t: per_datum(F.binary_cross_entropy_with_logits(x, t, reduction="none")),
         y, torch.rand(6, 3, 2))
    signs = torch.randint(0, 2, (6, 4)) * 2.0 - 1
    case("hinge", lambda x, t: per_datum(torch.clamp(0.8 - t * x, min=0)), torch.randn(6, 4), signs)
    case("hingeClasses", lambda x, t: F.multi_margin_loss(x, t, margin=0.9, reduction="none"), logits, classes)
    case("cosine", lambda a, b, s: F.cosine_embedding_loss(a, b, s, margin=0.2, reduction="none"),
         torch.randn(6, 3), torch.randn(6, 3), torch.tensor([1.0, -1, 1, -1, -1, 1]), differentiated=2)
    family.save(pathlib.Path(__file__).resolve().parent, f"torch {torch.__version__}")


main()
