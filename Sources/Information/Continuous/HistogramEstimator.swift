import CSurprisalKernels
import SurprisalCore

/// Estimators of entropy and mutual information of continuous columns by counting in bins.
///
/// The density is taken as constant in each bin, so the estimate is that of the binned column: fine bins cost variance
/// and bias upwards, coarse bins blur the density. Nearest neighbors (`NeighborEstimator`) need no bins and are
/// the better estimate at equal rows; the histogram is the quantized entropy H_Δ made visible.
public struct HistogramEstimator: Sendable, Hashable {
  /// How wide the bins of a column are.
  public enum BinRule: Sendable, Hashable {
    /// 2·(interquartile range)·n^(−1/3) (Freedman and Diaconis 1981); 3.49 standard deviations·n^(−1/3) (Scott 1979)
    /// where the interquartile range is 0.
    case freedmanDiaconis
    /// A width at the unit of the column.
    case width(Double)
    /// A number of equally wide bins from the least to the greatest value.
    case count(Int)
  }

  /// The rule for bins.
  public var bins: BinRule

  /// An estimator with bins by a rule.
  public init(bins: BinRule = .freedmanDiaconis) { self.bins = bins }

  /// The differential entropy of a column: h = H + ln Δ with the plug-in entropy H of the bins of width Δ and the
  /// correction (occupied bins − 1)/2n of Miller (1955). A constant column has none: −∞.
  ///
  /// The interval is for independent rows, and for the density made constant within each bin.
  ///
  /// - Throws: `data` for numbers that are not finite (with the row) and fewer than two rows; `usage` for bins that
  ///   are not positive or too many to count.
  public func entropy(_ column: [Double]) throws -> Estimate<DifferentialEntropy> {
    guard let binned = try BinnedColumn(column, bins, "entropy, column 0") else {
      let bottom = DifferentialEntropy(nats: -.infinity)
      return Estimate(
        value: bottom, standardError: 0, interval: bottom...bottom, estimator: "exact: the column is constant",
        sampleCount: column.count, assumptions: ["a constant has no density"])
    }
    let cells = CellCounts(binned.codes)
    let value = cells.entropy + Double(cells.occupied - 1) / Double(2 * column.count) + surprisal_log(binned.width)
    let error = (cells.surprisalVariance / Double(column.count)).squareRoot()
    let half = 1.959963984540054 * error + cells.correction
    return Estimate(
      value: DifferentialEntropy(nats: value), standardError: error,
      interval: DifferentialEntropy(nats: value - half)...DifferentialEntropy(nats: value + half),
      estimator: "histogram, bins of width \(binned.width)", sampleCount: column.count,
      assumptions: ["rows are independent", "the density is constant within each bin"])
  }

  /// The mutual information of two columns after each was put into bins: the plug-in estimate with the correction
  /// (n_x + n_y − n_xy − 1)/2n of Miller (1955), n_• the occupied bins. It is at most the information of the columns
  /// themselves, as binning loses some. A constant column gives exactly 0.
  ///
  /// The interval is for independent rows and is that of the binned columns. It needs several rows in most of the
  /// occupied cells.
  ///
  /// - Throws: as `entropy(_:)`, and `data` for columns of different lengths.
  public func mutualInformation(_ x: [Double], _ y: [Double]) throws -> Estimate<Information> {
    if x.count != y.count { throw SurprisalError(.data, "mutual information: \(x.count) rows beside \(y.count)") }
    guard let first = try BinnedColumn(x, bins, "mutual information, column 0"),
      let second = try BinnedColumn(y, bins, "mutual information, column 1")
    else {
      return Estimate(
        value: .zero, standardError: 0, interval: .zero ... .zero, estimator: "exact: a side is constant",
        sampleCount: x.count, assumptions: [])
    }
    let cells = (
      x: CellCounts(first.codes), y: CellCounts(second.codes),
      joint: CellCounts(zip(first.codes, second.codes).map { $0 << 31 | $1 })
    )
    let terms = x.indices.map {
      cells.x.surprisal(first.codes[$0]) + cells.y.surprisal(second.codes[$0])
        - cells.joint.surprisal(first.codes[$0] << 31 | second.codes[$0])
    }
    let summary = LocalTerms(terms)
    let correction = cells.x.correction + cells.y.correction - cells.joint.correction
    let error = (summary.variance / Double(x.count)).squareRoot()
    let value = summary.mean + correction
    let half = 1.959963984540054 * error + abs(correction)
    let clamped = value < 0 ? [Clamp(bound: "the estimate is at least 0", nats: value)] : []
    return Estimate(
      value: Information(nats: max(0, value)), standardError: error,
      interval: Information(nats: max(0, value - half))...Information(nats: max(0, value + half)),
      estimator: "histogram, bins of widths \(first.width) and \(second.width)", sampleCount: x.count,
      assumptions: ["rows are independent", "most occupied cells hold several rows"], clamped: clamped)
  }
}
