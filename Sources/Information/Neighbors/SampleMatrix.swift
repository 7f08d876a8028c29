import CSurprisalKernels
import SurprisalCore

/// Columns as the neighbor estimators want them: finite, brought near 1 by a power of two, ties on a grid spread.
struct SampleMatrix: Sendable {
  /// The columns that vary.
  var columns: [[Double]]
  /// The values of each in ascending order.
  var sorted: [SortedValues]
  /// 1 / standard deviation of each.
  var scales: [Double]
  /// The standard deviation of each, in the caller's unit, as a logarithm.
  var logDeviations: [Double]
  /// Whether a column was constant, and left out.
  var hasConstant = false
  /// Whether ties on a grid were spread.
  var isSpread = false
  /// Rows of the sample.
  let rowCount: Int

  /// The matrix of `columns`, the first of them number `firstColumn` to the caller; `stream` names the random stream
  /// that spreads ties.
  ///
  /// - Throws: `data` for columns of different lengths and for numbers that are not finite, with row and column.
  init(_ columns: [[Double]], _ name: String, stream: UInt64, firstColumn: Int = 0) throws {
    guard let first = columns.first else { throw SurprisalError(.usage, "\(name): there are no columns") }
    rowCount = first.count
    self.columns = []
    sorted = []
    scales = []
    logDeviations = []
    for (index, column) in columns.enumerated() {
      if column.count != rowCount {
        throw SurprisalError(
          .data,
          "\(name): column \(firstColumn + index) has \(column.count) rows, column \(firstColumn) has \(rowCount)")
      }
      if let row = column.firstIndex(where: { !$0.isFinite }) {
        throw SurprisalError(
          .data, "\(name): row \(row) of column \(firstColumn + index) is \(column[row]), not a finite number")
      }
      append(column, stream: stream &+ UInt64(index) << 32)
    }
  }

  private mutating func append(_ column: [Double], stream: UInt64) {
    guard let first = column.first else { return }
    var largest = 0.0
    var isConstant = true
    for value in column {
      largest = max(largest, abs(value))
      if value != first { isConstant = false }
    }
    if isConstant {
      hasConstant = true
      return
    }
    // A power of two keeps every difference; without it squares of 1e200 would overflow.
    let exponent = max(-1021, min(1021, largest.exponent))
    let shrink = Double(sign: .plus, exponent: -exponent, significand: 1)
    var values = column
    for row in values.indices { values[row] *= shrink }
    var ascending = SortedValues(values)
    if let step = GridStep.find(ascending.values) {
      isSpread = true
      var generator = RandomGenerator(seed: 0x5375_7270_7269_7361, stream: stream)
      for row in values.indices { values[row] += step * (generator.nextUniform() - 0.5) }
      ascending = SortedValues(values)
    }
    var mean = 0.0
    for value in values { mean += value }
    mean /= Double(values.count)
    var square = 0.0
    for value in values { square += (value - mean) * (value - mean) }
    let deviation = (square / Double(values.count)).squareRoot()
    columns.append(values)
    sorted.append(ascending)
    scales.append(1 / deviation)
    logDeviations.append(surprisal_log(deviation) + Double(exponent) * 0.6931471805599453)
  }
}

/// The step of a column whose values are tied because they lie on a grid: counts, ratings, rounded measurements.
enum GridStep {
  /// The step, if ascending values repeat and all are multiples of one step from the lowest; nil otherwise.
  static func find(_ sorted: [Double]) -> Double? {
    var step = Double.infinity
    var repeats = 0
    for index in 1..<sorted.count {
      let gap = sorted[index] - sorted[index - 1]
      if gap > 0 { step = min(step, gap) } else { repeats += 1 }
    }
    // A few chance repeats are no grid.
    if repeats * 20 < sorted.count || !step.isFinite { return nil }
    let lowest = sorted[0]
    let range = sorted[sorted.count - 1] - lowest
    if range / step > 1e9 { return nil }
    let tolerance = 1e-6 + 1e-15 * max(abs(lowest), abs(lowest + range)) / step
    for value in sorted {
      let place = (value - lowest) / step
      if abs(place - place.rounded()) > tolerance * max(1, place * 1e-6) { return nil }
    }
    return step
  }
}
