extension LUFactorization {
  /// Lends P A = L U of a copy of `a`, the row exchanges, and the first zero pivot if there is one.
  static func with<Result>(
    _ a: MatrixPointer, _ body: (_ lu: MatrixPointer, _ pivots: UnsafePointer<Int>, _ singular: Int?) -> Result
  ) -> Result {
    withScratch(a.rows, a.columns) { lu in
      lu.copy(a)
      let pivots = UnsafeMutablePointer<Int>.allocate(capacity: max(a.rows, 1))
      defer { pivots.deallocate() }
      let singular = factor(lu, pivots: pivots)
      return body(lu, pivots, singular)
    }
  }

  /// C = ∂det(A)/∂A: det(A) A⁻ᵀ where A is regular, else det(U) det(V) U diag(Π_{j≠i} s_j) Vᵀ.
  static func writeCofactors(of a: MatrixPointer, to c: MatrixPointer) {
    let isSingular = with(a) { lu, pivots, singular in
      guard singular == nil else { return true }
      withScratch(a.rows, a.rows) { inverse in
        inverse.setIdentity()
        solve(lu, pivots: pivots, inverse)
        c.copy(inverse.transposed, scale: determinant(lu, pivots: pivots))
      }
      return false
    }
    guard isSingular else { return }
    let n = a.rows
    withScratch(2 * n + 1, n) { scratch in
      let u = scratch.rows(0..<n)
      let v = scratch.rows(n..<(2 * n))
      let values = scratch.row(2 * n)
      guard SingularValueDecomposition.decompose(a, values: values, left: u, right: v) else {
        c.fill(.nan)
        return
      }
      var orientation = with(u) { lu, pivots, _ in logDeterminant(lu, pivots: pivots).sign }
      orientation *= with(v) { lu, pivots, _ in logDeterminant(lu, pivots: pivots).sign }
      for j in 0..<n {
        var others = orientation
        for k in 0..<n where k != j { others *= values[k] }
        for i in 0..<n { u[i, j] *= others }
      }
      c.product(u, v)
    }
  }
}
