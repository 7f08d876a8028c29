import CSurprisalKernels
import SurprisalCore

/// P A = L U with partial pivoting, by recursion onto matrix products (Toledo 1997).
enum LUFactorization {
  private static let leaf = 8

  /// Overwrites `a` [n, n], contiguous columns, by U and, below its diagonal, the unit lower triangular L.
  ///
  /// At step k row k was exchanged with row `pivots[k]`. Gives the index of the first pivot that is zero, or
  /// nil. NaN and infinities spread.
  static func factor(_ a: MatrixPointer, pivots: UnsafeMutablePointer<Int>) -> Int? {
    var singular: Int?
    factor(a, columns: 0..<a.columns, pivots, &singular)
    return singular
  }

  private static func factor(
    _ a: MatrixPointer, columns: Range<Int>, _ pivots: UnsafeMutablePointer<Int>, _ singular: inout Int?
  ) {
    guard columns.count > leaf else { return eliminate(a, columns, pivots, &singular) }
    let middle = columns.lowerBound + (columns.count / 2 + leaf - 1) / leaf * leaf
    let left = columns.lowerBound..<middle
    let right = middle..<columns.upperBound
    factor(a, columns: left, pivots, &singular)
    let top = a.block(left, right)
    TriangularSystem.solve(a.block(left, left), lower: true, unit: true, top)
    a.block(middle..<a.rows, right).subtractProduct(a.block(middle..<a.rows, left), top)
    factor(a, columns: right, pivots, &singular)
  }

  /// Gaussian elimination of a few columns; rows are exchanged over the whole matrix.
  private static func eliminate(
    _ a: MatrixPointer, _ columns: Range<Int>, _ pivots: UnsafeMutablePointer<Int>, _ singular: inout Int?
  ) {
    for k in columns {
      let best = pivotRow(a, column: k)
      pivots[k] = best
      if best != k { a.swapRows(best, k) }
      let pivot = a[k, k]
      guard pivot != 0 else {
        singular = singular ?? k
        continue
      }
      let source = a.row(k)
      for i in (k + 1)..<max(a.rows, k + 1) {
        let target = a.row(i)
        let factor = target[k] / pivot
        target[k] = factor
        for j in (k + 1)..<max(columns.upperBound, k + 1) { target[j] -= factor * source[j] }
      }
    }
  }

  /// The row at or below the diagonal with the entry of largest magnitude, NaN counting as largest, so that a
  /// zero pivot means a column of zeros.
  private static func pivotRow(_ a: MatrixPointer, column k: Int) -> Int {
    var best = k
    var largest = a[k, k].magnitude
    for i in (k + 1)..<max(a.rows, k + 1) where !largest.isNaN && !(a[i, k].magnitude <= largest) {
      best = i
      largest = a[i, k].magnitude
    }
    return best
  }

  /// x ← A⁻¹ x for a factored A.
  static func solve(_ lu: MatrixPointer, pivots: UnsafePointer<Int>, _ x: MatrixPointer) {
    for k in 0..<lu.rows where pivots[k] != k { x.swapRows(k, pivots[k]) }
    TriangularSystem.solve(lu, lower: true, unit: true, x)
    TriangularSystem.solve(lu, lower: false, x)
  }

  /// The determinant of a factored matrix: it overflows or underflows only if its value does.
  static func determinant(_ lu: MatrixPointer, pivots: UnsafePointer<Int>) -> Double {
    var significand = 1.0
    var exponent = 0
    for k in 0..<lu.rows {
      let pivot = pivots[k] == k ? lu[k, k] : -lu[k, k]
      significand *= pivot.isFinite && pivot != 0 ? Double(signOf: pivot, magnitudeOf: pivot.significand) : pivot
      guard significand.isFinite, significand != 0, pivot != 0 else { continue }
      // The product of significands is brought back to 1 ... 2 and its exponent kept apart.
      exponent += pivot.exponent + significand.exponent
      significand = Double(signOf: significand, magnitudeOf: significand.significand)
    }
    guard significand.isFinite, significand != 0 else { return significand }
    return Double(sign: .plus, exponent: min(max(exponent, -5000), 5000), significand: significand)
  }

  /// The sign of the determinant and ln|det|: 0 and −∞ for a singular matrix.
  static func logDeterminant(_ lu: MatrixPointer, pivots: UnsafePointer<Int>) -> (sign: Double, value: Double) {
    var sign = 1.0
    var value = 0.0
    for k in 0..<lu.rows {
      let pivot = pivots[k] == k ? lu[k, k] : -lu[k, k]
      sign *= pivot > 0 ? 1 : pivot < 0 ? -1 : pivot
      value += surprisal_log(pivot.magnitude)
    }
    return (sign, value)
  }
}
