/// Eigenvalues and eigenvectors of symmetric matrices: A = Vᵀ diag(values) V, the rows of V orthonormal.
///
/// Up to `jacobiLimit` columns by cyclic Jacobi rotations, which keep small eigenvalues of positive-definite
/// matrices to high relative accuracy (Demmel and Veselić 1992); above by Householder reduction to
/// tridiagonal form and implicit QL. Both are backward stable to about `dimension`·u.
package enum SymmetricEigen {
  /// The largest dimension that Jacobi rotations are used for.
  package static let jacobiLimit = 8

  /// Decomposes the symmetric matrix in `a`, which is overwritten.
  ///
  /// `values` receives the eigenvalues in falling order, row i of `vectors` the unit eigenvector of value
  /// i, its entry of largest magnitude positive. `scratch` holds 2·`dimension` numbers. False when an
  /// entry is not finite (or the iteration fails); `values` and `vectors` are then unspecified.
  package static func decompose(
    _ a: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>,
    vectors: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>, _ dimension: Int
  ) -> Bool {
    var largest = 0.0
    for index in 0..<(dimension * dimension) {
      let magnitude = a[index].magnitude
      guard magnitude.isFinite else { return false }
      largest = max(largest, magnitude)
    }
    setIdentity(vectors, dimension)
    guard largest > 0 else {
      values.update(repeating: 0, count: dimension)
      return true
    }
    // A power of two changes no bit of the result and keeps squares in range.
    let exponent = max(largest.exponent, -1000)
    let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
    for index in 0..<(dimension * dimension) { a[index] *= scale }
    let converged =
      dimension <= jacobiLimit
      ? jacobi(a, values: values, vectors: vectors, dimension)
      : tridiagonalQL(a, values: values, vectors: vectors, scratch: scratch, dimension)
    guard converged else { return false }
    let unscale = Double(sign: .plus, exponent: exponent, significand: 1)
    for index in 0..<dimension { values[index] *= unscale }
    sortFalling(values, vectors, dimension)
    fixSigns(vectors, dimension)
    return true
  }

  /// The eigenvalues in falling order and the eigenvectors as rows; nil if an entry is not finite.
  package static func decompose(
    _ a: [Double], dimension: Int
  ) -> (values: [Double], vectors: [Double])? {
    var work = a
    var values = [Double](repeating: 0, count: dimension)
    var vectors = [Double](repeating: 0, count: a.count)
    var scratch = [Double](repeating: 0, count: 2 * dimension)
    let converged = work.withUnsafeMutableBufferPointer { a in
      values.withUnsafeMutableBufferPointer { values in
        vectors.withUnsafeMutableBufferPointer { vectors in
          scratch.withUnsafeMutableBufferPointer { scratch in
            guard let a = a.baseAddress, let values = values.baseAddress,
              let vectors = vectors.baseAddress, let scratch = scratch.baseAddress
            else { return true }
            return decompose(a, values: values, vectors: vectors, scratch: scratch, dimension)
          }
        }
      }
    }
    return converged ? (values, vectors) : nil
  }

  private static func setIdentity(_ v: UnsafeMutablePointer<Double>, _ dimension: Int) {
    v.update(repeating: 0, count: dimension * dimension)
    for index in 0..<dimension { v[index * dimension + index] = 1 }
  }

  /// Selection sort, stable in effect for the few values there are; rows of `vectors` follow.
  private static func sortFalling(
    _ values: UnsafeMutablePointer<Double>, _ vectors: UnsafeMutablePointer<Double>, _ dimension: Int
  ) {
    for place in 0..<dimension {
      var best = place
      for candidate in (place + 1)..<max(dimension, place + 1) where values[candidate] > values[best] {
        best = candidate
      }
      guard best != place else { continue }
      swapElements(values + place, values + best, 1)
      swapElements(vectors + place * dimension, vectors + best * dimension, dimension)
    }
  }

  private static func swapElements(
    _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for index in 0..<count {
      let value = x[index]
      x[index] = y[index]
      y[index] = value
    }
  }

  private static func fixSigns(_ vectors: UnsafeMutablePointer<Double>, _ dimension: Int) {
    for row in 0..<dimension {
      let vector = vectors + row * dimension
      var largest = 0
      for index in 1..<max(dimension, 1) where vector[index].magnitude > vector[largest].magnitude {
        largest = index
      }
      guard vector[largest] < 0 else { continue }
      for index in 0..<dimension { vector[index] = -vector[index] }
    }
  }
}
