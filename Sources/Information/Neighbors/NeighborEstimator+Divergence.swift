import CSurprisalKernels
import SurprisalCore

extension NeighborEstimator {
  /// The divergence KL(P‖Q) between the laws of two samples of the same D continuous columns (Wang, Kulkarni and
  /// Verdú 2009, equation 5):
  ///
  ///     KL = D/n Σᵢ ln(νᵢ/ρᵢ) + ln(m/(n − 1)),
  ///
  /// with ρᵢ the distance from row i of P to its k-th neighbor among the other rows of P, and νᵢ that to its k-th
  /// among the m rows of Q. Where one of them is 0, rows within the larger are counted instead (their equation 25).
  ///
  /// The interval is for independent rows, and for a Q that has mass wherever P has: where it has none, the divergence
  /// is infinite and no sample shows it.
  ///
  /// - Throws: `data` for numbers that are not finite (with row and column), columns of different number or length,
  ///   and fewer than k + 1 rows.
  public func klDivergence(columns p: [[Double]], from q: [[Double]]) throws -> Estimate<Information> {
    let name = "divergence"
    if p.count != q.count || p.isEmpty {
      throw SurprisalError(.usage, "\(name): \(p.count) columns beside \(q.count)")
    }
    let rows = (p: p[0].count, q: q[0].count)
    for (columns, count) in [(p, rows.p), (q, rows.q)] {
      for column in columns.indices where columns[column].count != count {
        throw SurprisalError(
          .data, "\(name): column \(column) has \(columns[column].count) rows, column 0 has \(count)")
      }
    }
    try check(rows: min(rows.p, rows.q), name)
    let matrix = try SampleMatrix(zip(p, q).map { $0 + $1 }, name, stream: 1)
    if matrix.columns.isEmpty { return constantEstimate(rows: rows.p) }
    let pair = TreePair(matrix, split: rows.p, threads: Threads.resolve(threads))
    let digamma = HarmonicTable(upTo: rows.p + rows.q)
    let terms = LocalTerms(pair.divergenceTerms(k: neighborCount, digamma: digamma))
    var notes = ["rows are independent", "the densities are smooth between neighbors", "Q has mass wherever P has"]
    if matrix.isSpread { notes.append("values on a grid were spread over one step of it") }
    let other = pair.ratioVariance(k: max(5, 2 * neighborCount)) / Double(rows.q) * Double(rows.p)
    return NeighborInterval(terms: terms, k: neighborCount, otherVariance: other).information(
      "nearest neighbor (Wang, Kulkarni and Verdú), k = \(neighborCount)", ceiling: .infinity, assumptions: notes)
  }
}

/// The trees of two samples of the same columns.
private struct TreePair {
  let p: NeighborTree
  let q: NeighborTree
  let threads: Int

  /// The first `split` rows are P's.
  init(_ matrix: SampleMatrix, split: Int, threads: Int) {
    p = NeighborTree(columns: matrix.columns.map { Array($0[..<split]) }, scales: matrix.scales)
    q = NeighborTree(columns: matrix.columns.map { Array($0[split...]) }, scales: matrix.scales)
    self.threads = threads
  }

  /// ln(p/q) at each row of P, estimated.
  func divergenceTerms(k: Int, digamma: HarmonicTable) -> [Double] {
    let own = p.nearestOfAll(k: k, threads: threads)
    let other = q.nearest(toRowsOf: p, k: k, threads: threads)
    let width = Double(p.columnCount)
    let shift = surprisal_log(Double(q.rowCount) / Double(p.rowCount - 1))
    return (0..<p.rowCount).map { position in
      let near = own.distances[position * k + k - 1]
      let far = other.distances[position * k + k - 1]
      if near > 0 && far > 0 { return shift + width * surprisal_log(far / near) }
      let radius = max(near, far)
      return p.points.withUnsafeBufferPointer { points in
        guard let query = points.baseAddress.map({ $0 + position * p.columnCount }) else { return 0 }
        let inP = p.withSearch(AnyColumns.self) { $0.count(within: radius, of: query, isStrict: false) - 1 } ?? k
        let inQ = q.withSearch(AnyColumns.self) { $0.count(within: radius, of: query, isStrict: false) } ?? k
        return shift + digamma[max(1, inP)] - digamma[max(1, inQ)]
      }
    }
  }

  /// The variance of p/q under Q, estimated: what the sample of Q adds to the error, times its number of rows.
  ///
  /// A power of distances beyond e³⁰⁰ counts as that: many columns reach it, and its square is within float64.
  func ratioVariance(k: Int) -> Double {
    let k = min(k, p.rowCount, q.rowCount - 1)
    let own = q.nearestOfAll(k: k, threads: threads)
    let other = p.nearest(toRowsOf: q, k: k, threads: threads)
    let width = Double(p.columnCount)
    let ratios = (0..<q.rowCount).map { position in
      let near = own.distances[position * k + k - 1]
      let far = other.distances[position * k + k - 1]
      if far == 0 { return 1.0 }
      let power = min(300, width * (surprisal_log(near) - surprisal_log(far)))
      return surprisal_exp(power) * Double(q.rowCount - 1) / Double(p.rowCount)
    }
    return LocalTerms(ratios).variance
  }
}
