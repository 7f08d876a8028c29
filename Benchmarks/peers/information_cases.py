"""The cases of the information part: one table, read by the driver.  Inputs come from formulas both sides compute.

A peer is a variant that `run_information.py` knows.  The target is the least time of the fastest peer over ours.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    peers: tuple
    target: float
    tolerance: float  # of the values, in nats
    rounds: int = 3


CASES = {
    case.name: case
    for case in [
        Case("pairwise-1000000x100x10", "mutual information of all pairs of 100 columns × 1,000,000 rows, 10 levels",
             ("NumPy bincount, int64", "NumPy bincount, uint8"), 5.0, 1e-12),
        Case("pairwise-1000000x100x2", "the same, 2 levels",
             ("NumPy bincount, int64", "NumPy bincount, uint8"), 5.0, 1e-12),
    ]
}
