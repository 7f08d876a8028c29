import SurprisalCore

/// The joint distribution of one or more discrete variables, as a table with an axis for each.
///
/// Its measures are exact up to rounding; to estimate them from rows, use the estimators for samples. Conventions:
/// 0 ln 0 = 0, and 0 ln(0/q) = 0. Results are `Information`, in whichever unit is read from it.
public struct ProbabilityTable: Sendable {
  /// The number of values of each variable.
  public let shape: [Int]
  /// The variables' names, or none.
  public let variableNames: [String]
  /// The cells in row-major order (the last variable's value moves fastest).
  let masses: Masses

  /// A table of probabilities in row-major order.
  ///
  /// The probabilities may miss the sum 1 by 1e-9; the table's are those divided by their sum.
  /// - Throws: `data` if there are none, or one is negative or not finite (it names the index), or the sum is not 1;
  ///   `usage` if shape or names do not fit.
  public init(_ probabilities: [Double], shape: [Int], variableNames: [String] = []) throws {
    try self.init(Masses(probabilities, "probability table"), shape: shape, variableNames: variableNames)
  }

  /// A table of one variable.
  ///
  /// - Throws: As `init(_:shape:variableNames:)`.
  public init(_ probabilities: [Double]) throws {
    try self.init(probabilities, shape: [probabilities.count])
  }

  /// A table of two variables: the first variable's value is the row, the second's the column.
  ///
  /// - Throws: As `init(_:shape:variableNames:)`; `usage` if rows differ in length.
  public init(rows: [[Double]], variableNames: [String] = []) throws {
    let columnCount = rows.first?.count ?? 0
    for (index, row) in rows.enumerated() where row.count != columnCount {
      throw SurprisalError(.usage, "probability table: row \(index) has \(row.count) cells, row 0 has \(columnCount)")
    }
    try self.init(rows.flatMap { $0 }, shape: [rows.count, columnCount], variableNames: variableNames)
  }

  /// The relative frequencies of counted outcomes, in row-major order.
  ///
  /// Measures of it are those of the frequencies themselves, not estimates of where the counts came from.
  /// - Throws: `data` if a count is negative (it names the index) or all are 0; `usage` if shape or names do not fit.
  public init(counts: [Int], shape: [Int], variableNames: [String] = []) throws {
    for (index, count) in counts.enumerated() where count < 0 {
      throw SurprisalError(.data, "probability table: count \(index) is \(count), below 0")
    }
    if !counts.contains(where: { $0 > 0 }) {
      throw SurprisalError(.data, "probability table: nothing was counted")
    }
    try self.init(Masses(counts.map { DoubleDouble(Double($0)) }), shape: shape, variableNames: variableNames)
  }

  init(_ masses: Masses, shape: [Int], variableNames: [String]) throws {
    var cellCount = 1
    var overflow = shape.isEmpty
    for size in shape {
      let product = cellCount.multipliedReportingOverflow(by: size)
      overflow = overflow || product.overflow || size < 1
      cellCount = product.partialValue
    }
    if overflow || cellCount != masses.values.count {
      throw SurprisalError(.usage, "probability table: \(masses.values.count) cells do not fill the shape \(shape)")
    }
    if !variableNames.isEmpty && (variableNames.count != shape.count || Set(variableNames).count != shape.count) {
      throw SurprisalError(
        .usage, "probability table: \(shape.count) variables and the names \(variableNames)",
        remedy: "give one name to each, or none")
    }
    self.shape = shape
    self.variableNames = variableNames
    self.masses = masses
  }

  /// The probabilities in row-major order; their sum is 1 up to rounding.
  public var probabilities: [Double] { masses.values.indices.map { masses.probability($0) } }

  /// The probability of one outcome, given as a value of each variable.
  ///
  /// - Throws: `usage` if the outcome is not in the table.
  public func probability(of outcome: [Int]) throws -> Double { masses.probability(try index(of: outcome)) }

  func index(of outcome: [Int]) throws -> Int {
    guard outcome.count == shape.count, zip(outcome, shape).allSatisfy({ $0 >= 0 && $0 < $1 }) else {
      throw SurprisalError(.usage, "no outcome \(outcome) in a table of shape \(shape)")
    }
    return zip(outcome, shape).reduce(0) { $0 * $1.1 + $1.0 }
  }
}
