"""Writes linear_algebra.json: log-determinants, densities and eigenvalues to 60 digits by mpmath.

    pip install mpmath==1.3.0
    python Tests/References/linear_algebra.py Tests/References/linear_algebra.json

Matrices are taken as their float64 entries are, so the figures are those of the rounded matrix.
"""
import json
import random
import sys

import mpmath
from mpmath import mp, mpf

mp.dps = 60


def exact(rows):
    return mpmath.matrix([[mpf(x) for x in row] for row in rows])


def case(name, rows, points):
    matrix = exact(rows)
    n = len(rows)
    log_determinant = mpmath.log(mpmath.det(matrix))
    values = sorted(mpmath.eigsy(matrix, eigvals_only=True), reverse=True)
    densities = []
    for point in points:
        x = mpmath.matrix([mpf(v) for v in point])
        quadratic = (x.T * mpmath.lu_solve(matrix, x))[0]
        densities.append(float(-(n * mpmath.log(2 * mp.pi) + log_determinant + quadratic) / 2))
    return {
        "name": name, "dimension": n, "matrix": [x for row in rows for x in row],
        "logDeterminant": float(log_determinant), "eigenvalues": [float(v) for v in values],
        "points": points, "logDensities": densities,
    }


def random_covariance(n, condition, generator):
    basis = [[generator.gauss(0, 1) for _ in range(n)] for _ in range(n)]
    q, _ = mpmath.qr(exact(basis))
    scales = [mpf(condition) ** (-mpf(i) / (n - 1)) for i in range(n)]
    product = q * mpmath.diag(scales) * q.T
    rows = [[float(product[i, j]) for j in range(n)] for i in range(n)]
    return [[rows[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]


def main():
    generator = random.Random(20261121)
    # The covariance of scikit-learn issue 29989, condition number 1.0e9.
    issue = [
        [32.00000007, 35.99999993, 8.00000001],
        [35.99999993, 40.50000006, 8.99999998],
        [8.00000001, 8.99999998, 2.00000008],
    ]
    cases = [case("scikit-learn 29989", issue, [[0.0, 0.0, 0.0]])]
    hilbert = [[1 / (i + j + 1) for j in range(8)] for i in range(8)]
    cases.append(case("Hilbert 8", hilbert, [[0.0] * 8]))
    for n, condition in [(2, 1e10), (5, 1e8), (12, 1e10), (24, 1e6)]:
        rows = random_covariance(n, condition, generator)
        factor = mpmath.cholesky(exact(rows))
        draw = factor * mpmath.matrix([mpf(generator.gauss(0, 1)) for _ in range(n)])
        cases.append(case(f"random {n}", rows, [[0.0] * n, [float(v) for v in draw]]))
    report = {
        "generator": "Tests/References/linear_algebra.py", "mpmath": mpmath.__version__,
        "digits": mp.dps, "cases": cases,
    }
    with open(sys.argv[1], "w") as file:
        json.dump(report, file, indent=1)
        file.write("\n")


main()
