import SurprisalCore
import SurprisalData
import SurprisalTensors

extension SupervisedData {
  /// The inputs of a model that was trained on columns called `names`, [rows, names.count], from another table.
  ///
  /// Columns are found by name where both have names, in any order and among others; else by position, or by number
  /// (`x1`, `x2`, …) among more columns. A name `column=word` is 1 where the table's column of words holds that word;
  /// one that the model has never met is an error.
  ///
  /// - Throws: a data error with both lists if a column is not there, or with the row of an unknown word or a number
  ///   that is not finite.
  public static func inputs(of table: Table, like names: [String]) throws -> Tensor {
    // Indicators of one column stand behind one another.
    var columns: [(name: String, words: [String]?)] = []
    for name in names {
      guard !table.columnNames.contains(name),
        let place = table.columnNames.indices.first(where: {
          table.levels[$0] != nil && name.hasPrefix(table.columnNames[$0] + "=")
        })
      else {
        columns.append((name, nil))
        continue
      }
      let column = table.columnNames[place]
      let word = String(name.dropFirst(column.count + 1))
      if let last = columns.last, last.name == column, let words = last.words {
        columns[columns.count - 1].words = words + [word]
      } else {
        columns.append((column, [word]))
      }
    }
    let areNamed = columns.map(\.name) != Table.defaultColumnNames(count: columns.count)
    let places: [Int]
    if areNamed && table.hasHeader || table.columnNames.count != columns.count {
      // Without a header columns are called by their numbers, so that a column of targets among them does not count.
      let found = columns.map { column in table.columnNames.firstIndex(of: column.name) }
      guard !found.contains(nil) else { throw mismatch(table, names) }
      places = found.compactMap(\.self)
    } else {
      places = Array(table.columnNames.indices)
    }
    for (column, place) in zip(columns, places) {
      guard let levels = table.levels[place] else { continue }
      guard let words = column.words else {
        throw SurprisalError(
          .data, "the column `\(table.columnNames[place])` holds words, and the model was trained on numbers in it",
          remedy: "give numbers", at: .init(file: table.sourceName))
      }
      if let row = (0..<table.rows.rowCount).first(where: { row in
        let value = table.rows[row, place]
        return value.isFinite && !words.contains(levels[Int(value)])
      }) {
        throw SurprisalError(
          .data,
          "`\(levels[Int(table.rows[row, place])])` in the column `\(column.name)` was not met in training: "
            + words.prefix(12).joined(separator: ", ") + (words.count > 12 ? ", …" : ""),
          remedy: "give words that the model knows", at: table.location(ofRow: row, column: place + 1))
      }
    }
    let matrix = try TableColumns(table, at: places, words: columns.map(\.words))
    return matrix.values
  }

  private static func mismatch(_ table: Table, _ names: [String]) -> SurprisalError {
    func list(_ names: [String]) -> String {
      "[" + names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", … \(names.count) in all]" : "]")
    }
    return SurprisalError(
      .data, "the columns \(list(table.columnNames)) are not those that the model was trained on: \(list(names))",
      remedy: table.hasHeader ? "name the columns like the model's" : "give its columns in its order",
      at: .init(file: table.sourceName))
  }
}
