import CSurprisalKernels

/// Householder reduction of a square matrix to upper bidiagonal form, in panels.
struct Bidiagonal {
  /// The matrix [n, n]; overwritten.
  let a: MatrixPointer
  /// Row j is the vector of the left reflection j, right of column j − 1.
  let left: MatrixPointer
  /// Row j is the vector of the right reflection j, right of column j.
  let right: MatrixPointer
  /// The diagonal [n] of B and the entries above it [n − 1].
  let diagonal: UnsafeMutablePointer<Double>
  let upper: UnsafeMutablePointer<Double>

  private static let width = BlockReflector.width

  /// A = Q B Pᵀ with Q = H₀ H₁ … from `left`, P = G₀ G₁ … from `right`.
  ///
  /// With u, v the vectors of a panel's left and right reflections and y, x what they leave to subtract, the
  /// current matrix is A − Σ u yᵀ − Σ x vᵀ (Dongarra, Hammarling and Sorensen 1989), which is formed once per
  /// panel as one product. Entries must not be larger than about 1.
  func reduce() {
    let n = a.rows
    let width = Bidiagonal.width
    withScratch(2 * width, n) { columns in
      withScratch(2 * width, n) { rows in
        for start in stride(from: 0, to: n, by: width) {
          let end = min(start + width, n)
          // `columns` holds the panel's u and x, `rows` its y and v.
          columns.fill(0)
          rows.fill(0)
          for j in start..<end { eliminate(j, panel: start, columns, rows) }
          guard end < n else { break }
          a.block(end..<n, end..<n).subtractProduct(
            columns.block(0..<(2 * width), end..<n).transposed, rows.block(0..<(2 * width), end..<n))
        }
      }
    }
  }

  private func eliminate(_ j: Int, panel start: Int, _ columns: MatrixPointer, _ rows: MatrixPointer) {
    let n = a.rows
    let width = Bidiagonal.width
    let done = j - start
    let next = j + 1
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * width) { buffer in
      guard let factors = buffer.baseAddress else { return }
      let others = factors + 2 * width
      // Column j as it is now, and its reflection.
      let u = left.row(j) + j
      for i in j..<n { u[i - j] = a[i, j] }
      for k in 0..<(2 * width) { factors[k] = rows[k, j] }
      surprisal_vector_matrix(width + done, n - j, -1, columns.base + j, n, factors, u)
      diagonal[j] = Reflection.make(u, n - j)
      (columns.row(done) + j).update(from: u, count: n - j)
      guard next < n else { return }
      // y = Aᵀ u.
      let y = rows.row(done) + next
      surprisal_vector_matrix(n - j, n - next, 1, a.row(j) + next, a.rowStride, u, y)
      for (kind, count) in [(0, done), (width, done)] {
        Bidiagonal.subtract(
          rows.block(kind..<(kind + count), next..<n), columns.block(kind..<(kind + count), j..<n), u, from: y,
          factors)
      }
      // Row j as it is now, and its reflection.
      let v = right.row(j) + next
      v.update(from: a.row(j) + next, count: n - next)
      for k in 0..<(2 * width) { others[k] = columns[k, j] }
      surprisal_vector_matrix(width + done, n - next, -1, rows.base + next, n, others, v)
      upper[j] = Reflection.make(v, n - next)
      (rows.row(width + done) + next).update(from: v, count: n - next)
      // x = A v.
      let x = columns.row(width + done) + next
      surprisal_matrix_vector(n - next, n - next, 1, a.row(next) + next, a.rowStride, v, x)
      for (kind, count) in [(0, done + 1), (width, done)] {
        Bidiagonal.subtract(
          columns.block(kind..<(kind + count), next..<n), rows.block(kind..<(kind + count), next..<n), v, from: x,
          factors)
      }
    }
  }

  /// target −= outerᵀ (inner · vector).
  private static func subtract(
    _ outer: MatrixPointer, _ inner: MatrixPointer, _ vector: UnsafePointer<Double>,
    from target: UnsafeMutablePointer<Double>, _ factors: UnsafeMutablePointer<Double>
  ) {
    factors.update(repeating: 0, count: inner.rows)
    surprisal_matrix_vector(inner.rows, inner.columns, 1, inner.base, inner.rowStride, vector, factors)
    surprisal_vector_matrix(outer.rows, outer.columns, -1, outer.base, outer.rowStride, factors, target)
  }
}
