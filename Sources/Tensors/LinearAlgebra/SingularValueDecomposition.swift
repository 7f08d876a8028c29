/// The thin singular value decomposition A = U diag(s) Vᵀ: by QR to a square matrix, blocked reduction to
/// bidiagonal form and the implicit QR iteration (Golub and Van Loan 2013, §8.6).
enum SingularValueDecomposition {
  /// Decomposes `a` [m, n]; with k = min(m, n), `values` [k] fall, `left` is U [m, k] and `right` Vᵀ [k, n].
  ///
  /// The entry of largest magnitude in each row of Vᵀ is positive. Both or none of `left` and `right` are
  /// given. False when an entry is not finite; then everything is NaN.
  static func decompose(
    _ a: MatrixPointer, values: UnsafeMutablePointer<Double>, left: MatrixPointer?, right: MatrixPointer?
  ) -> Bool {
    let count = min(a.rows, a.columns)
    guard count > 0 else { return true }
    let largest = a.largestMagnitude
    let done = largest.isFinite && finite(a, powerOfTwoScale(largest), values, left, right)
    guard done else {
      values.update(repeating: .nan, count: count)
      left?.fill(.nan)
      right?.fill(.nan)
      return false
    }
    guard let left, let right else { return true }
    for i in 0..<count where BlockedSymmetricEigen.signOfLargest(right.rows(i..<(i + 1))) < 0 {
      for j in 0..<right.columns { right[i, j] = -right[i, j] }
      for j in 0..<left.rows { left[j, i] = -left[j, i] }
    }
    return true
  }

  private static func finite(
    _ a: MatrixPointer, _ scale: Double, _ values: UnsafeMutablePointer<Double>, _ left: MatrixPointer?,
    _ right: MatrixPointer?
  ) -> Bool {
    if a.rows < a.columns {
      return finite(a.transposed, scale, values, right?.transposed, left?.transposed)
    }
    let n = a.columns
    let done = withScratch(n, n) { square in
      guard a.rows > n else {
        square.copy(a, scale: scale)
        return decompose(square, values, left: left, right: right, through: nil)
      }
      return withScratch(a.rows, n) { scaled in
        scaled.copy(a, scale: scale)
        return HouseholderQR.with(scaled) { qr in
          qr.writeUpper(to: square, signed: true)
          return decompose(square, values, left: left, right: right, through: qr)
        }
      }
    }
    for i in 0..<n { values[i] /= scale }
    return done
  }

  /// Decomposes a square matrix, which is overwritten; U is multiplied by Q of `qr` if there is one.
  private static func decompose(
    _ a: MatrixPointer, _ values: UnsafeMutablePointer<Double>, left: MatrixPointer?, right: MatrixPointer?,
    through qr: HouseholderQR?
  ) -> Bool {
    let n = a.rows
    return withScratch(2 * n + 2, n) { scratch in
      let d = scratch.row(2 * n)
      let e = scratch.row(2 * n + 1)
      let reduced = Bidiagonal(
        a: a, left: scratch.rows(0..<n), right: scratch.rows(n..<(2 * n)), diagonal: d, upper: e)
      reduced.reduce()
      let wanted = left != nil
      let stride = PlaneRotations.stride(max(n, qr?.rows ?? n))
      return withScratch(wanted ? 2 * n : 0, stride) { rotated in
        let u = MatrixPointer(rotated.base, rows: n, columns: n, rowStride: stride)
        let v = MatrixPointer(rotated.row(n), rows: n, columns: n, rowStride: stride)
        if wanted {
          rotated.fill(0)
          u.setIdentity()
          v.setIdentity()
        }
        var iteration = BidiagonalSVD(
          d: d, e: e, count: n, left: PlaneRotations(of: wanted ? u : nil), right: PlaneRotations(of: wanted ? v : nil))
        guard iteration.iterate() else { return false }
        let order = (0..<n).sorted { d[$0].magnitude > d[$1].magnitude }
        for (place, index) in order.enumerated() { values[place] = d[index].magnitude }
        guard let left, let right else { return true }
        BlockReflector.applyAll(reduced.left, toRowsOf: u)
        BlockReflector.applyAll(reduced.right.rows(0..<(n - 1)), shift: 1, toRowsOf: v)
        let long = MatrixPointer(rotated.base, rows: n, columns: left.rows, rowStride: stride)
        qr?.applyReflections(toRowsOf: long)
        for (place, index) in order.enumerated() {
          right.rows(place..<(place + 1)).copy(v.rows(index..<(index + 1)), scale: d[index] < 0 ? -1 : 1)
          left.block(0..<left.rows, place..<(place + 1)).copy(long.rows(index..<(index + 1)).transposed)
        }
        return true
      }
    }
  }
}
