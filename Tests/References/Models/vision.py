"""Small residual networks by torch in float64, as vision.safetensors, with torchvision's names.

Each case holds parameters and buffers, images x, the logits y in inference and, with the batch's own moments,
`training`. Run with the versions in ../Tensors/requirements.txt: python vision.py
"""

import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as f

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tensors"))
from reference import Family  # noqa: E402

family = Family("vision")


def shortcut(inputs, outputs, stride):
    """A convolution of 1 × 1 where the shape changes."""
    if inputs == outputs and stride == 1:
        return None
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))


class Basic(nn.Module):
    """He and others 2016, figure 2."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = shortcut(inputs, outputs, stride)

    def forward(self, x):
        y = self.bn2(self.conv2(f.relu(self.bn1(self.conv1(x)))))
        return f.relu(y + (x if self.downsample is None else self.downsample(x)))


class Grouped(nn.Module):
    """Xie and others 2017, figure 3c."""

    def __init__(self, inputs, outputs, stride, groups):
        super().__init__()
        width = outputs // 2
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = shortcut(inputs, outputs, stride)

    def forward(self, x):
        y = f.relu(self.bn1(self.conv1(x)))
        y = self.bn3(self.conv3(f.relu(self.bn2(self.conv2(y)))))
        return f.relu(y + (x if self.downsample is None else self.downsample(x)))


class Network(nn.Module):
    """A stem, stages of blocks, the mean over all positions, a linear layer."""

    def __init__(self, channels, stem, widths, counts, outputs, block):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, stem, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(stem)
        last, self.count = stem, len(counts)
        for stage, (width, count) in enumerate(zip(widths, counts)):
            blocks = []
            for index in range(count):
                blocks.append(block(last, width, 2 if stage > 0 and index == 0 else 1))
                last = width
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(last, outputs)

    def forward(self, x):
        y = f.relu(self.bn1(self.conv1(x)))
        for stage in range(self.count):
            y = getattr(self, f"layer{stage + 1}")(y)
        return self.fc(y.mean((2, 3)))


def case(name, network, x):
    """One network with weights and running moments away from 0 and 1."""
    for key, value in network.named_parameters():
        nn.init.normal_(value, 0, 0.5 if value.dim() > 1 else 1)
    for key, value in network.named_buffers():
        if value.dtype.is_floating_point:
            nn.init.uniform_(value, 0.5, 1.5)
    for key, value in network.state_dict().items():
        family.tensors[f"{name}/w/{key}"] = value.detach().clone()
    family.tensors[f"{name}/x"] = x
    family.tensors[f"{name}/y"] = network.eval()(x).detach()
    family.tensors[f"{name}/training"] = network.train()(x).detach()


def main():
    torch.manual_seed(8)
    torch.set_default_dtype(torch.float64)
    images = torch.randn(3, 2, 6, 5)
    case("resnet", Network(2, 4, [4, 8], [2, 1], 3, Basic), images)
    case("resnext", Network(2, 4, [8, 16], [1, 2], 3, lambda i, o, s: Grouped(i, o, s, 2)), images)
    family.save(pathlib.Path(__file__).resolve().parent, f"torch {torch.__version__}")


main()
