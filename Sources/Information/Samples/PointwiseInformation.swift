import CSurprisalKernels
import SurprisalCore

/// The pointwise mutual information log p(x, y)/(p(x) p(y)) of every pair of levels of two columns, in nats.
///
/// The estimate is the plug-in, its standard error the delta method's,
/// √((1/p̂xy − 1/p̂x − 1/p̂y + 2 p̂xy/(p̂x p̂y) − 1)/n). The interval is Poisson's for the count (Byar's approximation,
/// Breslow and Day 1987), which is wider than the delta method's and holds for small counts too.
public struct PointwiseInformation: Sendable {
  /// The levels of the first column.
  public let firstLevels: [String]
  /// The levels of the second column.
  public let secondLevels: [String]
  /// The joint levels that occur, as (level of the first, level of the second), sorted.
  public let seen: [(first: Int, second: Int)]
  /// How many rows each column's levels have.
  public let counts: (first: [Int], second: [Int])
  private let joint: [Int]
  private let rowCount: Int

  /// The table of two columns.
  ///
  /// - Throws: `data` for columns of different length, or none.
  public init(_ first: DiscreteColumn, _ second: DiscreteColumn) throws {
    let table = try CellTable([first, second])
    firstLevels = (0..<first.levelCount).map(first.name)
    secondLevels = (0..<second.levelCount).map(second.name)
    seen = zip(table.codes[0], table.codes[1]).map { ($0, $1) }
    counts = (first.counts, second.counts)
    joint = table.counts
    rowCount = table.rowCount
  }

  /// How many rows have both levels.
  public func count(_ first: Int, _ second: Int) -> Int {
    var (low, high) = (0, seen.count)
    while low < high {
      let middle = (low + high) / 2
      if seen[middle] < (first, second) { low = middle + 1 } else { high = middle }
    }
    return low < seen.count && seen[low] == (first, second) ? joint[low] : 0
  }

  /// The estimate for a pair of levels: −∞ for levels that both occur, but never together.
  ///
  /// - Throws: `data` for a level that does not occur at all.
  public func estimate(_ first: Int, _ second: Int) throws -> Estimate<Information> {
    guard counts.first.indices.contains(first), counts.second.indices.contains(second),
      counts.first[first] > 0, counts.second[second] > 0
    else {
      throw SurprisalError(.data, "levels \(first) and \(second): one of them does not occur")
    }
    let n = Double(rowCount)
    let (x, y, both) = (
      Double(counts.first[first]), Double(counts.second[second]), Double(count(first, second))
    )
    func information(_ count: Double) -> Double { count > 0 ? surprisal_log(count / x * (n / y)) : -.infinity }
    // Byar's approximate quantiles of the mean of a Poisson count.
    func mean(_ count: Double, _ z: Double) -> Double {
      if count == 0 { return 0 }
      let root = 1 - 1 / (9 * count) + z / (3 * count.squareRoot())
      return root > 0 ? count * root * root * root : 0
    }
    let z = 1.959963984540054
    let variance = n / both - n / x - n / y + 2 * n * both / (x * y) - 1
    let most = min(surprisal_log(n / x), surprisal_log(n / y))
    let value = both == x || both == y ? most : information(both)
    return Estimate(
      value: value, standardError: both > 0 ? (max(0, variance) / n).squareRoot() : .infinity,
      low: information(mean(both, -z)), high: information(mean(both + 1, z)), within: -.infinity ... .infinity,
      estimator: DiscreteEstimator.plugIn.rawValue, sampleCount: rowCount,
      assumptions: ["rows are independent and equally distributed"], clamped: [])
  }
}
