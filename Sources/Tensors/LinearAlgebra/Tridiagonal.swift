import CSurprisalKernels

/// Householder reduction of a symmetric matrix to tridiagonal form, in panels.
enum Tridiagonal {
  /// Reduces the symmetric `a` [n, n], of which only the upper triangle is read and which is overwritten.
  ///
  /// A = Q T Qᵀ with T of the given diagonal and off-diagonal and Q = H₀ H₁ …; row j of `a` receives, right of
  /// the diagonal, the vector of H_j (`BlockReflector.applyAll` with `shift` 1). A panel's reflections are
  /// applied to the rest of the matrix as one product of rank twice its width (Dongarra, Hammarling and
  /// Sorensen 1989). Entries must not be larger than about 1.
  static func reduce(
    _ a: MatrixPointer, diagonal: UnsafeMutablePointer<Double>, offDiagonal: UnsafeMutablePointer<Double>
  ) {
    let n = a.rows
    let width = BlockReflector.width
    // Rows of `left` are the panel's v then w, those of `right` w then v: A ← A − leftᵀ · right.
    withScratch(2 * width, n) { left in
      withScratch(2 * width, n) { right in
        for start in stride(from: 0, to: n, by: width) {
          let end = min(start + width, n)
          for j in start..<end {
            reduceColumn(j, panel: start, a, left, diagonal: diagonal, offDiagonal: offDiagonal)
          }
          guard end < n else { break }
          right.rows(0..<width).copy(left.rows(width..<(2 * width)))
          right.rows(width..<(2 * width)).copy(left.rows(0..<width))
          left.copy(left, scale: -1)
          let strip = 128
          for top in stride(from: end, to: n, by: strip) {
            let bottom = min(top + strip, n)
            a.block(top..<bottom, top..<n).product(
              left.block(0..<(2 * width), top..<bottom).transposed,
              right.block(0..<(2 * width), top..<n), accumulate: true)
          }
        }
      }
    }
  }

  private static func reduceColumn(
    _ j: Int, panel start: Int, _ a: MatrixPointer, _ vectors: MatrixPointer,
    diagonal: UnsafeMutablePointer<Double>, offDiagonal: UnsafeMutablePointer<Double>
  ) {
    let n = a.rows
    let width = BlockReflector.width
    let done = j - start
    let row = a.row(j)
    let v = vectors.rows(0..<width)
    let w = vectors.rows(width..<(2 * width))
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * width) { buffer in
      guard let factors = buffer.baseAddress else { return }
      // What the panel's earlier reflections do to this row.
      for k in 0..<done {
        factors[k] = v[k, j]
        factors[width + k] = w[k, j]
      }
      surprisal_vector_matrix(done, n - j, -1, w.base + j, n, factors, row + j)
      surprisal_vector_matrix(done, n - j, -1, v.base + j, n, factors + width, row + j)
      diagonal[j] = row[j]
      let first = j + 1
      let length = n - first
      guard length > 0 else { return }
      offDiagonal[j] = Reflection.make(row + first, length)
      let x = row + first
      let p = w.row(done) + first
      v.row(done).update(repeating: 0, count: first)
      (v.row(done) + first).update(from: x, count: length)
      w.row(done).update(repeating: 0, count: n)
      // p = A x, then w = p − ½ (pᵀx) x.
      surprisal_symmetric_vector(length, a.row(first) + first, n, x, p)
      factors.update(repeating: 0, count: 2 * width)
      surprisal_matrix_vector(done, length, 1, w.base + first, n, x, factors)
      surprisal_matrix_vector(done, length, 1, v.base + first, n, x, factors + width)
      surprisal_vector_matrix(done, length, -1, v.base + first, n, factors, p)
      surprisal_vector_matrix(done, length, -1, w.base + first, n, factors + width, p)
      surprisal_vector_matrix(1, length, -0.5 * surprisal_dot(length, p, x), x, 0, [1], p)
    }
  }
}
