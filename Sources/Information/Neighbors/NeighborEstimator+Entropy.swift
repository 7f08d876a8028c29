import CSurprisalKernels
import SurprisalCore

extension NeighborEstimator {
  /// The differential entropy of a continuous column (Kozachenko and Leonenko 1987).
  public func entropy(_ column: [Double]) throws -> Estimate<DifferentialEntropy> { try entropy(columns: [column]) }

  /// The joint differential entropy of D continuous columns (Kozachenko and Leonenko 1987), at the unit of the columns:
  ///
  ///     h = ψ(n) − ψ(k) + D ln 2 + D/n Σᵢ ln εᵢ, εᵢ = the distance to the k-th neighbor in the maximum norm.
  ///
  /// −∞ if a column is constant, or if more than k rows are equal off any grid: such a law has no density. Values on a
  /// grid give the entropy of the density that is constant over each step, H + D ln Δ.
  ///
  /// The interval is for independent rows.
  ///
  /// - Throws: `data` for numbers that are not finite (with row and column), columns of different lengths, and fewer
  ///   than k + 1 rows.
  public func entropy(columns: [[Double]]) throws -> Estimate<DifferentialEntropy> {
    let name = "entropy"
    let matrix = try SampleMatrix(columns, name, stream: 1)
    try check(rows: matrix.rowCount, name)
    let method = "nearest neighbor (Kozachenko and Leonenko), k = \(neighborCount)"
    if matrix.hasConstant { return singular(method, "a column is constant, so there is no density", matrix.rowCount) }
    let width = Double(columns.count)
    let tree = NeighborTree(columns: matrix.columns, scales: matrix.scales)
    let neighbors = tree.nearestOfAll(k: neighborCount, threads: Threads.resolve(threads))
    let digamma = HarmonicTable(upTo: matrix.rowCount)
    let base =
      digamma[matrix.rowCount] - digamma[neighborCount] + width * 0.6931471805599453
      + matrix.logDeviations.reduce(0, +)
    var terms = [Double](repeating: 0, count: matrix.rowCount)
    for position in terms.indices {
      let distance = neighbors.distances[position * neighborCount + neighborCount - 1]
      if distance == 0 {
        return singular(method, "more than \(neighborCount) rows are equal, so there is no density", matrix.rowCount)
      }
      terms[position] = base + width * surprisal_log(distance)
    }
    var notes = ["rows are independent", "the density is smooth between neighbors"]
    if matrix.isSpread { notes.append("values on a grid were spread over one step of it") }
    return NeighborInterval(terms: LocalTerms(terms), k: neighborCount).entropy(
      method, columnCount: columns.count, assumptions: notes)
  }

  /// −∞: there is no density.
  func singular(_ method: String, _ reason: String, _ rows: Int) -> Estimate<DifferentialEntropy> {
    let bottom = DifferentialEntropy(nats: -.infinity)
    return Estimate(
      value: bottom, standardError: 0, interval: bottom...bottom, estimator: method, sampleCount: rows,
      assumptions: [reason])
  }
}
