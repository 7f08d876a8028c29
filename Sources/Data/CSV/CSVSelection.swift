import SurprisalCore

/// Which columns of a file go where in a row.
struct CSVSelection {
  /// The taken columns, from 0, in the order of the row; the column of weights, if any, comes last.
  var columns: [Int]
  /// Whether the last of ``columns`` is the weights.
  var hasWeights: Bool
  /// For each of ``columns`` whether it holds words.
  private(set) var holdsWords: [Bool] = []

  /// The columns that `options` ask for among `names`.
  ///
  /// Throws a usage error for an unknown column, one asked for twice, and if no column is left.
  init(options: CSVOptions, names: [String], file: String) throws {
    let weights = try options.weightsColumn.map { try Table.columnIndex($0, in: names, of: file) }
    hasWeights = weights != nil
    if let requested = options.columns {
      columns = try Table.columnIndices(requested, in: names, of: file)
    } else {
      columns = names.indices.filter { $0 != weights }
    }
    if let weights {
      guard !columns.contains(weights) else {
        throw SurprisalError(
          .usage, "column `\(names[weights])` is both a number and the weights",
          remedy: "leave it out of --columns", at: .init(file: file))
      }
      columns.append(weights)
    }
    guard columns.count > (hasWeights ? 1 : 0) else {
      throw SurprisalError(
        .usage, "no column is left to read", remedy: "name at least one with --columns",
        at: .init(file: file))
    }
    holdsWords = [Bool](repeating: false, count: columns.count)
  }

  /// Finds the columns of words by the records that `header` ends before.
  ///
  /// Throws a usage error for an unknown column.
  mutating func findWords(_ option: CSVOptions.WordColumns, text: CSVText, dialect: CSVDialect, header: CSVHeader)
    throws
  {
    guard case .automatic(let also) = option else { return }
    let named = try also.map { try Table.columnIndex($0, in: header.names, of: text.name) }
    let found = header.columnsWithWords(text: text, dialect: dialect)
    for (place, column) in columns.enumerated() where !(hasWeights && place == columns.count - 1) {
      holdsWords[place] = named.contains(column) || found.contains(column)
    }
  }

  /// For each of `fieldCount` cells of a record, its place in the row, or -1.
  func targets(fieldCount: Int) -> [Int32] {
    var targets = [Int32](repeating: -1, count: fieldCount)
    for (place, column) in columns.enumerated() { targets[column] = Int32(place) }
    return targets
  }
}
