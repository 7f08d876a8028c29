extension SymmetricEigen {
  /// Cyclic Jacobi rotations on `a`; `vectors` enters as the identity and leaves with eigenvectors as rows.
  static func jacobi(
    _ a: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>,
    vectors: UnsafeMutablePointer<Double>, _ dimension: Int
  ) -> Bool {
    var sweep = 0
    var rotated = true
    while rotated, sweep < 60 {
      rotated = false
      for p in 0..<max(dimension - 1, 0) {
        for q in (p + 1)..<dimension where rotatePair(a, vectors, p, q, dimension) {
          rotated = true
        }
      }
      sweep += 1
    }
    for index in 0..<dimension { values[index] = a[index * dimension + index] }
    return true
  }

  /// Makes a_pq zero unless it is negligible already; true if it turned anything.
  private static func rotatePair(
    _ a: UnsafeMutablePointer<Double>, _ vectors: UnsafeMutablePointer<Double>, _ p: Int, _ q: Int,
    _ dimension: Int
  ) -> Bool {
    let rowP = a + p * dimension
    let rowQ = a + q * dimension
    let off = rowP[q]
    let app = rowP[p]
    let aqq = rowQ[q]
    // Relative to the two diagonal entries, so that small eigenvalues keep their digits; the second
    // bound ends the sweeps of singular matrices.
    guard
      off.magnitude > 0x1p-54 * (app.magnitude * aqq.magnitude).squareRoot(), off.magnitude > 0x1p-110
    else { return false }
    let ratio = (aqq - app) / (2 * off)
    let tangent: Double
    if ratio.magnitude > 0x1p60 {
      tangent = 0.5 / ratio
    } else {
      let root = (1 + ratio * ratio).squareRoot()
      tangent = ratio >= 0 ? 1 / (ratio + root) : 1 / (ratio - root)
    }
    let cosine = 1 / (1 + tangent * tangent).squareRoot()
    let sine = tangent * cosine
    for index in 0..<dimension where index != p && index != q {
      let first = rowP[index]
      let second = rowQ[index]
      rowP[index] = cosine * first - sine * second
      rowQ[index] = cosine * second + sine * first
      a[index * dimension + p] = rowP[index]
      a[index * dimension + q] = rowQ[index]
    }
    rowP[p] = app - tangent * off
    rowQ[q] = aqq + tangent * off
    rowP[q] = 0
    rowQ[p] = 0
    Dense.rotate(
      vectors + p * dimension, vectors + q * dimension, dimension, cosine: cosine, sine: -sine)
    return true
  }
}
