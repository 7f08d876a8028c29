import Surprisal

/// Finds a model's columns in a table: by name where both have names, else by position.
struct ModelColumns {
  /// The model's names.
  var names: [String]
  /// The model file, for messages.
  var file: String

  /// Whether the names say more than the order: a file without a header gives `x1`, `x2`, ….
  var areNamed: Bool { names != Table.defaultColumnNames(count: names.count) }

  /// Reads the model's columns, in the model's order, from the table called `data`.
  ///
  /// Other columns of the table are not read, so that they may hold text. Throws a data error with both lists
  /// if they cannot be matched.
  func read(_ data: String, with input: InputTable) throws -> Table {
    guard areNamed, input.arguments[DataOptions.columns] == nil, input.arguments[DataOptions.header] != "no",
      // A pipe can be read once only.
      data != "-", FileSystem.isRegular(data) || !FileSystem.exists(data)
    else { return try matched(input.read(data)) }
    var options = input.options
    options.columns = names
    do {
      return try matched(input.read(data, options: options))
    } catch let error as SurprisalError where error.category == .usage {
      // A column is not there: the whole table tells which there are, and whether they have names.
      return try matched(input.read(data))
    }
  }

  /// The model's columns of `table` in the model's order.
  func matched(_ table: Table) throws -> Table {
    if areNamed, table.hasHeader {
      guard names.allSatisfy({ table.columnNames.contains($0) }) else { throw mismatch(table) }
      return try table.selecting(columns: names)
    }
    guard table.columnNames.count == names.count else { throw mismatch(table) }
    return table
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
