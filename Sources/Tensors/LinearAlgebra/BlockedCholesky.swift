import SurprisalCore

/// A = L Lᵀ by recursion onto matrix products, with `Cholesky` of the core at the leaves.
enum BlockedCholesky {
  private static let leaf = 32

  /// Overwrites a symmetric matrix [n, n], of which only the lower triangle is read, by L with zeros above.
  ///
  /// Gives the number of pivots that were positive and finite: n, or the index of the one that was not.
  /// Backward stable: L Lᵀ = A + E with |E| ≤ about n·u·|L||Lᵀ| (Higham 2002, theorem 10.3).
  static func factor(_ a: MatrixPointer) -> Int {
    let n = a.rows
    if n <= leaf, a.rowStride == n, a.columnStride == 1 {
      return Cholesky.factor(a.base, into: a.base, n)
    }
    // The work is done on Lᵀ, whose block rows are contiguous.
    return withScratch(n, n) { upper in
      upper.copy(a.transposed)
      let passed = factorUpper(upper)
      guard passed == n else { return passed }
      for i in 0..<n {
        for j in 0..<i { upper[i, j] = 0 }
      }
      a.copy(upper.transposed)
      return n
    }
  }

  /// U with UᵀU = A in the upper triangle, which is also the one that is read.
  private static func factorUpper(_ a: MatrixPointer) -> Int {
    let n = a.rows
    guard n > leaf else { return factorLeaf(a) }
    let half = (n / 2 + leaf - 1) / leaf * leaf
    let top = a.block(0..<half, 0..<half)
    let passed = factorUpper(top)
    guard passed == half else { return passed }
    let right = a.block(0..<half, half..<n)
    TriangularSystem.solve(top.transposed, lower: true, right)
    let rest = a.block(half..<n, half..<n)
    subtractGram(right, from: rest)
    return half + factorUpper(rest)
  }

  private static func factorLeaf(_ a: MatrixPointer) -> Int {
    let n = a.rows
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: leaf * leaf) { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      let lower = MatrixPointer(base, rows: n, columns: n)
      lower.copy(a.transposed)
      let passed = Cholesky.factor(base, into: base, n)
      a.copy(lower.transposed)
      return passed
    }
  }

  /// The upper triangle of c −= xᵀx, by strips of rows so that little beyond the triangle is computed.
  private static func subtractGram(_ x: MatrixPointer, from c: MatrixPointer) {
    let n = c.rows
    let strip = 128
    withScratch(x.rows, min(strip, n)) { scratch in
      for start in stride(from: 0, to: n, by: strip) {
        let end = min(start + strip, n)
        let negated = MatrixPointer(scratch.base, rows: x.rows, columns: end - start)
        negated.copy(x.block(0..<x.rows, start..<end), scale: -1)
        c.block(start..<end, start..<n).product(
          negated.transposed, x.block(0..<x.rows, start..<n), accumulate: true)
      }
    }
  }
}
