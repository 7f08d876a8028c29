import SurprisalCore

/// Rows, weights and column names as the factor models take them, checked but for the numbers themselves.
struct FactorRows {
  /// The rows of positive weight.
  let observations: WeightedRows
  /// The name of every column.
  let columnNames: [String]
  /// How many rows came in, with those of weight 0.
  let rowCount: Int

  var columnCount: Int { columnNames.count }

  init(_ rows: RowMatrix, weights: [Double]?, columnNames: [String]?) throws {
    let columns = rows.columnCount
    let names = columnNames ?? (0..<columns).map { "x\($0 + 1)" }
    guard columns > 0, names.count == columns else {
      throw SurprisalError(
        .data, "\(names.count) column names for \(columns) columns", remedy: "name every column once")
    }
    try RowValidation.requireWeights(weights, rowCount: rows.rowCount)
    self.columnNames = names
    rowCount = rows.rowCount
    observations = try FactorRows.withoutAbsentRows(rows, weights, names)
    guard observations.count >= 2 else {
      throw SurprisalError(
        .data, "\(observations.count) row\(observations.count == 1 ? "" : "s")", remedy: "give at least two rows")
    }
  }

  /// Rows of weight 0 are left out, so that they are absent to the bit.
  private static func withoutAbsentRows(
    _ rows: RowMatrix, _ weights: [Double]?, _ names: [String]
  ) throws -> WeightedRows {
    guard let weights, weights.contains(0) else { return WeightedRows(rows: rows, weights: weights) }
    try RowValidation.requireFinite(rows, columnNames: names)
    let columns = rows.columnCount
    var values: [Double] = []
    values.reserveCapacity(weights.count { $0 > 0 } * columns)
    rows.withUnsafeValues { base in
      for row in 0..<rows.rowCount where weights[row] > 0 {
        values.append(contentsOf: UnsafeBufferPointer(start: base + row * columns, count: columns))
      }
    }
    return WeightedRows(
      rows: RowMatrix(unchecked: values, columnCount: columns), weights: weights.filter { $0 > 0 })
  }

  /// Throws for rows that a model of other columns cannot take.
  static func require(_ rows: RowMatrix, columnNames: [String]) throws {
    guard rows.columnCount == columnNames.count else {
      throw SurprisalError(
        .data, "the rows have \(rows.columnCount) columns, the model has \(columnNames.count)",
        remedy: "give the columns \(columnNames.prefix(6).joined(separator: ", "))")
    }
    try RowValidation.requireFinite(rows, columnNames: columnNames)
  }

  /// Throws for a number of factors or components that is not within 1 … `most`.
  static func require(_ count: Int, _ what: String, atMost most: Int, because reason: String) throws {
    guard count >= 1 else {
      throw SurprisalError(.usage, "\(count) \(what)", remedy: "ask for at least 1")
    }
    guard count <= most else {
      throw SurprisalError(.data, "\(count) \(what) asked for, but \(reason)", remedy: "ask for at most \(most)")
    }
  }
}
