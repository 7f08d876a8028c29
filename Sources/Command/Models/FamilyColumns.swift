import Surprisal

/// The columns of a table with a family each, words and the values of categorical columns as places among levels.
struct FamilyColumns {
  var families: [ColumnFamily]
  /// For each categorical column its words.
  var levels: [[String]?]
  var rows: RowMatrix

  /// Changes how a table is read so that columns which are categorical may hold words.
  static func reading(_ options: inout CSVOptions, choices: [FamilyChoice]) {
    let named = choices.filter { $0.family == "categorical" }.compactMap(\.column)
    let isAll = choices.contains { $0.family == "categorical" && $0.column == nil }
    options.wordColumns = .automatic(also: named + (isAll ? options.columns ?? [] : []))
  }

  /// The columns of `table`: those that `choices` name have their family, others the one for all, or their own.
  ///
  /// Throws a usage error for a column that is not there, and a data error for words in a column of numbers.
  init(_ table: Table, choices: [FamilyChoice]) throws {
    var named = [String?](repeating: choices.last { $0.column == nil }?.family, count: table.columnNames.count)
    for choice in choices {
      guard let column = choice.column else { continue }
      named[try Table.columnIndex(column, in: table.columnNames, of: table.sourceName)] = choice.family
    }
    let count = table.columnNames.count
    var columns = try table.columnNames.map { try table.column(named: $0) }
    var families: [ColumnFamily] = []
    var levels: [[String]?] = []
    for index in 0..<count {
      let words = table.levels[index]
      if named[index] == nil, let words { try FamilyColumns.requireWords(words, index, of: table) }
      let family = named[index] ?? FamilyColumns.guess(columns[index], hasWords: words != nil)
      guard family == "categorical" else {
        if words != nil {
          throw SurprisalError(
            .data, "column `\(table.columnNames[index])` holds words, and \(family) needs numbers",
            remedy: "make it categorical by --families, or leave it out by --columns",
            at: .init(file: table.sourceName))
        }
        families.append(FamilyColumns.family(family))
        levels.append(nil)
        continue
      }
      let found: [String]
      if let words {
        found = words
      } else {
        let values = Set(columns[index]).sorted()
        var places: [Double: Double] = [:]
        for (place, value) in values.enumerated() { places[value] = Double(place) }
        columns[index] = columns[index].map { places[$0] ?? .nan }
        found = values.map { WordLevels.word(for: $0) }
      }
      families.append(.categorical(levels: found.count))
      levels.append(found)
    }
    var values = [Double](repeating: 0, count: table.rows.rowCount * count)
    for (index, column) in columns.enumerated() {
      for (row, value) in column.enumerated() { values[row * count + index] = value }
    }
    self.families = families
    self.levels = levels
    rows = try RowMatrix(values, columnCount: count)
  }

  /// Refuses a word among numbers, which is rather a slip than a level, unless the column is said to be categorical.
  private static func requireWords(_ words: [String], _ index: Int, of table: Table) throws {
    guard let odd = words.first(where: { Double($0) == nil }), words.contains(where: { Double($0) != nil }) else {
      return
    }
    let name = table.columnNames[index]
    throw SurprisalError(
      .data, "column `\(name)` holds `\(odd)` among numbers",
      remedy: "mend the cell, or say --families \(name)=categorical", at: .init(file: table.sourceName))
  }

  /// What a column of which nothing is said is taken for.
  private static func guess(_ values: [Double], hasWords: Bool) -> String {
    if hasWords { return "categorical" }
    return values.allSatisfy { $0 == 0 || $0 == 1 } ? "bernoulli" : "normal"
  }

  private static func family(_ name: String) -> ColumnFamily {
    switch name {
    case "bernoulli": .bernoulli
    case "poisson": .poisson
    case "geometric": .geometric
    case "exponential": .exponential
    default: .normal
    }
  }
}
