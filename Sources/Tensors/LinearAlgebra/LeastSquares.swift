/// Least squares and the pseudoinverse: by QR while the matrix has full rank beyond doubt, else by the singular
/// value decomposition.
enum LeastSquares {
  /// The x [n, k] of smallest norm among those that minimize |a x − b|, b [m, k]; gives the rank of a [m, n],
  /// or nil with x NaN if an entry of a is not finite.
  ///
  /// Singular values up to max(m, n)·2⁻⁵² of the largest count as zero. With |R||R⁻¹| (Frobenius norms, at
  /// least the condition number) below that bound's reciprocal no value can, and R is solved with; else the
  /// decomposition decides.
  static func solve(_ a: MatrixPointer, _ b: MatrixPointer, into x: MatrixPointer) -> Int? {
    guard a.largestMagnitude.isFinite else {
      x.fill(.nan)
      return nil
    }
    let wide = a.rows < a.columns
    let solved = withTriangle(a) { qr, r, scale in
      withScratch(b.columns, max(a.rows, a.columns)) { rows in
        rows.fill(0)
        let given = rows.block(0..<b.columns, 0..<a.rows)
        let found = rows.block(0..<b.columns, 0..<a.columns)
        // Scaling A by a power of two scales x back by it.
        given.copy(b.transposed, scale: scale)
        if !wide { qr.applyReflections(toRowsOf: rows, transposed: true) }
        withScratch(r.rows, b.columns) { y in
          y.copy(rows.block(0..<b.columns, 0..<r.rows).transposed)
          TriangularSystem.solve(wide ? r.transposed : r, lower: wide, y)
          rows.block(0..<b.columns, 0..<r.rows).copy(y.transposed)
        }
        if wide { qr.applyReflections(toRowsOf: rows) }
        x.copy(found.transposed)
      }
    }
    if solved { return min(a.rows, a.columns) }
    return withDecomposition(a) { u, inverses, rank, v in
      withScratch(rank, b.columns) { y in
        y.product(u.block(0..<a.rows, 0..<rank).transposed, b)
        for i in 0..<rank {
          for j in 0..<b.columns { y[i, j] *= inverses[i] }
        }
        x.product(v.rows(0..<rank).transposed, y)
      }
      return rank
    }
  }

  /// The pseudoinverse [n, m] of a [m, n], by the same rule; false with p NaN if an entry of a is not finite.
  static func pseudoinverse(_ a: MatrixPointer, into p: MatrixPointer) -> Bool {
    guard a.largestMagnitude.isFinite else {
      p.fill(.nan)
      return false
    }
    let count = min(a.rows, a.columns)
    let solved = withTriangle(a) { qr, r, scale in
      withScratch(count, max(a.rows, a.columns)) { q in
        qr.writeTransposedOrthogonal(to: q)
        for i in 0..<count {
          for j in 0..<q.columns { q[i, j] *= scale * qr.sign(i) }
        }
        TriangularSystem.solve(r, lower: false, q)
        p.copy(a.rows < a.columns ? q.transposed : q)
      }
    }
    if solved { return true }
    let decomposed: Void? = withDecomposition(a) { u, inverses, rank, v in
      for i in 0..<rank {
        for j in 0..<v.columns { v[i, j] *= inverses[i] }
      }
      p.product(v.rows(0..<rank).transposed, u.block(0..<a.rows, 0..<rank).transposed)
    }
    return decomposed != nil
  }

  private static func tolerance(_ a: MatrixPointer) -> Double { Double(max(a.rows, a.columns)) * 0x1p-52 }

  /// Lends the QR factorization and R, signed, of `a` or, if it is wide, of its transpose, scaled by a power of
  /// two; gives false without a call when R may be deficient.
  private static func withTriangle(
    _ a: MatrixPointer, _ body: (HouseholderQR, MatrixPointer, Double) -> Void
  ) -> Bool {
    let tall = a.rows < a.columns ? a.transposed : a
    let n = tall.columns
    let scale = powerOfTwoScale(a.largestMagnitude)
    return withScratch(tall.rows, n) { scaled in
      scaled.copy(tall, scale: scale)
      return HouseholderQR.with(scaled) { qr in
        withScratch(2 * n, n) { scratch in
          let r = scratch.rows(0..<n)
          let inverse = scratch.rows(n..<(2 * n))
          qr.writeUpper(to: r, signed: true)
          inverse.setIdentity()
          TriangularSystem.solve(r, lower: false, inverse)
          guard n == 0 || (r.sumOfSquares * inverse.sumOfSquares).squareRoot() * tolerance(a) < 1 else { return false }
          body(qr, r, scale)
          return true
        }
      }
    }
  }

  /// Lends U, the reciprocals of the singular values that count, their number and Vᵀ; nil without a call if an
  /// entry is not finite.
  private static func withDecomposition<Result>(
    _ a: MatrixPointer, _ body: (MatrixPointer, UnsafePointer<Double>, Int, MatrixPointer) -> Result
  ) -> Result? {
    let count = min(a.rows, a.columns)
    return withScratch(a.rows + 1, count) { left in
      withScratch(count, a.columns) { right in
        let u = left.rows(0..<a.rows)
        let values = left.row(a.rows)
        guard SingularValueDecomposition.decompose(a, values: values, left: u, right: right) else { return nil }
        let bound = count > 0 ? values[0] * tolerance(a) : 0
        var rank = 0
        while rank < count, values[rank] > bound {
          values[rank] = 1 / values[rank]
          rank += 1
        }
        return body(u, values, rank, right)
      }
    }
  }
}

extension MatrixPointer {
  fileprivate var sumOfSquares: Double {
    var total = 0.0
    for i in 0..<rows {
      for j in 0..<columns { total += self[i, j] * self[i, j] }
    }
    return total
  }
}
