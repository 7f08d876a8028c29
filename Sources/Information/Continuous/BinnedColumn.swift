import CSurprisalKernels
import SurprisalCore

/// The bin of every row of a column, from 0.
struct BinnedColumn {
  let codes: [Int]
  /// The width of a bin at the unit of the column.
  let width: Double

  /// The bins by a rule; nil for a constant column.
  init?(_ column: [Double], _ rule: HistogramEstimator.BinRule, _ name: String) throws {
    if column.count < 2 { throw SurprisalError(.data, "\(name): \(column.count) rows are too few for a histogram") }
    if let row = column.firstIndex(where: { !$0.isFinite }) {
      throw SurprisalError(.data, "\(name): row \(row) is \(column[row]), not a finite number")
    }
    let sorted = column.sorted()
    let lowest = sorted[0]
    let range = sorted[sorted.count - 1] - lowest
    if range == 0 {
      try BinnedColumn.check(rule, name)
      return nil
    }
    if !range.isFinite { throw SurprisalError(.data, "\(name): the range of the values is beyond float64") }
    try BinnedColumn.check(rule, name)
    var bins: Double
    switch rule {
    case .width(let given):
      width = given
      bins = (range / given).rounded(.down) + 1
    case .count(let count):
      bins = Double(count)
      width = range / bins
    case .freedmanDiaconis:
      bins = (range / BinnedColumn.robustWidth(sorted)).rounded(.up)
      bins = max(1, min(bins, 1_000_000))
      width = range / bins
    }
    if bins > 1e9 {
      throw SurprisalError(.usage, "\(name): \(bins) bins are too many", remedy: "use wider ones")
    }
    let width = width
    codes = column.map { Int(min(((($0 - lowest) / width).rounded(.down)), bins - 1)) }
  }

  private static func check(_ rule: HistogramEstimator.BinRule, _ name: String) throws {
    switch rule {
    case .width(let width) where !(width > 0 && width.isFinite):
      throw SurprisalError(.usage, "\(name): bins of width \(width)", remedy: "use a positive width")
    case .count(let count) where count < 1:
      throw SurprisalError(.usage, "\(name): \(count) bins", remedy: "use at least 1")
    default: break
    }
  }

  /// The width of Freedman and Diaconis (1981), or Scott's (1979) where half of the values are equal.
  private static func robustWidth(_ sorted: [Double]) -> Double {
    let shrink = 1 / surprisal_exp(surprisal_log(Double(sorted.count)) / 3)
    func quantile(_ p: Double) -> Double {
      let place = p * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    let spread = quantile(0.75) - quantile(0.25)
    if spread > 0 { return 2 * spread * shrink }
    let mean = sorted.reduce(0) { $0 + $1 / Double(sorted.count) }
    let largest = max(mean - sorted[0], sorted[sorted.count - 1] - mean)
    let variance = sorted.reduce(0) { $0 + ($1 - mean) / largest * (($1 - mean) / largest) } / Double(sorted.count)
    return 3.49 * variance.squareRoot() * largest * shrink
  }
}

/// How often each cell occurs.
struct CellCounts {
  private let counts: [Int: Int]
  private let total: Double

  init(_ codes: [Int]) {
    var counts: [Int: Int] = [:]
    for code in codes { counts[code, default: 0] += 1 }
    self.counts = counts
    total = Double(codes.count)
  }

  /// Cells that occur.
  var occupied: Int { counts.count }

  /// Miller's correction of the plug-in entropy, (occupied − 1)/2n.
  var correction: Double { Double(occupied - 1) / (2 * total) }

  /// −ln of a cell's frequency.
  func surprisal(_ code: Int) -> Double { surprisal_log(total) - surprisal_log(Double(counts[code] ?? 0)) }

  /// The plug-in entropy. Cells are taken in ascending order of counts, so that its bits do not depend on hashing.
  var entropy: Double {
    counts.values.sorted().reduce(0) { $0 + Double($1) / total * (surprisal_log(total) - surprisal_log(Double($1))) }
  }

  /// The variance of a row's surprisal.
  var surprisalVariance: Double {
    let mean = entropy
    return counts.values.sorted().reduce(0) {
      let difference = surprisal_log(total) - surprisal_log(Double($1)) - mean
      return $0 + Double($1) / total * difference * difference
    }
  }
}
