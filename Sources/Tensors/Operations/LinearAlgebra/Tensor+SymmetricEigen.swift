import SurprisalCore

extension Tensor {
  /// Eigenvalues [..., n], rising, and unit eigenvectors, the columns of V [..., n, n], of symmetric matrices
  /// A = V diag(λ) Vᵀ.
  ///
  /// Only the lower triangle is read. The entry of largest magnitude in each eigenvector is positive. Up to n = 8 by
  /// Jacobi rotations, which keep small eigenvalues of positive-definite matrices accurate, above by reduction to
  /// tridiagonal form and the implicit QL iteration (Golub and Van Loan 2013, §8.3). float32 is computed in float64
  /// and rounded once. Throws an error that names the matrix if an entry is NaN or infinite.
  ///
  /// Derivative: Ā = V (diag(λ̄) + F ∘ (Vᵀ V̄)) Vᵀ made symmetric, F_ij = 1 / (λ_j − λ_i) (Giles 2008, §3.1). The
  /// vectors of equal eigenvalues have no derivative: where two differ by no more than n·ε of the largest magnitude,
  /// F counts as 0. This gives the right derivative to functions that depend on the space they span only.
  public func symmetricEigen() throws -> (values: Tensor, vectors: Tensor) {
    requireMatrices("symmetricEigen", square: true)
    var failure: MatrixFailure?
    let results = differentiable([self]) { inputs in
      let n = inputs[0].matrixRows
      let (results, failed) = Kernels.matrices(inputs, results: [[n], [n, n]]) { given, made in
        withScratch(2 * n, n) { scratch in
          let work = scratch.rows(0..<n)
          let rows = scratch.rows(n..<(2 * n))
          work.copy(given[0])
          let done = BlockedSymmetricEigen.decompose(work, values: made[0].base, vectors: rows)
          made[1].copy(rows.transposed)
          return done ? nil : 0
        }
      }
      failure = failed
      return results
    } pullback: { _, outputs in
      let values = outputs[0]
      let vectors = outputs[1]
      return { gs, _ in
        var inner: Tensor?
        if let g = gs[1] {
          let differences = values.asRow - values.asColumn
          inner = differences.reciprocal(above: values.roundingOfSpectrum.asColumn) * vectors.transposed().matmul(g)
        }
        let weighted = inner.map { vectors.matmul($0) }
        let direct = gs[0].map { vectors * $0.asRow }
        return [sumOfGiven(direct, weighted)?.matmul(vectors.transposed()).symmetricPart]
      }
    }
    if let failure { throw failure.notFinite("symmetricEigen") }
    return (results[0], results[1])
  }

  /// The eigenvalues [..., n], rising, of symmetric matrices [..., n, n]: those of `symmetricEigen()`, without the
  /// vectors and several times as fast where no derivative is asked.
  public func symmetricEigenvalues() throws -> Tensor {
    requireMatrices("symmetricEigenvalues", square: true)
    if isTracked { return try symmetricEigen().values }
    let n = matrixRows
    let (results, failure) = Kernels.matrices([withoutDerivative()], results: [[n]]) { given, made in
      withScratch(n, n) { work in
        work.copy(given[0])
        return BlockedSymmetricEigen.decompose(work, values: made[0].base, vectors: nil) ? nil : 0
      }
    }
    if let failure { throw failure.notFinite("symmetricEigenvalues") }
    return results[0]
  }

  /// What counts as rounding of these n values along the last axis: n·ε of the largest magnitude, [..., 1].
  var roundingOfSpectrum: Tensor {
    let count = shape[rank - 1]
    guard count > 0 else { return Tensor(zeros: shape.dropLast() + [1], dtype: dtype) }
    let epsilon = dtype == .float64 ? 0x1p-52 : 0x1p-23
    return withoutDerivative().abs().max(alongAxes: [-1], keepingAxes: true) * (Double(count) * epsilon)
  }

  /// 1 / x, and 0 where |x| is at most `bound`.
  func reciprocal(above bound: Tensor) -> Tensor {
    let near = withoutDerivative().abs() .<= bound
    return Tensor(where: near, 0, else: Tensor(where: near, 1, else: self).reciprocal())
  }
}

/// The sum of what there is.
func sumOfGiven(_ first: Tensor?, _ second: Tensor?) -> Tensor? {
  guard let first, let second else { return first ?? second }
  return first + second
}
