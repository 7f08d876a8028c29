extension Tensor {
  /// The determinants [...] of matrices [..., n, n], by LU with partial pivoting.
  ///
  /// It overflows or underflows only if its value does. float32 is computed in float64 and rounded once. n = 0
  /// gives 1; a singular matrix 0; NaN gives NaN. For products of many factors see `logDeterminant()`.
  ///
  /// Derivative: the matrix of cofactors, det(A) A⁻ᵀ (Giles 2008, §2.2.4), for singular matrices from the singular
  /// value decomposition. A second derivative exists in this form for regular matrices only; at a singular one it
  /// is NaN.
  public func determinant() -> Tensor {
    requireMatrices("determinant", square: true)
    return differentiable(self) { a in
      Kernels.matrices([a], results: [[]]) { given, made in
        LUFactorization.with(given[0]) { lu, pivots, _ in
          made[0][0, 0] = LUFactorization.determinant(lu, pivots: pivots)
        }
        return nil
      }.results[0]
    } pullback: { a, _ in
      { g in g.asColumn.asColumn * a.cofactors }
    }
  }

  /// The sign of the determinant (−1, 0 or 1) and ln|det A|, both [...], of matrices [..., n, n].
  ///
  /// By LU with partial pivoting. A singular matrix gives 0 and −∞, NaN gives NaN, n = 0 gives 1 and 0. float32 is
  /// computed in float64 and rounded once. The sign has no derivative; that of the logarithm is A⁻ᵀ (Giles 2008,
  /// §2.2.4), which for a singular matrix holds infinities or NaN.
  public func logDeterminant() -> (sign: Tensor, logMagnitude: Tensor) {
    requireMatrices("logDeterminant", square: true)
    var sign: Tensor?
    let value = differentiable(self) { a in
      let results = Kernels.matrices([a], results: [[], []]) { given, made in
        LUFactorization.with(given[0]) { lu, pivots, _ in
          let result = LUFactorization.logDeterminant(lu, pivots: pivots)
          made[0][0, 0] = result.sign
          made[1][0, 0] = result.value
        }
        return nil
      }.results
      sign = results[0]
      return results[1]
    } pullback: { a, _ in
      { g in g.asColumn.asColumn * a.inverseOrNaN.transposed() }
    }
    return (sign ?? value.sign(), value)
  }

  /// The cofactors ∂det/∂A. Its derivative along H̄, for regular A: ⟨H̄, C⟩ A⁻ᵀ − C H̄ᵀ A⁻ᵀ.
  private var cofactors: Tensor {
    differentiable(self) { a in
      Kernels.matrices([a], results: [Array(a.shape.suffix(2))]) { given, made in
        LUFactorization.writeCofactors(of: given[0], to: made[0])
        return nil
      }.results[0]
    } pullback: { a, c in
      { h in
        let inverse = a.inverseOrNaN.transposed()
        let inner = (h * c).sum(alongAxes: [-2, -1], keepingAxes: true)
        return inner * inverse - c.matmul(h.transposed()).matmul(inverse)
      }
    }
  }
}
