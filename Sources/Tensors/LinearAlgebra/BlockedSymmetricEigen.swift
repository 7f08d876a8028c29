import SurprisalCore

/// Eigenvalues and eigenvectors of a symmetric matrix, A = Σ λ_i v_i v_iᵀ.
enum BlockedSymmetricEigen {
  /// Decomposes the symmetric `a` [n, n], of which only the lower triangle is read and which is overwritten.
  ///
  /// `values` [n] rise; row i of `vectors` [n, n] is the unit eigenvector of value i, its entry of largest
  /// magnitude positive. Up to 8 columns by Jacobi rotations (`SymmetricEigen` of the core), above by reduction
  /// to tridiagonal form and the implicit QL iteration. False when an entry is not finite; then everything is
  /// NaN.
  static func decompose(_ a: MatrixPointer, values: UnsafeMutablePointer<Double>, vectors: MatrixPointer?) -> Bool {
    let n = a.rows
    guard n > 0 else { return true }
    for i in 0..<n {
      for j in 0..<i { a[j, i] = a[i, j] }
    }
    let done =
      a.largestMagnitude.isFinite
      && (n <= SymmetricEigen.jacobiLimit ? rotate(a, values, vectors) : reduce(a, values, vectors))
    guard done else {
      values.update(repeating: .nan, count: n)
      vectors?.fill(.nan)
      return false
    }
    return true
  }

  private static func rotate(
    _ a: MatrixPointer, _ values: UnsafeMutablePointer<Double>, _ vectors: MatrixPointer?
  ) -> Bool {
    let n = a.rows
    return withScratch(n + 3, n) { scratch in
      let found = scratch.rows(0..<n)
      let falling = scratch.row(n)
      let work = MatrixPointer(a.base, rows: n, columns: n)
      guard
        SymmetricEigen.decompose(work.base, values: falling, vectors: found.base, scratch: scratch.row(n + 1), n)
      else { return false }
      for i in 0..<n {
        values[i] = falling[n - 1 - i]
        vectors?.rows(i..<(i + 1)).copy(found.rows((n - 1 - i)..<(n - i)))
      }
      return true
    }
  }

  private static func reduce(
    _ a: MatrixPointer, _ values: UnsafeMutablePointer<Double>, _ vectors: MatrixPointer?
  ) -> Bool {
    let n = a.rows
    let scale = powerOfTwoScale(a.largestMagnitude)
    a.copy(a, scale: scale)
    return withScratch(2, n) { band in
      let d = band.row(0)
      let e = band.row(1)
      Tridiagonal.reduce(a, diagonal: d, offDiagonal: e)
      let stride = PlaneRotations.stride(n)
      return withScratch(vectors == nil ? 0 : n, stride) { rotated in
        rotated.setIdentity()
        let found = MatrixPointer(rotated.base, rows: n, columns: n, rowStride: stride)
        var tridiagonal = TridiagonalEigen(
          d: d, e: e, count: n, rotations: PlaneRotations(of: vectors == nil ? nil : found))
        guard tridiagonal.iterate() else { return false }
        let order = (0..<n).sorted { d[$0] < d[$1] }
        for (place, index) in order.enumerated() { values[place] = d[index] / scale }
        guard let vectors else { return true }
        BlockReflector.applyAll(a.rows(0..<(n - 1)), shift: 1, toRowsOf: found)
        for (place, index) in order.enumerated() {
          let target = vectors.rows(place..<(place + 1))
          let source = found.rows(index..<(index + 1))
          target.copy(source, scale: signOfLargest(source))
        }
        return true
      }
    }
  }

  /// 1 or −1, the sign of the first entry of largest magnitude in a row.
  static func signOfLargest(_ row: MatrixPointer) -> Double {
    var largest = 0.0
    for j in 0..<row.columns where row[0, j].magnitude > largest.magnitude { largest = row[0, j] }
    return largest < 0 ? -1 : 1
  }
}
