import Surprisal

/// Finds a model's columns in a table: by name where both have names, else by position.
struct ModelColumns {
  /// The model's names.
  var names: [String]
  /// For each column of words the words that the model knows; none if empty.
  var levels: [[String]?] = []
  /// The model file, for messages.
  var file: String
  /// The model, where it says more than its columns do.
  var model: (any CommandModel)?

  /// The columns `names` of the model in `file`, of numbers but for those with levels.
  init(names: [String], levels: [[String]?] = [], file: String) {
    self.names = names
    self.levels = levels
    self.file = file
  }

  /// The columns of `model`, which came from `file`.
  init(of model: any CommandModel, file: String) {
    names = model.columnNames
    levels = model.columnLevels
    self.file = file
    self.model = model
  }

  /// Whether the names say more than the order: a file without a header gives `x1`, `x2`, ….
  var areNamed: Bool { names != Table.defaultColumnNames(count: names.count) }

  /// Reads the model's columns, its words as places among its levels, and the sequences.
  func read(_ data: String, with input: InputTable) throws -> ModelData {
    try model?.refuseOptions(input.arguments, file: file)
    let sequences = try input.sequenceColumn()
    let table: Table = try read(data, with: input, sequences: sequences)
    let (rest, lengths) = try sequences.map { try InputTable.sequences(in: table, column: $0) } ?? (table, nil)
    return ModelData(
      table: try matched(rest), sequenceLengths: lengths,
      missingCells: input.arguments[DataOptions.missingOrModel] == "model" ? .model : .error)
  }

  /// Reads the model's columns, in the model's order, from the table called `data`.
  ///
  /// Other columns of the table are not read, so that they may hold text. Throws a data error with both lists
  /// if they cannot be matched.
  func read(_ data: String, with input: InputTable) throws -> Table {
    try matched(read(data, with: input, sequences: nil))
  }

  private func read(_ data: String, with input: InputTable, sequences: String?) throws -> Table {
    var whole = input.options
    let words = zip(names, levels).filter { $0.1 != nil }.map(\.0)
    if !words.isEmpty || sequences != nil {
      whole.wordColumns = .automatic(also: (areNamed ? words : []) + [sequences].compactMap(\.self))
    }
    guard areNamed, input.arguments[DataOptions.columns] == nil, input.arguments[DataOptions.header] != "no",
      // A pipe can be read once only.
      data != "-", FileSystem.isRegular(data) || !FileSystem.exists(data)
    else { return try input.read(data, options: whole) }
    var options = whole
    options.columns = names + [sequences].compactMap(\.self)
    do {
      return try input.read(data, options: options)
    } catch let error as SurprisalError where error.category == .usage {
      // A column is not there: the whole table tells which there are, and whether they have names.
      whole.wordColumns = words.isEmpty && sequences == nil ? .none : .automatic(also: [])
      return try input.read(data, options: whole)
    }
  }

  /// The model's columns of `table` in the model's order, its words as places among the model's levels.
  func matched(_ table: Table) throws -> Table {
    let found: Table
    if areNamed, table.hasHeader {
      guard names.allSatisfy({ table.columnNames.contains($0) }) else { throw mismatch(table) }
      found = try table.selecting(columns: names)
    } else {
      guard table.columnNames.count == names.count else { throw mismatch(table) }
      found = table
    }
    guard levels.contains(where: { $0 != nil }) || found.levels.contains(where: { $0 != nil }) else { return found }
    return try WordMatch(levels: levels.isEmpty ? names.map { _ in nil } : levels, names: names, file: file)
      .recoded(found)
  }

  /// The error with both lists of columns.
  func mismatch(_ table: Table) -> SurprisalError {
    SurprisalError(
      .data,
      "the columns \(ModelColumns.list(table.columnNames)) are not those of the model \(file): "
        + ModelColumns.list(names),
      remedy: areNamed && table.hasHeader
        ? "name the columns like the model's" : "choose \(names.count) columns with --columns",
      at: .init(file: table.sourceName))
  }

  /// Names as a list that stays readable.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).joined(separator: ", ")
    return "[\(shown)\(names.count > 20 ? ", … \(names.count) in all" : "")]"
  }
}
