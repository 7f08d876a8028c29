import SurprisalCore
import SurprisalData
import SurprisalTensors

extension SupervisedData {
  /// What the targets of a table are.
  public enum TargetKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// Classes where the column holds words, else numbers.
    case automatic
    /// Classes: the column's different words or numbers.
    case classes
    /// Numbers.
    case numbers
  }

  /// The rows of a table: the columns `targets` are the targets, and `inputs`, all others unless given, the inputs.
  ///
  /// Columns are named, or numbered from 1. A column of words with k levels becomes, among the inputs, k columns
  /// `name=level` of zeros and ones. Classes are in the order of ``Table/levels``: numbers by size, then words.
  ///
  /// - Parameter classNames: the classes of a model that is there already; nil takes those of the table.
  /// - Throws: a usage error for unknown columns, no target, no input, or classes asked of several columns; a data
  ///   error for words where numbers are asked, a word that is none of `classNames`, and numbers that are not finite.
  public init(
    _ table: Table, targets: [String], inputs: [String]? = nil, kind: TargetKind = .automatic,
    classNames: [String]? = nil
  ) throws {
    let places = try Table.columnIndices(targets, in: table.columnNames, of: table.sourceName)
    let inputPlaces =
      try inputs.map { try Table.columnIndices($0, in: table.columnNames, of: table.sourceName) }
      ?? table.columnNames.indices.filter { !places.contains($0) }
    if let both = inputPlaces.first(where: places.contains) {
      throw SurprisalError(
        .usage, "`\(table.columnNames[both])` is a target and an input", remedy: "make it one of them",
        at: .init(file: table.sourceName))
    }
    guard !inputPlaces.isEmpty else {
      throw SurprisalError(
        .usage, "no column is left for the inputs", remedy: "name fewer targets", at: .init(file: table.sourceName))
    }
    let columns = try TableColumns(table, at: inputPlaces)
    let isClasses = kind == .classes || kind == .automatic && places.contains { table.levels[$0] != nil }
    guard isClasses else {
      let numbers = try TableColumns(table, at: places, allowsWords: false)
      try self.init(
        inputs: columns.values, targets: numbers.values, inputNames: columns.names, targetNames: numbers.names)
      return
    }
    guard places.count == 1 else {
      throw SurprisalError(
        .usage, "classes are one column, and \(places.count) are targets", remedy: "name one",
        at: .init(file: table.sourceName))
    }
    let (classes, names) = try table.classes(ofColumn: places[0], named: classNames)
    try self.init(
      inputs: columns.values, targets: Tensor(classes), classNames: names, inputNames: columns.names,
      targetNames: [table.columnNames[places[0]]])
  }
}

/// Columns of a table as one matrix, words as zeros and ones.
struct TableColumns {
  /// [rows, columns], float64.
  let values: Tensor
  let names: [String]

  /// The columns at `places`; `words` are the words whose indicators are asked, instead of all levels.
  init(_ table: Table, at places: [Int], allowsWords: Bool = true, words: [[String]?]? = nil) throws {
    if !allowsWords, let place = places.first(where: { table.levels[$0] != nil }) {
      throw SurprisalError(
        .data, "the column `\(table.columnNames[place])` holds words such as `\(table.levels[place]?.first ?? "")`",
        remedy: "ask for classes, or name a column of numbers",
        at: table.location(ofRow: 0, column: place + 1))
    }
    // For each column of words the numbers of the words that it is asked for.
    var names: [String] = []
    let indicators = places.enumerated().map { index, place -> [Double]? in
      guard let levels = table.levels[place] else {
        names.append(table.columnNames[place])
        return nil
      }
      let asked = words?[index] ?? levels
      names += asked.map { "\(table.columnNames[place])=\($0)" }
      // A word that this table does not hold is nowhere.
      return asked.map { word in levels.firstIndex(of: word).map { Double($0) } ?? -1 }
    }
    self.names = names
    let rows = table.rows
    let width = rows.columnCount
    var numbers: [Double] = []
    numbers.reserveCapacity(rows.rowCount * names.count)
    try rows.withUnsafeValues { base in
      for row in 0..<rows.rowCount {
        for (index, place) in places.enumerated() {
          let value = base[row * width + place]
          guard value.isFinite else {
            throw SurprisalError(
              .data, "row \(row + 1) has no number in the column `\(table.columnNames[place])`",
              remedy: "leave such rows out with --missing drop", at: table.location(ofRow: row, column: place + 1))
          }
          guard let asked = indicators[index] else {
            numbers.append(value)
            continue
          }
          for number in asked { numbers.append(number == value ? 1 : 0) }
        }
      }
    }
    values = Tensor(numbers, shape: [rows.rowCount, names.count])
  }
}

extension Table {
  /// The class of each row by a column of words or numbers, and the classes' names.
  func classes(ofColumn place: Int, named known: [String]?) throws -> (classes: [Int], names: [String]) {
    let values = (0..<rows.rowCount).map { rows[$0, place] }
    let names: [String]
    let classes: [Int]
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      throw SurprisalError(
        .data, "row \(row + 1) has no class in the column `\(columnNames[place])`",
        remedy: "leave such rows out with --missing drop", at: location(ofRow: row, column: place + 1))
    }
    if let levels = levels[place] {
      (classes, names) = (values.map { Int($0) }, levels)
    } else {
      let distinct = Array(Set(values)).sorted()
      let numbers = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
      (classes, names) = (values.compactMap { numbers[$0] }, distinct.map(WordLevels.word(for:)))
    }
    guard let known else { return (classes, names) }
    let translated = names.map { known.firstIndex(of: $0) }
    if let row = classes.firstIndex(where: { translated[$0] == nil }) {
      throw SurprisalError(
        .data,
        "`\(names[classes[row]])` in the column `\(columnNames[place])` is no class of the model: "
          + known.prefix(12).joined(separator: ", ") + (known.count > 12 ? ", …" : ""),
        remedy: "give the classes that it was trained on", at: location(ofRow: row, column: place + 1))
    }
    return (classes.compactMap { translated[$0] }, known)
  }
}
