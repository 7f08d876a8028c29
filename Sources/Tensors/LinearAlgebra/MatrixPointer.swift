import CSurprisalKernels

/// A float64 matrix in memory that someone else owns and keeps alive; strides count elements.
///
/// The routines of this folder work on such views: a block or a transpose costs nothing. Those that write
/// whole rows ask for `columnStride` 1.
struct MatrixPointer {
  let base: UnsafeMutablePointer<Double>
  let rows: Int
  let columns: Int
  let rowStride: Int
  let columnStride: Int

  init(
    _ base: UnsafeMutablePointer<Double>, rows: Int, columns: Int, rowStride: Int? = nil, columnStride: Int = 1
  ) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride ?? columns
    self.columnStride = columnStride
  }

  var transposed: MatrixPointer {
    MatrixPointer(base, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
  }

  subscript(row: Int, column: Int) -> Double {
    get { base[row * rowStride + column * columnStride] }
    nonmutating set { base[row * rowStride + column * columnStride] = newValue }
  }

  func row(_ index: Int) -> UnsafeMutablePointer<Double> { base + index * rowStride }

  func block(_ rowRange: Range<Int>, _ columnRange: Range<Int>) -> MatrixPointer {
    MatrixPointer(
      base + rowRange.lowerBound * rowStride + columnRange.lowerBound * columnStride,
      rows: rowRange.count, columns: columnRange.count, rowStride: rowStride, columnStride: columnStride)
  }

  func rows(_ range: Range<Int>) -> MatrixPointer { block(range, 0..<columns) }

  func fill(_ value: Double) {
    for i in 0..<rows {
      for j in 0..<columns { self[i, j] = value }
    }
  }

  /// Ones on the diagonal, zeros elsewhere.
  func setIdentity() {
    fill(0)
    for i in 0..<min(rows, columns) { self[i, i] = 1 }
  }

  /// Copies a matrix of the same shape times `scale`, by tiles, so that a transpose stays in the cache.
  func copy(_ source: MatrixPointer, scale: Double = 1) {
    let tile = 32
    for top in stride(from: 0, to: rows, by: tile) {
      for left in stride(from: 0, to: columns, by: tile) {
        for i in top..<min(top + tile, rows) {
          for j in left..<min(left + tile, columns) { self[i, j] = scale * source[i, j] }
        }
      }
    }
  }

  func swapRows(_ first: Int, _ second: Int) {
    let p = row(first)
    let q = row(second)
    for j in 0..<columns { swap(&p[j * columnStride], &q[j * columnStride]) }
  }

  /// The largest magnitude, NaN if there is one.
  var largestMagnitude: Double {
    var largest = 0.0
    var sum = 0.0
    for i in 0..<rows {
      for j in 0..<columns {
        let value = self[i, j].magnitude
        largest = value > largest ? value : largest
        sum += value * 0
      }
    }
    return sum.isNaN && largest.isFinite ? .nan : largest
  }
}

extension MatrixPointer {
  /// self = a · b, or self += a · b.
  func product(_ a: MatrixPointer, _ b: MatrixPointer, accumulate: Bool = false) {
    guard rows > 0, columns > 0 else { return }
    var shape = surprisal_product()
    shape.m = rows
    shape.n = columns
    shape.k = a.columns
    shape.a_row = a.rowStride
    shape.a_column = a.columnStride
    shape.b_row = b.rowStride
    shape.b_column = b.columnStride
    shape.c_row = rowStride
    shape.accumulate = accumulate ? 1 : 0
    surprisal_matmul(SURPRISAL_FLOAT64, &shape, a.base, b.base, base)
  }

  /// self −= a · b. The smaller factor is negated in a copy.
  func subtractProduct(_ a: MatrixPointer, _ b: MatrixPointer) {
    guard rows > 0, columns > 0, a.columns > 0 else { return }
    if columns == 1, b.rowStride == 1 || b.rows == 1, rowStride == 1 || rows == 1 {
      if a.columnStride == 1 { return surprisal_matrix_vector(rows, a.columns, -1, a.base, a.rowStride, b.base, base) }
      if a.rowStride == 1 { return surprisal_vector_matrix(a.columns, rows, -1, a.base, a.columnStride, b.base, base) }
    }
    let smaller = rows <= columns ? a : b
    withScratch(smaller.rows, smaller.columns) { negated in
      negated.copy(smaller, scale: -1)
      product(rows <= columns ? negated : a, rows <= columns ? b : negated, accumulate: true)
    }
  }
}

/// Lends an uninitialized matrix.
func withScratch<Result>(_ rows: Int, _ columns: Int, _ body: (MatrixPointer) throws -> Result) rethrows -> Result {
  let base = UnsafeMutablePointer<Double>.allocate(capacity: max(rows * columns, 1))
  defer { base.deallocate() }
  return try body(MatrixPointer(base, rows: rows, columns: columns))
}

/// 2 to the power of −e for a largest magnitude of about 2^e: scaling by it loses nothing and keeps squares in
/// range. 1 for 0, infinity and NaN.
func powerOfTwoScale(_ largest: Double) -> Double {
  guard largest > 0, largest.isFinite else { return 1 }
  return Double(sign: .plus, exponent: -min(max(largest.exponent, -1000), 1000), significand: 1)
}
