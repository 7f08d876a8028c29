/// Small dense float64 products on flat row-major storage, the sums always taken in one fixed order.
///
/// Everything here is serial: matrices have one to several hundred columns. The order of a sum depends on
/// its length alone, so results are the same bits on every run and for any thread count.
package enum Dense {
  /// Σ x_i y_i over `count` numbers.
  package static func dot(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    var index = 0
    var total = 0.0
    if count >= 8 {
      let left = UnsafeRawPointer(x)
      let right = UnsafeRawPointer(y)
      var first = SIMD4<Double>.zero
      var second = SIMD4<Double>.zero
      while index + 8 <= count {
        let offset = index * 8
        first +=
          left.loadUnaligned(fromByteOffset: offset, as: SIMD4<Double>.self)
          * right.loadUnaligned(fromByteOffset: offset, as: SIMD4<Double>.self)
        second +=
          left.loadUnaligned(fromByteOffset: offset + 32, as: SIMD4<Double>.self)
          * right.loadUnaligned(fromByteOffset: offset + 32, as: SIMD4<Double>.self)
        index += 8
      }
      let sum = first + second
      total = (sum[0] + sum[2]) + (sum[1] + sum[3])
    }
    while index < count {
      total += x[index] * y[index]
      index += 1
    }
    return total
  }

  /// y ← y + scale · x over `count` numbers.
  package static func addScaled(
    _ scale: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for index in 0..<count { y[index] += scale * x[index] }
  }

  /// The rotation (x, y) ← (c·x + s·y, c·y − s·x) over `count` numbers.
  package static func rotate(
    _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int,
    cosine: Double, sine: Double
  ) {
    for index in 0..<count {
      let first = x[index]
      let second = y[index]
      x[index] = cosine * first + sine * second
      y[index] = cosine * second - sine * first
    }
  }

  /// A ← A + scale · x xᵀ for a full symmetric `dimension` × `dimension` matrix.
  package static func addRankOne(
    _ scale: Double, _ x: UnsafePointer<Double>, to a: UnsafeMutablePointer<Double>, _ dimension: Int
  ) {
    for row in 0..<dimension {
      addScaled(scale * x[row], x, to: a + row * dimension, dimension)
    }
  }

  /// C ← A · Bᵀ for A (`rows` × `inner`), B (`columns` × `inner`) and C (`rows` × `columns`).
  package static func multiplyTransposed(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>,
    rows: Int, columns: Int, inner: Int
  ) {
    for row in 0..<rows {
      for column in 0..<columns {
        c[row * columns + column] = dot(a + row * inner, b + column * inner, inner)
      }
    }
  }

  /// The congruence C ← V A Vᵀ of a symmetric matrix A, all `dimension` × `dimension`, C exactly symmetric.
  ///
  /// `scratch` holds `dimension`² numbers and may not overlap the others.
  package static func congruence(
    of a: UnsafePointer<Double>, by v: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Double>, _ dimension: Int
  ) {
    multiplyTransposed(v, a, into: scratch, rows: dimension, columns: dimension, inner: dimension)
    for row in 0..<dimension {
      for column in 0...row {
        let value = dot(scratch + row * dimension, v + column * dimension, dimension)
        c[row * dimension + column] = value
        c[column * dimension + row] = value
      }
    }
  }

  /// C ← Vᵀ diag(values) V, the symmetric matrix whose eigenvectors are the rows of V.
  package static func composeSymmetric(
    values: UnsafePointer<Double>, vectors v: UnsafePointer<Double>,
    into c: UnsafeMutablePointer<Double>, _ dimension: Int
  ) {
    c.update(repeating: 0, count: dimension * dimension)
    for index in 0..<dimension {
      addRankOne(values[index], v + index * dimension, to: c, dimension)
    }
    for row in 0..<dimension {
      for column in 0..<row { c[column * dimension + row] = c[row * dimension + column] }
    }
  }
}
