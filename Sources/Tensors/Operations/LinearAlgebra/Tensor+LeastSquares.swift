import SurprisalCore

extension Tensor {
  /// The X [..., n, k] of smallest norm among those that minimize |A X − B|, for A [..., m, n] and B [..., m, k].
  ///
  /// B may be a vector [m]; leading axes are broadcast. By Householder QR while A has full rank beyond doubt, else by
  /// the singular value decomposition, where singular values up to max(m, n)·2⁻⁵² of the largest count as 0: columns
  /// that depend on one another, and m < n, give the solution of minimum norm (Golub and Van Loan 2013, §5.5).
  /// float32 is computed in float64 and rounded once. Throws an error that names the matrix if an entry of A is NaN
  /// or infinite.
  ///
  /// Derivatives, while the rank stays the same (Golub and Pereyra 1973): with P the pseudoinverse and R = B − A X,
  /// B̄ = Pᵀ X̄ and Ā = −B̄ Xᵀ + R (P B̄)ᵀ + Pᵀ X (X̄ − P A X̄)ᵀ.
  public func leastSquares(_ b: Tensor) throws -> Tensor {
    let (a, b, isVector) = system(b, "leastSquares", square: false)
    var failure: MatrixFailure?
    let results = differentiable([a, b]) { inputs in
      let (a, b) = (inputs[0], inputs[1])
      let (results, failed) = Kernels.matrices([a, b], results: [[a.matrixColumns, b.matrixColumns]]) { given, made in
        LeastSquares.solve(given[0], given[1], into: made[0]) == nil ? 0 : nil
      }
      failure = failed
      return results
    } pullback: { inputs, outputs in
      let (a, b, x) = (inputs[0], inputs[1], outputs[0])
      return { gs, needed in
        guard let g = gs[0] else { return [nil, nil] }
        var ignored: MatrixFailure?
        let p = a.pseudoinverted(&ignored)
        let back = p.transposed().matmul(g)
        guard needed[0] else { return [nil, back] }
        let residual = b - a.matmul(x)
        let unseen = g - p.matmul(a.matmul(g))
        let ga =
          residual.matmul(p.matmul(back).transposed()) - back.matmul(x.transposed())
          + p.transposed().matmul(x).matmul(unseen.transposed())
        return [ga, back]
      }
    }
    if let failure { throw failure.notFinite("leastSquares") }
    return isVector ? results[0].squeezing(axes: [-1]) : results[0]
  }

  /// The Moore–Penrose pseudoinverse P [..., n, m] of matrices [..., m, n], with the rank decided as in
  /// `leastSquares`.
  ///
  /// float32 is computed in float64 and rounded once. Throws an error that names the matrix if an entry is NaN or
  /// infinite.
  ///
  /// Derivative, while the rank stays the same (Golub and Pereyra 1973, eq. 4.12):
  /// Ā = −Pᵀ P̄ Pᵀ + (1 − A P) P̄ᵀ P Pᵀ + Pᵀ P P̄ᵀ (1 − P A).
  public func pseudoinverse() throws -> Tensor {
    requireMatrices("pseudoinverse")
    var failure: MatrixFailure?
    let result = pseudoinverted(&failure)
    if let failure { throw failure.notFinite("pseudoinverse") }
    return result
  }

  private func pseudoinverted(_ failure: inout MatrixFailure?) -> Tensor {
    var failed: MatrixFailure?
    let result = differentiable(self) { a in
      let (results, found) = Kernels.matrices([a], results: [[a.matrixColumns, a.matrixRows]]) { given, made in
        LeastSquares.pseudoinverse(given[0], into: made[0]) ? nil : 0
      }
      failed = found
      return results[0]
    } pullback: { a, p in
      { g in
        let pt = p.transposed()
        let gt = g.transposed()
        let left = gt - a.matmul(p.matmul(gt))
        let right = gt - gt.matmul(p).matmul(a)
        return left.matmul(p).matmul(pt) + pt.matmul(p).matmul(right) - pt.matmul(g).matmul(pt)
      }
    }
    failure = failed
    return result
  }
}
