import CSurprisalKernels

/// The factorization A = L Lᵀ of a symmetric positive-definite matrix, L lower triangular with a positive
/// diagonal, both `dimension` × `dimension` and row-major.
package enum Cholesky {
  /// Writes L to `l` (upper triangle zero) and gives the number of pivots that passed.
  ///
  /// The result equals `dimension` when A is positive definite; otherwise it is the index of the pivot
  /// that failed, and `l` is meaningful above that row only. A pivot passes when it is finite and greater
  /// than `tolerance` times its diagonal entry. Only the lower triangle of A is read; `l` may be `a`.
  package static func factor(
    _ a: UnsafePointer<Double>, into l: UnsafeMutablePointer<Double>, _ dimension: Int,
    tolerance: Double = 0
  ) -> Int {
    for row in 0..<dimension {
      let current = l + row * dimension
      for column in 0..<row {
        let other = l + column * dimension
        current[column] =
          (a[row * dimension + column] - Dense.dot(current, other, column)) / other[column]
      }
      let diagonal = a[row * dimension + row]
      let pivot = diagonal - Dense.dot(current, current, row)
      guard pivot > tolerance * diagonal, pivot > 0, pivot.isFinite else { return row }
      current[row] = pivot.squareRoot()
      for column in (row + 1)..<max(dimension, row + 1) { current[column] = 0 }
    }
    return dimension
  }

  /// L of A, or nil when A is not positive definite.
  package static func factor(_ a: [Double], dimension: Int) -> [Double]? {
    precondition(a.count == dimension * dimension, "a \(dimension) × \(dimension) matrix was expected")
    var l = [Double](repeating: 0, count: a.count)
    let passed = a.withUnsafeBufferPointer { source in
      l.withUnsafeMutableBufferPointer { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
        return factor(from, into: to, dimension)
      }
    }
    return passed == dimension ? l : nil
  }

  /// ln|A| = 2 Σ ln L_ii.
  package static func logDeterminant(_ l: UnsafePointer<Double>, _ dimension: Int) -> Double {
    var total = 0.0
    for index in 0..<dimension { total += surprisal_log(l[index * dimension + index]) }
    return 2 * total
  }

  /// ln|A| = 2 Σ ln L_ii.
  package static func logDeterminant(_ l: [Double], dimension: Int) -> Double {
    l.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return 0 }
      return logDeterminant(base, dimension)
    }
  }
}
