"""The benchmark cases: one table, read by the generator, the peers and the driver.

Every case is a seeded Gaussian mixture.  `spread` is the standard deviation of the component means in units
of the components' own standard deviation, in every direction: small enough that components overlap heavily
and EM is still moving after the iterations that are timed, so that no program stops early.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Case:
    """A data set, its common start, and the iterations that are timed."""

    name: str
    rows: int
    columns: int
    components: int
    covariance: str  # "full" or "diagonal"
    seed: int
    spread: float
    condition: float  # condition number of the covariance the components of a site vary around
    sites: int = 1  # far sites the components share, `separation` standard deviations (widest direction) away
    separation: float = 0.0  # of the sites from the origin
    csv: bool = False
    check: int = 12  # log-likelihoods are compared after this many iterations
    slow: tuple = (2, 12)  # iterations (n1, n2) timed for a program that needs about a second each
    fast: tuple = (10, 60)  # iterations (n1, n2) timed for the quick ones


CASES = {
    case.name: case
    for case in [
        Case("full-2", 1_000_000, 2, 5, "full", seed=1, spread=1.0, condition=4.0),
        Case("full-16", 200_000, 16, 16, "full", seed=2, spread=0.4, condition=10.0, fast=(4, 24)),
        Case("full-64", 100_000, 64, 16, "full", seed=3, spread=0.2, condition=10.0, slow=(1, 6),
             check=6, fast=(2, 8)),
        Case("diagonal-16", 1_000_000, 16, 8, "diagonal", seed=4, spread=0.4, condition=10.0),
        Case("separated-16", 200_000, 16, 16, "full", seed=5, spread=0.4, condition=1e4, sites=8,
             separation=1000.0, fast=(4, 24)),
        # Read, start, converge, write: clusters near enough to need a few dozen iterations, far enough that one
        # k-means start ends at the same maximum in every program (oneDAL with the seed its script names).
        Case("answer-16", 1_000_000, 16, 5, "full", seed=6, spread=1.0, condition=3.0, csv=True),
    ]
}


def description(case):
    """The case as a plain dictionary, for JSON."""
    return asdict(case)
