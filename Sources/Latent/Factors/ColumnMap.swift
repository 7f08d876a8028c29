import CSurprisalKernels
import SurprisalCore

/// The coordinates of a factor model: y = (x − shift) / scale − location, column by column.
///
/// The mean of the rows is split into a shift in the unit of x and a rest in units of the scale, so that it is
/// exact however large the offset is.
package struct ColumnMap: Sendable, Hashable {
  package let shift: [Double]
  package let scale: [Double]
  package let location: [Double]
  private let inverse: [Double]

  package init(shift: [Double], scale: [Double], location: [Double]) {
    self.shift = shift
    self.scale = scale
    self.location = location
    inverse = scale.map { 1 / $0 }
  }

  package var columnCount: Int { shift.count }
  /// The point y = 0 in the unit of x.
  package var mean: [Double] { shift.indices.map { shift[$0] + location[$0] * scale[$0] } }
  /// Σ ln scale, the nats by which a log-density falls from y to x.
  package var logScaleSum: Double { scale.reduce(0) { $0 + surprisal_log($1) } }

  /// The coordinates of rows `range`, [range.count][D].
  func load(_ rows: UnsafePointer<Double>, _ range: Range<Int>, into y: UnsafeMutablePointer<Double>) {
    let D = columnCount
    shift.withUnsafeBufferPointer { shift in
      inverse.withUnsafeBufferPointer { inverse in
        location.withUnsafeBufferPointer { location in
          for (offset, row) in range.enumerated() {
            let (x, out) = (rows + row * D, y + offset * D)
            for d in 0..<D { out[d] = (x[d] - shift[d]) * inverse[d] - location[d] }
          }
        }
      }
    }
  }

  /// The rows of coordinates `y`, [count][D], which is overwritten.
  func restore(_ y: UnsafeMutablePointer<Double>, count: Int) {
    let D = columnCount
    shift.withUnsafeBufferPointer { shift in
      scale.withUnsafeBufferPointer { scale in
        location.withUnsafeBufferPointer { location in
          for row in 0..<count {
            let out = y + row * D
            for d in 0..<D { out[d] = (out[d] + location[d]) * scale[d] + shift[d] }
          }
        }
      }
    }
  }
}

/// Row-major products of float64 matrices.
enum MatrixProduct {
  /// C [m, n] = A [m, k] · B [k, n], or A · Bᵀ with B [n, k]; added to C if `accumulate`.
  static func multiply(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>,
    _ m: Int, _ n: Int, _ k: Int, transposed: Bool = false, accumulate: Bool = false
  ) {
    var shape = surprisal_product()
    (shape.m, shape.n, shape.k) = (m, n, k)
    (shape.a_row, shape.a_column, shape.c_row) = (k, 1, n)
    (shape.b_row, shape.b_column) = transposed ? (1, k) : (n, 1)
    shape.accumulate = accumulate ? 1 : 0
    surprisal_matmul(SURPRISAL_FLOAT64, &shape, a, b, c)
  }

  /// A [m, k] · B [k, n], or A · Bᵀ with B [n, k].
  static func of(_ a: [Double], _ b: [Double], _ m: Int, _ n: Int, _ k: Int, transposed: Bool = false) -> [Double] {
    var c = [Double](repeating: 0, count: m * n)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          multiply(a, b, into: c, m, n, k, transposed: transposed)
        }
      }
    }
    return c
  }

  /// Aᵀ for A [m, n].
  static func transpose(_ a: [Double], _ m: Int, _ n: Int) -> [Double] {
    var result = [Double](repeating: 0, count: a.count)
    for i in 0..<m {
      for j in 0..<n { result[j * m + i] = a[i * n + j] }
    }
    return result
  }
}

/// Calls of a function on blocks of rows, on several threads.
enum RowBlocks {
  /// The rows of a block; a multiple of what a tile of a product has.
  static let size = 256

  /// Fills `count` × `width` numbers: `body` gets the rows of a block, where their results belong, and scratch
  /// memory of `scratch` numbers.
  static func map(
    count: Int, width: Int, scratch: Int, threads: Int?,
    _ body: @Sendable (Range<Int>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: max(1, count * width)) { buffer, used in
      used = count * width
      guard let base = buffer.baseAddress else { return }
      // Every block writes to its own rows.
      nonisolated(unsafe) let target = base
      let blocks = (count + size - 1) / size
      // A few blocks at a time share one allocation.
      let group = 16
      parallelFor(count: (blocks + group - 1) / group, threads: Threads.resolve(threads)) { index in
        let memory = Scratch(capacity: scratch)
        for block in index * group..<min(blocks, (index + 1) * group) {
          let range = block * size..<min(count, (block + 1) * size)
          body(range, target + range.lowerBound * width, memory.base)
        }
      }
    }
  }
}
