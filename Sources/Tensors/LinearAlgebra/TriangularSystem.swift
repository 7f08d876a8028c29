import CSurprisalKernels

/// Triangular systems with many right sides, by recursion onto matrix products.
enum TriangularSystem {
  /// Below this dimension rows are eliminated one by one.
  private static let leaf = 32

  /// x ← T⁻¹ x. T is `t` [n, n], any strides, of which only the named triangle is read; x [n, k] has
  /// contiguous columns. A zero on the diagonal gives infinities and NaN.
  ///
  /// Splitting T in four blocks, the diagonal blocks are solved and the other one multiplied (Golub and Van
  /// Loan 2013, §3.1.4); the backward error is that of plain substitution.
  static func solve(_ t: MatrixPointer, lower: Bool, unit: Bool = false, _ x: MatrixPointer) {
    let n = t.rows
    guard n > leaf else { return substitute(t, lower: lower, unit: unit, x) }
    let half = (n / 2 + leaf - 1) / leaf * leaf
    let first = 0..<half
    let second = half..<n
    if lower {
      solve(t.block(first, first), lower: true, unit: unit, x.rows(first))
      x.rows(second).subtractProduct(t.block(second, first), x.rows(first))
      solve(t.block(second, second), lower: true, unit: unit, x.rows(second))
    } else {
      solve(t.block(second, second), lower: false, unit: unit, x.rows(second))
      x.rows(first).subtractProduct(t.block(first, second), x.rows(second))
      solve(t.block(first, first), lower: false, unit: unit, x.rows(first))
    }
  }

  private static func substitute(_ t: MatrixPointer, lower: Bool, unit: Bool, _ x: MatrixPointer) {
    let n = t.rows
    withUnsafeTemporaryAllocation(of: Double.self, capacity: leaf) { buffer in
      guard let factors = buffer.baseAddress else { return }
      for step in 0..<n {
        let i = lower ? step : n - 1 - step
        let known = lower ? 0..<i : (i + 1)..<n
        for (place, j) in known.enumerated() { factors[place] = t[i, j] }
        let row = x.row(i)
        if !known.isEmpty {
          surprisal_vector_matrix(
            known.count, x.columns, -1, x.row(known.lowerBound), x.rowStride, factors, row)
        }
        guard !unit else { continue }
        let pivot = t[i, i]
        for j in 0..<x.columns { row[j] /= pivot }
      }
    }
  }
}
