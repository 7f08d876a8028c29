import CSurprisalKernels

/// A = Q R by blocked Householder reflections (Golub and Van Loan 2013, §5.2).
///
/// Each column is first scaled by a power of two so that its largest entry is about 1: columns of any size
/// neither overflow nor underflow, and keep their own relative accuracy.
struct HouseholderQR {
  let rows: Int
  let columns: Int
  /// Row j is column j of A as the reflections left it: R above the diagonal, then the vector of reflection j.
  let work: MatrixPointer
  private let diagonal: UnsafeMutablePointer<Double>
  private let scales: UnsafeMutablePointer<Double>

  var rank: Int { min(rows, columns) }

  /// Factors `a` [m, n] and lends the result.
  static func with<Result>(_ a: MatrixPointer, _ body: (HouseholderQR) throws -> Result) rethrows -> Result {
    try withScratch(a.columns, a.rows) { work in
      try withScratch(2, max(a.columns, 1)) { vectors in
        let qr = HouseholderQR(
          rows: a.rows, columns: a.columns, work: work, diagonal: vectors.row(0), scales: vectors.row(1))
        work.copy(a.transposed)
        qr.factor()
        return try body(qr)
      }
    }
  }

  private func factor() {
    for j in 0..<columns {
      let column = work.rows(j..<(j + 1))
      scales[j] = powerOfTwoScale(column.largestMagnitude)
      for i in 0..<rows { column.base[i] *= scales[j] }
    }
    for start in stride(from: 0, to: rank, by: BlockReflector.width) {
      let end = min(start + BlockReflector.width, rank)
      for j in start..<end { reflect(j, upTo: end) }
      guard end < columns else { continue }
      BlockReflector.with(work, start..<end) { block in
        block.apply(toRowsOf: work.block(end..<columns, start..<rows), reversed: true)
      }
    }
  }

  private func reflect(_ j: Int, upTo end: Int) {
    let v = work.row(j) + j
    diagonal[j] = Reflection.make(v, rows - j)
    for other in (j + 1)..<max(end, j + 1) {
      let target = work.row(other) + j
      surprisal_vector_matrix(1, rows - j, -surprisal_dot(rows - j, v, target), v, 0, [1], target)
    }
  }

  /// The entry R_ij, i ≤ j, with signs such that the diagonal is not negative.
  func upper(_ i: Int, _ j: Int) -> Double {
    let value = i == j ? diagonal[i].magnitude : (diagonal[i] < 0 ? -work[j, i] : work[j, i])
    return value / scales[j]
  }

  /// R [k, n], k = min(m, n), zeros below the diagonal; `signed` as the reflections left it.
  func writeUpper(to r: MatrixPointer, signed: Bool = false) {
    for i in 0..<rank {
      let factor = signed ? sign(i) : 1
      for j in 0..<columns { r[i, j] = j < i ? 0 : factor * upper(i, j) }
    }
  }

  /// The rows x of c, of length m, become Q x or Qᵀ x for the product Q of the reflections, which goes with the
  /// signed R; its column i differs from that of the factorization by `sign(i)`.
  func applyReflections(toRowsOf c: MatrixPointer, transposed: Bool = false) {
    if transposed {
      BlockReflector.applyAllReversed(work.rows(0..<rank), toRowsOf: c)
    } else {
      BlockReflector.applyAll(work.rows(0..<rank), toRowsOf: c)
    }
  }

  /// The sign of the diagonal entry i that the reflections left.
  func sign(_ i: Int) -> Double { diagonal[i] < 0 ? -1 : 1 }

  /// Qᵀ [k, m].
  func writeTransposedOrthogonal(to q: MatrixPointer) {
    q.setIdentity()
    for i in 0..<rank { q[i, i] = sign(i) }
    BlockReflector.applyAll(work.rows(0..<rank), toRowsOf: q, growing: true)
  }
}
