"""Writes one safetensors file per family of operations beside this script. See README.md."""

import pathlib
import platform
import sys

import numpy
import scipy
import torch

from families import elementwise, linear_algebra, neural, products, reductions, shape

assert numpy.__version__ == "2.4.6", numpy.__version__
assert scipy.__version__ == "1.17.1", scipy.__version__
assert torch.__version__.split("+")[0] == "2.13.0", torch.__version__
versions = f"torch {torch.__version__}, numpy {numpy.__version__}, scipy {scipy.__version__}"
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)

folder = pathlib.Path(__file__).parent
total = 0
for module in (elementwise, reductions, shape, products, neural, linear_algebra):
    if len(sys.argv) > 1 and module.__name__.split(".")[-1] not in sys.argv[1:]:
        continue
    family = module.family()
    path = family.save(folder, versions)
    total += path.stat().st_size
    print(f"{path.name}: {len(family.counts)} operations, {sum(family.counts.values())} cases, "
          f"{len(family.tensors)} tensors, {path.stat().st_size} bytes")
print(f"{total} bytes on {platform.machine()}")
