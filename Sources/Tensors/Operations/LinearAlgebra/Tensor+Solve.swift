import SurprisalCore

extension Tensor {
  /// X = A⁻¹ B for triangular A: [..., n, n] and [..., n, k] give [..., n, k].
  ///
  /// Only the lower (or upper) triangle of A is read; with `transposed` Aᵀ takes its place; with `unitDiagonal` the
  /// diagonal counts as ones. B may be a vector [n]; leading axes are broadcast. float32 is computed in float64 and
  /// rounded once. A zero on the diagonal gives infinities and NaN.
  ///
  /// Derivatives: B̄ = A⁻ᵀ X̄ and Ā = −B̄ Xᵀ within the triangle that is read (Giles 2008, §2.2.3).
  public func triangularSolve(
    _ b: Tensor, lower: Bool = true, transposed: Bool = false, unitDiagonal: Bool = false
  ) -> Tensor {
    let (a, b, isVector) = system(b, "triangularSolve", square: true)
    let x = differentiable(a, b) { a, b in
      Kernels.matrices([a, b], results: [Array(b.shape.suffix(2))]) { given, made in
        made[0].copy(given[1])
        TriangularSystem.solve(
          transposed ? given[0].transposed : given[0], lower: lower != transposed, unit: unitDiagonal, made[0])
        return nil
      }.results[0]
    } pullbacks: { a, _, x in
      let solveBack: @Sendable (Tensor) -> Tensor = { g in
        a.triangularSolve(g, lower: lower, transposed: !transposed, unitDiagonal: unitDiagonal)
      }
      return (
        { g in
          let product = solveBack(g).matmul(x.transposed())
          let full = -(transposed ? product.transposed() : product)
          let excluded = unitDiagonal ? 1 : 0
          return lower ? full.lowerTriangle(diagonal: -excluded) : full.upperTriangle(diagonal: excluded)
        }, solveBack
      )
    }
    return isVector ? x.squeezing(axes: [-1]) : x
  }

  /// X = A⁻¹ B, the solution of A X = B: [..., n, n] and [..., n, k] give [..., n, k].
  ///
  /// By LU with partial pivoting (Golub and Van Loan 2013, §3.4). B may be a vector [n]; leading axes are broadcast.
  /// float32 is computed in float64 and rounded once. Throws an error that names the matrix and the pivot if a pivot
  /// is exactly 0; a matrix that is singular within rounding gives large numbers. NaN gives NaN.
  ///
  /// Derivatives: B̄ = A⁻ᵀ X̄, Ā = −B̄ Xᵀ (Giles 2008, §2.3.1).
  public func solve(_ b: Tensor) throws -> Tensor {
    let (a, b, isVector) = system(b, "solve", square: true)
    var failure: MatrixFailure?
    let x = a.solved(b, &failure)
    if let failure { throw failure.singular("solve") }
    return isVector ? x.squeezing(axes: [-1]) : x
  }

  /// A⁻¹ [..., n, n] by LU with partial pivoting.
  ///
  /// To solve equations `solve` is cheaper and more accurate. float32 is computed in float64 and rounded once.
  /// Throws as `solve` does. Derivative: Ā = −A⁻ᵀ Ȳ A⁻ᵀ (Giles 2008, §2.2.2).
  public func inverse() throws -> Tensor {
    requireMatrices("inverse", square: true)
    var failure: MatrixFailure?
    let result = inverted(&failure)
    if let failure { throw failure.singular("inverse") }
    return result
  }

  /// A⁻¹, with infinities and NaN where A is singular.
  var inverseOrNaN: Tensor {
    var failure: MatrixFailure?
    return inverted(&failure)
  }

  private func inverted(_ failure: inout MatrixFailure?) -> Tensor {
    var failed: MatrixFailure?
    let result = differentiable(self) { a in
      let (results, found) = Kernels.matrices([a], results: [Array(a.shape.suffix(2))]) { given, made in
        made[0].setIdentity()
        return LUFactorization.with(given[0]) { lu, pivots, singular in
          LUFactorization.solve(lu, pivots: pivots, made[0])
          return singular
        }
      }
      failed = found
      return results[0]
    } pullback: { _, y in
      let transposed = y.transposed()
      return { g in -transposed.matmul(g).matmul(transposed) }
    }
    failure = failed
    return result
  }

  private func solved(_ b: Tensor, _ failure: inout MatrixFailure?) -> Tensor {
    var failed: MatrixFailure?
    let result = differentiable(self, b) { a, b in
      let (results, found) = Kernels.matrices([a, b], results: [Array(b.shape.suffix(2))]) { given, made in
        made[0].copy(given[1])
        return LUFactorization.with(given[0]) { lu, pivots, singular in
          LUFactorization.solve(lu, pivots: pivots, made[0])
          return singular
        }
      }
      failed = found
      return results[0]
    } pullbacks: { a, _, x in
      let solveBack: @Sendable (Tensor) -> Tensor = { g in
        var ignored: MatrixFailure?
        return a.transposed().solved(g, &ignored)
      }
      return ({ g in -solveBack(g).matmul(x.transposed()) }, solveBack)
    }
    failure = failed
    return result
  }
}
