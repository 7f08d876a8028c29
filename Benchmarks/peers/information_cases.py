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
    one_core: bool = False  # both sides on one core: the figure is per thread


CASES = {
    f"{case.name}/{case.peers[0]}" if case.name.startswith("normal") else case.name: case
    for case in [
        Case("pairwise-1000000x100x10", "mutual information of all pairs of 100 columns × 1,000,000 rows, 10 levels",
             ("NumPy bincount, int64", "NumPy bincount, uint8"), 5.0, 1e-12),
        Case("pairwise-1000000x100x2", "the same, 2 levels",
             ("NumPy bincount, int64", "NumPy bincount, uint8"), 5.0, 1e-12),
        Case("ksg-20000x16", "KSG mutual information of 16 columns × 20,000 rows with a target",
             ("scikit-learn", "ennemi"), 5.0, 0.03),
        Case("normal-10000000", "log-density of 10⁷ normals, float64", ("scipy",), 3.0, 1e-12, 7),
        Case("normal-10000000", "the same", ("torch",), 1.0, 1e-12, 7),
        Case("gamma-1000000", "10⁶ draws of gamma 2.5, one core", ("NumPy",), 1.0, 0.3, 7, True),
        Case("dirichlet-300000", "300,000 draws of Dirichlet (1, 1.5, 2.5), one core", ("NumPy",), 1.0, 0.05, 7, True),
        Case("pca-1000000x64", "principal components of 1,000,000 × 64",
             ("scikit-learn covariance_eigh", "scikit-learn full", "scikit-learn arpack", "scikit-learn randomized"),
             1.5, 1e-6, 5),
        Case("pca-200x10000", "principal components of 200 × 10,000",
             ("scikit-learn full",), 1.0, 1e-6, 5),
        # A relative tolerance of theirs stops earlier: what is compared is the log-likelihood per row.
        Case("factors-100000x64", "factor analysis of 100,000 × 64, 8 factors",
             ("scikit-learn randomized", "scikit-learn lapack"), 5.0, 1e-5, 5),
    ]
}
