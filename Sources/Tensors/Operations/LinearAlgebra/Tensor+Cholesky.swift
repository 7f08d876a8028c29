import SurprisalCore

extension Tensor {
  /// The Cholesky factor: lower triangular L [..., n, n] with A = L Lᵀ and a positive diagonal, zeros above it.
  ///
  /// Of each symmetric matrix [..., n, n] only the lower triangle is read. float32 is computed in float64 and
  /// rounded once. Throws an error that names the matrix and the pivot if one is not positive definite within
  /// rounding (or holds NaN). n = 0 gives an empty result.
  ///
  /// Derivative: Ā = ½ (S + Sᵀ), S = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, where Φ keeps the lower triangle and half the diagonal; it
  /// is symmetric, as if A were moved along symmetric matrices only (Smith 1995; Murray 2016, eq. 9).
  public func cholesky() throws -> Tensor {
    requireMatrices("cholesky", square: true)
    var failure: MatrixFailure?
    let result = differentiable(self) { a in
      let (results, failed) = Kernels.matrices([a], results: [Array(a.shape.suffix(2))]) { given, made in
        made[0].copy(given[0])
        let passed = BlockedCholesky.factor(made[0])
        return passed == made[0].rows ? nil : passed
      }
      failure = failed
      return results[0]
    } pullback: { _, l in
      { g in
        let inner = l.transposed().matmul(g.lowerTriangle()).halfLowerTriangle
        let half = l.triangularSolve(inner, transposed: true)
        return l.triangularSolve(half.transposed(), transposed: true).symmetricPart
      }
    }
    if let failure {
      throw SurprisalError(
        .data, "cholesky: \(failure.place) is not positive definite: pivot \(failure.detail) is not positive",
        remedy: "add a small multiple of the identity, or check that the matrix is a covariance and holds no NaN")
    }
    return result
  }
}
