import SurprisalCore

extension Tensor {
  /// The thin singular value decomposition A = U diag(s) Vᵀ of matrices [..., m, n]: U [..., m, k], s [..., k]
  /// falling, Vᵀ [..., k, n], k = min(m, n).
  ///
  /// The entry of largest magnitude in each row of Vᵀ is positive. By reduction to bidiagonal form and the implicit
  /// QR iteration (Golub and Van Loan 2013, §8.6): singular values are off by some ε of the largest. float32 is
  /// computed in float64 and rounded once. Throws an error that names the matrix if an entry is NaN or infinite.
  ///
  /// Derivative (Giles 2008, §3.2; Townsend 2016): with F_ij = 1 / (s_j² − s_i²), G = F ∘ (UᵀŪ − ŪᵀU) and
  /// H = F ∘ (VᵀV̄ − V̄ᵀV), Ā = U (G S + S H + diag(s̄)) Vᵀ + (1 − UUᵀ) Ū S⁻¹ Vᵀ + U S⁻¹ V̄ᵀ (1 − VVᵀ). Where two
  /// singular values differ by no more than k·ε of the largest F counts as 0, and S⁻¹ for one that small: the
  /// singular vectors have no derivative there.
  public func svd() throws -> (u: Tensor, singularValues: Tensor, vTransposed: Tensor) {
    requireMatrices("svd")
    var failure: MatrixFailure?
    let results = differentiable([self]) { inputs in
      let (m, n) = (inputs[0].matrixRows, inputs[0].matrixColumns)
      let k = Swift.min(m, n)
      let (results, failed) = Kernels.matrices(inputs, results: [[m, k], [k], [k, n]]) { given, made in
        SingularValueDecomposition.decompose(given[0], values: made[1].base, left: made[0], right: made[2]) ? nil : 0
      }
      failure = failed
      return results
    } pullback: { _, outputs in
      let rule = SVDRule(u: outputs[0], s: outputs[1], vt: outputs[2])
      return { gs, _ in [rule.cotangent(gs[0], gs[1], gs[2])] }
    }
    if let failure { throw failure.notFinite("svd") }
    return (results[0], results[1], results[2])
  }

  /// The singular values [..., min(m, n)], falling, of matrices [..., m, n]: those of `svd()`, without the vectors
  /// and several times as fast where no derivative is asked.
  public func singularValues() throws -> Tensor {
    requireMatrices("singularValues")
    if isTracked { return try svd().singularValues }
    let (results, failure) = Kernels.matrices(
      [withoutDerivative()], results: [[Swift.min(matrixRows, matrixColumns)]]
    ) { given, made in
      SingularValueDecomposition.decompose(given[0], values: made[0].base, left: nil, right: nil) ? nil : 0
    }
    if let failure { throw failure.notFinite("singularValues") }
    return results[0]
  }
}

/// The derivative of the thin singular value decomposition.
private struct SVDRule {
  let u: Tensor
  let s: Tensor
  let vt: Tensor

  func cotangent(_ gu: Tensor?, _ gs: Tensor?, _ gvt: Tensor?) -> Tensor? {
    let rounding = s.roundingOfSpectrum
    let inverse = s.reciprocal(above: rounding)
    var inner = gs.map { $0.asColumn * Tensor(identity: s.shape[s.rank - 1], dtype: s.dtype) }
    var outside: Tensor?
    // 1 / (s_j² − s_i²), from the factors of the difference.
    let gap = (s.asRow - s.asColumn).reciprocal(above: rounding.asColumn)
    let total = (s.asRow + s.asColumn).reciprocal(above: rounding.asColumn)
    if let gu {
      let projected = u.transposed().matmul(gu)
      inner = sumOfGiven(inner, gap * total * (projected - projected.transposed()) * s.asRow)
      if u.matrixRows > u.matrixColumns {
        outside = ((gu - u.matmul(projected)) * inverse.asRow).matmul(vt)
      }
    }
    if let gvt {
      let projected = vt.matmul(gvt.transposed())
      inner = sumOfGiven(inner, s.asColumn * gap * total * (projected - projected.transposed()))
      if vt.matrixColumns > vt.matrixRows {
        let rest = gvt - projected.transposed().matmul(vt)
        outside = sumOfGiven(outside, u.matmul(inverse.asColumn * rest))
      }
    }
    return sumOfGiven(inner.map { u.matmul($0).matmul(vt) }, outside)
  }
}
