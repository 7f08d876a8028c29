import Surprisal

/// Reads the table that DATA names, with the options of the command line.
struct InputTable {
  var arguments: Arguments
  var console: Console

  /// The reading options of the command line.
  var options: CSVOptions {
    var options = CSVOptions()
    if let delimiter = arguments[DataOptions.delimiter] {
      options.delimiter = delimiter == " " ? .spaces : .character(delimiter)
    }
    switch arguments[DataOptions.header] {
    case "yes": options.header = .yes
    case "no": options.header = .no
    default: options.header = .automatic
    }
    options.decimalMark = arguments[DataOptions.decimal]?.first ?? "."
    options.columns = arguments[DataOptions.columns]
    options.weightsColumn = arguments[DataOptions.weights]
    switch arguments[DataOptions.missingOrModel] {
    case "drop": options.missing = .drop
    case "model": options.missing = .keep
    default: options.missing = .error
    }
    options.threads = arguments[SharedOptions.threads]
    return options
  }

  /// The table called `name`; says on standard error what was left out.
  func read(_ name: String) throws -> Table {
    try read(name, options: options)
  }

  /// The table called `name`, read with `options`.
  ///
  /// A file wins over a built-in set of the same name, and a note says so.
  ///
  /// - Parameter again: what is known after the first reading: other options to read once more with, or nil.
  func read(
    _ name: String, options: CSVOptions, again: ((Result<Table, any Error>) -> CSVOptions?)? = nil
  ) throws -> Table {
    if name == "-", StandardStreams.inputWasClosed {
      throw SurprisalError(
        .missingInput, "standard input is closed", remedy: "pipe data in or name a file",
        at: .init(file: "-"))
    }
    let set = BuiltInDataSet.all.first { $0.name == name }
    let isFile = FileSystem.exists(name)
    if set != nil, isFile {
      console.note("note: \(name) is read as the file ./\(name), not as the built-in set")
    }
    let table: Table
    if let set, !isFile {
      table = try InputTable.table(of: set, options: options)
    } else {
      do {
        table = try self.table(inFile: name, options: options, again: again)
      } catch let error as SurprisalError where error.category == .missingInput && !isFile {
        throw InputTable.missing(name, error)
      }
    }
    if table.droppedRowCount > 0 {
      let count = table.droppedRowCount
      console.note("note: \(count) row\(count == 1 ? "" : "s") with missing cells left out")
    }
    return table
  }

  /// Runs `body`; its data errors that say no place get the file's name, which the library does not know.
  static func named<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch var error as SurprisalError where error.category == .data && error.location == nil {
      error.location = .init(file: file)
      throw error
    }
  }

  /// The columns that `options` ask for of a built-in set; synthetic sets are drawn from seed 0.
  private static func table(of set: BuiltInDataSet, options: CSVOptions) throws -> Table {
    try select(options, of: set.table())
  }

  /// A missing file that is nearly called like a built-in set.
  private static func missing(_ name: String, _ error: SurprisalError) -> SurprisalError {
    guard let near = nearest(to: name, among: BuiltInDataSet.all.map(\.name)) else { return error }
    var error = error
    error.remedy = "did you mean the built-in set \(near)?"
    return error
  }
}
