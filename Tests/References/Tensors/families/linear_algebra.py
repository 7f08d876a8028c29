"""Linear algebra. Inputs have condition numbers below about 100.

What is not unique is compared by what is: V tanh(Λ) Vᵀ of an eigendecomposition, U tanh(S) Vᵀ of a singular value
decomposition. Operations on symmetric matrices are given (x + xᵀ) / 2, so that their gradient does not depend on
which triangle is read. The tests apply the same functions (LinearAlgebraSupport.swift).
"""

import numpy as np
import scipy.linalg
import torch

from reference import Family

SIZES = [1, 2, 3, 5, 8]


def shapes():
    for n in SIZES:
        yield (), n
    yield from (((2,), 3), ((2, 3), 2), ((0,), 3), ((), 0), ((3,), 0), ((), 17))


def orthogonal(family, batch, n):
    q, r = np.linalg.qr(family.normal(*batch, n, n)) if n else (np.zeros((*batch, 0, 0)),) * 2
    return q


def spectrum(family, batch, m, n, values):
    """A matrix [batch, m, n] with the singular values `values`."""
    u, v = orthogonal(family, batch, m), orthogonal(family, batch, n)
    k = min(m, n)
    return (u[..., :, :k] * values[..., None, :k]) @ np.swapaxes(v, -1, -2)[..., :k, :]


def spaced(family, batch, n):
    """Numbers between 0.5 and about 4, no two closer than 0.2."""
    return 0.5 + np.linspace(0, 0.4 * max(n - 1, 0), n) + family.uniform(0, 0.2, (*batch, n))


def general(family, batch, n):
    return spectrum(family, batch, n, n, spaced(family, batch, n))


def symmetric(x):
    return (x + x.mT) / 2


def positive(family, batch, n):
    q = orthogonal(family, batch, n)
    a = (q * spaced(family, batch, n)[..., None, :]) @ np.swapaxes(q, -1, -2)
    return (a + np.swapaxes(a, -1, -2)) / 2


def factorizations(family):
    family.operation("cholesky")
    for batch, n in shapes():
        family.case("cholesky", lambda x: torch.linalg.cholesky(symmetric(x)), [positive(family, batch, n)])
    hilbert = scipy.linalg.hilbert(6)
    family.case("cholesky", lambda x: torch.linalg.cholesky(symmetric(x)), [hilbert], edge=True, derivative=False)
    family.operation("symmetricEigen")

    def eigen(x):
        values, vectors = torch.linalg.eigh(symmetric(x))
        return values, (vectors * torch.tanh(values)[..., None, :]) @ vectors.mT

    for batch, n in shapes():
        q = orthogonal(family, batch, n)
        values = spaced(family, batch, n) - 1.3
        a = (q * values[..., None, :]) @ np.swapaxes(q, -1, -2)
        family.case("symmetricEigen", eigen, [(a + np.swapaxes(a, -1, -2)) / 2])
    family.case("symmetricEigen", eigen, [np.diag([2.0, 2.0, -1.0])], derivative=False)
    family.case("symmetricEigen", eigen, [np.zeros((3, 3))], derivative=False)
    family.operation("svd")

    def svd(x):
        u, s, vt = torch.linalg.svd(x, full_matrices=False)
        return s, (u * torch.tanh(s)[..., None, :]) @ vt

    rectangles = [((), 3, 3), ((), 5, 2), ((), 2, 5), ((), 1, 1), ((), 1, 4), ((2,), 4, 3), ((2, 2), 2, 3),
    ((0,), 3, 2), ((), 9, 7)]
    for batch, m, n in rectangles:
        family.case("svd", svd, [spectrum(family, batch, m, n, spaced(family, batch, min(m, n)))])
    family.case("svd", svd, [np.zeros((3, 2))], derivative=False)
    family.case("svd", svd, [np.outer([1.0, 2.0, 3.0], [1.0, -1.0])], derivative=False)
    family.operation("qr")

    def qr(x):
        q, r = torch.linalg.qr(x)
        signs = torch.sign(r.diagonal(dim1=-2, dim2=-1)).detach()
        return q * signs[..., None, :], r * signs[..., :, None]

    for batch, m, n in rectangles:
        derivative = m >= n
        family.case("qr", qr, [spectrum(family, batch, m, n, spaced(family, batch, min(m, n)))], derivative=derivative)


def solutions(family):
    family.operation("triangularSolve")
    for batch, n, columns in (((), 1, 1), ((), 3, 2), ((), 5, 1), ((2,), 3, 4), ((0,), 2, 1), ((), 0, 2), ((), 17, 3)):
        for lower in (True, False):
            for transposed in (False, True):
                for unit in (False, True):
                    if unit and n not in (3, 1):
                        continue
                    # The other triangle (and a unit diagonal) holds numbers that must not be read.
                    a = 0.4 * family.normal(*batch, n, n)
                    a = np.where(np.eye(n, dtype=bool), np.sign(a) + 1.5 * a, a / max(1, n / 4))
                    family.case(
                        "triangularSolve",
                        lambda a, b: torch.linalg.solve_triangular(
                            a.mT if transposed else a, b, upper=lower == transposed, unitriangular=unit),
                        [a, family.normal(*batch, n, columns)], lower=lower, transposed=transposed, unit=unit)
    family.operation("solve")
    for batch, n in shapes():
        for columns in (1, 3):
            family.case(
                "solve", torch.linalg.solve, [general(family, batch, n), family.normal(*batch, n, columns)])
    # A zero where elimination without row exchanges would divide.
    family.case("solve", torch.linalg.solve, [[[0.0, 1.0], [1.0, 1e-20]], [[1.0], [2.0]]])
    family.operation("inverse")
    for batch, n in shapes():
        family.case("inverse", torch.linalg.inv, [general(family, batch, n)])
    family.operation("leastSquares")
    for batch, m, n, columns in (
        ((), 5, 2, 1), ((), 5, 2, 3), ((), 3, 3, 2), ((), 1, 1, 1), ((2,), 6, 3, 1), ((2, 2), 3, 2, 2), ((), 20, 4, 1),
        ((0,), 4, 2, 1),
    ):
        family.case(
            "leastSquares", lambda a, b: torch.linalg.pinv(a) @ b,
            [spectrum(family, batch, m, n, spaced(family, batch, n)), family.normal(*batch, m, columns)])


def determinants(family):
    family.operation("determinant")
    for batch, n in shapes():
        family.case("determinant", torch.linalg.det, [general(family, batch, n)])
    family.case("determinant", torch.linalg.det, [[[1.0, 2.0], [2.0, 4.0]]], derivative=False)
    family.case("determinant", torch.linalg.det, [np.zeros((3, 3))], derivative=False)
    family.operation("logDeterminant")
    for batch, n in shapes():
        family.case(
            "logDeterminant", lambda x: tuple(torch.linalg.slogdet(x)), [general(family, batch, n)], outputs=[1])
    family.case("logDeterminant", lambda x: tuple(torch.linalg.slogdet(x)), [1e200 * np.eye(3)], outputs=[1], edge=True)
    family.case("logDeterminant", lambda x: tuple(torch.linalg.slogdet(x)), [np.zeros((2, 2))], derivative=False)


def family():
    result = Family("linear_algebra")
    factorizations(result)
    solutions(result)
    determinants(result)
    return result
