/// Weighted counts of a column's values in bins of equal width.
public struct Histogram: Sendable, Hashable {
  /// The lower edge of the first bin, in the unit of x.
  public let start: Double
  /// The width of a bin, in the unit of x.
  public let binWidth: Double
  /// The sum of weights per bin.
  public private(set) var counts: [Double]

  /// Empty bins over the drawable values among `extremes`, about as many as Rice's rule 2·n^⅓ gives.
  public init(from low: Double, through high: Double, rowCount: Int) {
    let domain = AxisScale.domain(of: [low, high]) ?? 0...1
    var bins = 8
    while bins < 60 && bins * bins * bins < 8 * rowCount { bins += 1 }
    start = domain.lowerBound
    binWidth = (domain.upperBound - domain.lowerBound) / Double(bins)
    counts = [Double](repeating: 0, count: bins)
  }

  /// Counts `value` with `weight`; values outside the bins are left out.
  public mutating func add(_ value: Double, weight: Double = 1) {
    let position = (value - start) / binWidth
    guard position >= 0, position <= Double(counts.count), weight.isFinite else { return }
    counts[min(Int(position), counts.count - 1)] += weight
  }

  /// The density of each bin: its share of the weight per unit of x.
  var densities: [Double] {
    let total = counts.reduce(0, +)
    guard total > 0 else { return counts.map { _ in 0 } }
    return counts.map { $0 / total / binWidth }
  }
}
