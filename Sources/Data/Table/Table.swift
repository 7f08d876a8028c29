import SurprisalCore

/// A table of numbers with named columns, as a file or a built-in set holds it.
public struct Table: Sendable {
  /// The columns' names: those of the header, or `x1`, `x2`, … where there is none.
  public let columnNames: [String]
  /// The numbers, float64, one observation a row.
  public let rows: RowMatrix
  /// For each column of words its levels: the column's numbers are places in it; nil for a column of numbers.
  public let levels: [[String]?]
  /// The observations' weights, one a row, where a column of weights was asked for.
  public let weights: [Double]?
  /// Whether the names come from the data rather than from their order.
  public let hasHeader: Bool
  /// The number of rows left out because a cell was missing.
  public let droppedRowCount: Int
  /// The file's name as given, `-` for standard input, or the name of a built-in set.
  public let sourceName: String
  /// Where in the file each row stands, if it is a text file.
  public let sourceLines: SourceLines?

  /// A table of `rows` with one name a column.
  ///
  /// Throws a data error if the counts of names and columns, or of weights and rows, differ.
  public init(
    columnNames: [String], rows: RowMatrix, levels: [[String]?]? = nil, weights: [Double]? = nil,
    hasHeader: Bool = true,
    droppedRowCount: Int = 0, sourceName: String, sourceLines: SourceLines? = nil
  ) throws {
    guard columnNames.count == rows.columnCount else {
      throw SurprisalError(
        .data, "\(columnNames.count) names for \(rows.columnCount) columns",
        remedy: "give one name a column", at: .init(file: sourceName))
    }
    if let levels, levels.count != columnNames.count {
      throw SurprisalError(
        .data, "\(levels.count) lists of levels for \(columnNames.count) columns",
        remedy: "give one a column", at: .init(file: sourceName))
    }
    if let weights, weights.count != rows.rowCount {
      throw SurprisalError(
        .data, "\(weights.count) weights for \(rows.rowCount) rows",
        remedy: "give one weight a row", at: .init(file: sourceName))
    }
    self.columnNames = columnNames
    self.rows = rows
    self.levels = levels ?? columnNames.map { _ in nil }
    self.weights = weights
    self.hasHeader = hasHeader
    self.droppedRowCount = droppedRowCount
    self.sourceName = sourceName
    self.sourceLines = sourceLines
  }

  /// The names `x1`, `x2`, … of `count` columns without a header.
  public static func defaultColumnNames(count: Int) -> [String] {
    (1...max(count, 1)).prefix(count).map { "x\($0)" }
  }

  /// The place of `row` (from 0) and, if given, the column from 1, for an error's location.
  public func location(ofRow row: Int, column: Int? = nil) -> SurprisalError.Location {
    SurprisalError.Location(file: sourceName, line: sourceLines?.line(ofRow: row), column: column)
  }
}
