import Surprisal

/// Finds the words of a table among those that a model was fitted to.
struct WordMatch {
  /// For each column the model's words; nil for a column of numbers.
  var levels: [[String]?]
  /// The names of the columns.
  var names: [String]
  /// The model file, for messages.
  var file: String

  /// `table` with each word as its place among the model's levels; NaN stays.
  ///
  /// Throws a data error with line and column for a word that the model does not know.
  func recoded(_ table: Table) throws -> Table {
    let columns = names.count
    let known = levels.map { words in
      words.map { Dictionary($0.enumerated().map { ($1, Double($0)) }, uniquingKeysWith: { first, _ in first }) }
    }
    let places = try names.indices.map { try self.places(in: table, column: $0, known: known[$0]) }
    var values: [Double] = []
    values.reserveCapacity(table.rows.rowCount * columns)
    for row in 0..<table.rows.rowCount {
      for (column, value) in table.rows.row(row).enumerated() {
        guard let numbers = known[column], !value.isNaN else {
          values.append(value)
          continue
        }
        let place: Double?
        if let places = places[column] {
          place = places[Int(value)]
        } else {
          place = numbers[WordLevels.word(for: value)]
        }
        guard let place else {
          let word = table.levels[column].map { $0[Int(value)] } ?? WordLevels.word(for: value)
          throw SurprisalError(
            .data,
            "`\(word)` in column `\(names[column])` is not among the words of the model \(file): "
              + ModelColumns.list(levels[column] ?? []),
            remedy: "leave its row out, or fit with it", at: table.location(ofRow: row))
        }
        values.append(place)
      }
    }
    return try Table(
      columnNames: table.columnNames, rows: RowMatrix(values, columnCount: columns), levels: levels,
      weights: table.weights, hasHeader: table.hasHeader, droppedRowCount: table.droppedRowCount,
      sourceName: table.sourceName, sourceLines: table.sourceLines)
  }

  /// The model's place of each word of the table's column; nil for a column of numbers.
  private func places(in table: Table, column: Int, known: [String: Double]?) throws -> [Double?]? {
    guard let words = table.levels[column] else { return nil }
    guard let known else {
      throw SurprisalError(
        .data, "column `\(names[column])` holds words, and numbers in the model \(file)",
        remedy: "choose the model's columns by --columns", at: .init(file: table.sourceName))
    }
    return words.map { known[$0] }
  }
}
