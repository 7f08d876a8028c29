import SurprisalCore

/// Which columns of a file go where in a row.
struct CSVSelection {
  /// The taken columns, from 0, in the order of the row; the column of weights, if any, comes last.
  var columns: [Int]
  /// Whether the last of ``columns`` is the weights.
  var hasWeights: Bool

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
  }

  /// For each of `fieldCount` cells of a record, its place in the row, or -1.
  func targets(fieldCount: Int) -> [Int32] {
    var targets = [Int32](repeating: -1, count: fieldCount)
    for (place, column) in columns.enumerated() { targets[column] = Int32(place) }
    return targets
  }
}
