/// Solves with, and inverses of, lower triangular matrices, row-major, `dimension` × `dimension`.
package enum Triangular {
  /// x ← L⁻¹ x.
  package static func solve(
    _ l: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, _ dimension: Int
  ) {
    for row in 0..<dimension {
      let values = l + row * dimension
      x[row] = (x[row] - Dense.dot(values, x, row)) / values[row]
    }
  }

  /// x ← L⁻ᵀ x.
  package static func solveTransposed(
    _ l: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, _ dimension: Int
  ) {
    for row in stride(from: dimension - 1, through: 0, by: -1) {
      let values = l + row * dimension
      x[row] /= values[row]
      Dense.addScaled(-x[row], values, to: x, row)
    }
  }

  /// `inverse` ← L⁻¹, lower triangular with its upper triangle zero; it may not overlap L.
  package static func invert(
    _ l: UnsafePointer<Double>, into inverse: UnsafeMutablePointer<Double>, _ dimension: Int
  ) {
    for row in 0..<dimension {
      let values = l + row * dimension
      let target = inverse + row * dimension
      target.update(repeating: 0, count: dimension)
      for column in 0..<row {
        Dense.addScaled(-values[column], inverse + column * dimension, to: target, column + 1)
      }
      let diagonal = 1 / values[row]
      for column in 0..<row { target[column] *= diagonal }
      target[row] = diagonal
    }
  }

  /// The full symmetric product XᵀX of a lower triangular X: with X = L⁻¹ it is (L Lᵀ)⁻¹.
  package static func gram(
    _ x: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>, _ dimension: Int
  ) {
    product.update(repeating: 0, count: dimension * dimension)
    for inner in 0..<dimension {
      let values = x + inner * dimension
      for row in 0...inner {
        Dense.addScaled(values[row], values, to: product + row * dimension, row + 1)
      }
    }
    for row in 0..<dimension {
      for column in 0..<row { product[column * dimension + row] = product[row * dimension + column] }
    }
  }

  /// L⁻¹ x as a new array.
  package static func solve(_ l: [Double], _ x: [Double]) -> [Double] {
    var result = x
    l.withUnsafeBufferPointer { matrix in
      result.withUnsafeMutableBufferPointer { vector in
        guard let from = matrix.baseAddress, let to = vector.baseAddress else { return }
        solve(from, to, vector.count)
      }
    }
    return result
  }

  /// (L Lᵀ)⁻¹ x as a new array.
  package static func solveSymmetric(_ l: [Double], _ x: [Double]) -> [Double] {
    var result = solve(l, x)
    l.withUnsafeBufferPointer { matrix in
      result.withUnsafeMutableBufferPointer { vector in
        guard let from = matrix.baseAddress, let to = vector.baseAddress else { return }
        solveTransposed(from, to, vector.count)
      }
    }
    return result
  }

  /// L⁻¹ as a new array.
  package static func inverse(_ l: [Double], dimension: Int) -> [Double] {
    var result = [Double](repeating: 0, count: l.count)
    l.withUnsafeBufferPointer { matrix in
      result.withUnsafeMutableBufferPointer { target in
        guard let from = matrix.baseAddress, let to = target.baseAddress else { return }
        invert(from, into: to, dimension)
      }
    }
    return result
  }
}
