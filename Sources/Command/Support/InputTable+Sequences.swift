import Surprisal

extension InputTable {
  /// The column that says which sequence each row belongs to, if there is one.
  func sequenceColumn() throws -> String? { arguments[DataOptions.sequence] }

  /// The table without the column `column`, and how many rows each run of its equal values has.
  ///
  /// Throws a data error if a value comes back after another: its sequence would be cut in two.
  static func sequences(in table: Table, column: String) throws -> (Table, [Int]) {
    let place = try Table.columnIndex(column, in: table.columnNames, of: table.sourceName)
    let values = try table.column(named: table.columnNames[place])
    var lengths: [Int] = []
    var seen: Set<Double> = []
    for (row, value) in values.enumerated() {
      if row > 0, value == values[row - 1] {
        lengths[lengths.count - 1] += 1
        continue
      }
      guard seen.insert(value).inserted else {
        let name = table.levels[place].map { $0[Int(value)] } ?? WordLevels.word(for: value)
        throw SurprisalError(
          .data, "sequence `\(name)` in column `\(table.columnNames[place])` goes on after another one",
          remedy: "sort the rows by sequence, each in its order of time", at: table.location(ofRow: row))
      }
      lengths.append(1)
    }
    let names = table.columnNames.indices.filter { $0 != place }.map { table.columnNames[$0] }
    guard !names.isEmpty else {
      throw SurprisalError(
        .usage, "`\(column)` is the only column", remedy: "sequences need a column of their own",
        at: .init(file: table.sourceName))
    }
    return (try table.selecting(columns: names), lengths)
  }
}
