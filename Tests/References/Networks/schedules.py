"""Learning rates of torch's schedulers, as factors on the optimizer's rate, in steps 0 ... 59.

Writes schedules.json. Run with the versions in ../Tensors/requirements.txt: python schedules.py
"""

import json
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler as s

warnings.filterwarnings("ignore")
STEPS = 60
SCHEDULERS = {
    "constant": lambda o: s.ConstantLR(o, factor=1.0),
    "step": lambda o: s.StepLR(o, step_size=7, gamma=0.3),
    "milestones": lambda o: s.MultiStepLR(o, milestones=[5, 20, 21], gamma=0.5),
    "exponential": lambda o: s.ExponentialLR(o, gamma=0.93),
    "polynomial": lambda o: s.PolynomialLR(o, total_iters=40, power=1.7),
    "cosine": lambda o: s.CosineAnnealingLR(o, T_max=STEPS, eta_min=0.05),
    "oneCycle": lambda o: s.OneCycleLR(o, max_lr=1.0, total_steps=STEPS, cycle_momentum=False),
    "oneCycleEarly": lambda o: s.OneCycleLR(
        o, max_lr=1.0, total_steps=STEPS, pct_start=0.1, div_factor=10, final_div_factor=100, cycle_momentum=False),
    "warmUp": lambda o: s.SequentialLR(
        o, [s.LinearLR(o, start_factor=0.1, total_iters=10), s.CosineAnnealingLR(o, T_max=STEPS - 10)], [10]),
    "inverseSquareRoot": lambda o: s.LambdaLR(o, lambda step: (step + 1) ** -0.5),
}
PLATEAUS = {
    "default": {},
    "quick": dict(patience=1, factor=0.5, threshold=0.02),
    "cooling": dict(patience=0, factor=0.5, cooldown=3, min_lr=0.1),
    "higher": dict(patience=1, factor=0.5, mode="max"),
}


def main():
    rates = {}
    for name, make in SCHEDULERS.items():
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        scheduler = make(optimizer)
        rates[name] = []
        for _ in range(STEPS):
            rates[name].append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    torch.manual_seed(4)
    figures = [(1 + 3 * 0.9 ** i + 0.1 * torch.randn(()).item()) for i in range(STEPS)]
    plateaus = {}
    for name, options in PLATEAUS.items():
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        scheduler = s.ReduceLROnPlateau(optimizer, **options)
        plateaus[name] = []
        for figure in figures:
            scheduler.step(figure)
            plateaus[name].append(optimizer.param_groups[0]["lr"])
    path = pathlib.Path(__file__).resolve().parent / "schedules.json"
    path.write_text(json.dumps(
        {"versions": f"torch {torch.__version__}", "rates": rates, "figures": figures, "plateaus": plateaus},
        separators=(",", ":")) + "\n")


main()
