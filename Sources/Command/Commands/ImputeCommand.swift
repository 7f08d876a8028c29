import Surprisal

extension Command {
  static let impute: Command = .init(
    name: "impute", summary: "fill in missing cells by what a model says of them",
    discussion: [
      "Writes DATA as CSV, each missing cell (empty, NA, nan) of the model's columns as its mean given the row's other "
        + "cells; --draw draws it instead, as multiple imputation needs. Columns that the model does not have stay as "
        + "they were read, where both have names. --deviations adds one column a column of the model: the standard "
        + "deviation of each filled-in cell, 0 elsewhere. Needs a gaussian-mixture."
    ],
    positionals: [DataOptions.model, DataOptions.positional],
    options: [
      UseOptions.draw.description, UseOptions.deviations.description, DataOptions.columns.description,
      DataOptions.delimiter.description, DataOptions.decimal.description, DataOptions.header.description,
      SharedOptions.seed.description, SharedOptions.json.description, SharedOptions.threads.description,
      SharedOptions.quiet.description,
    ],
    examples: [
      Example(
        "surprisal impute faithful.safetensors - --deviations <<< $'eruptions,waiting\\n2.1,NA\\n4.4,81'",
        "the wait that a short eruption leaves, and how far off it may be")
    ],
    action: { arguments, console in
      let file = try ModelFile(path: arguments.word(0) ?? "")
      let source = arguments.word(1) ?? ""
      let model = try file.model(GaussianMixture.self, for: "impute")
      if arguments[UseOptions.draw], arguments[UseOptions.deviations] {
        throw SurprisalError(
          .usage, "--deviations is for means, and --draw draws", remedy: "leave one of them out")
      }
      var keeping = arguments
      keeping.texts[DataOptions.missingOrModel.description.name] = "model"
      let input = InputTable(arguments: keeping, console: console)
      let (table, whole) = try ModelColumns(of: model, file: file.path).readWhole(source, with: input)
      let seed = arguments[SharedOptions.seed] ?? 0
      var columns: [RowOutput.Column]
      let missing: Int
      if arguments[UseOptions.draw] {
        var generator = RandomGenerator(seed: seed)
        let rows = try InputTable.named(table.sourceName) {
          try model.imputedDraw(table.rows, using: &generator)
        }
        columns = whole.outputColumns(replacing: model.columns(of: rows))
        missing = table.rows.withUnsafeValues { base in
          (0..<table.rows.rowCount * table.rows.columnCount).count { base[$0].isNaN }
        }
      } else {
        let imputed = try InputTable.named(table.sourceName) {
          try model.imputed(table.rows, threads: arguments[SharedOptions.threads])
        }
        columns = whole.outputColumns(replacing: model.columns(of: imputed.rows))
        if arguments[UseOptions.deviations] {
          columns += model.columnNames.enumerated().map { index, name in
            .init(name: "\(name):deviation", values: .numbers { imputed.standardDeviations[$0, index] })
          }
        }
        missing = imputed.missingCount
      }
      console.note("note: \(missing) missing cell\(missing == 1 ? "" : "s") filled in")
      let output = RowOutput(columns: columns, rowCount: table.rows.rowCount)
      if arguments[SharedOptions.json] {
        try output.writeJSON(
          [
            JSONMember("model", JSONValue(file.model.kind)), JSONMember("data", JSONValue(source)),
            JSONMember("rows", JSONValue(output.rowCount)), JSONMember("missingCells", JSONValue(missing)),
          ], to: console)
      } else {
        try output.writeCSV(to: console)
      }
      return ExitCode.success
    })
}

extension ModelColumns {
  /// The model's columns, and the table that they came from with all its columns, words among them; missing cells of
  /// both are kept. The two are one table where columns are found by position.
  ///
  /// Other columns that cannot be read (words behind many numbers) are left out with a note, where DATA is a file.
  fileprivate func readWhole(_ data: String, with input: InputTable) throws -> (model: Table, whole: Table) {
    var options = input.options
    options.wordColumns = .automatic(also: [])
    if data != "-" {
      // The model's columns by themselves first, for errors that name the cell.
      let table: Table = try read(data, with: input)
      guard areNamed, table.hasHeader else { return (table, table) }
      do {
        return (table, try input.read(data, options: options))
      } catch let error as SurprisalError where error.category == .data {
        input.console.note("note: the other columns are left out: \(error.message)")
        return (table, table)
      }
    }
    let whole = try input.read(data, options: options)
    let table = try matched(whole)
    return (table, areNamed && whole.hasHeader ? whole : table)
  }
}

extension Table {
  /// The columns as they were read, those of the same names replaced.
  fileprivate func outputColumns(replacing columns: [RowOutput.Column]) -> [RowOutput.Column] {
    guard columnNames.count > columns.count else { return columns }
    return columnNames.enumerated().map { index, name in
      if let column = columns.first(where: { $0.name == name }) { return column }
      guard let words = levels[index] else {
        return RowOutput.Column(name: name, values: .presentNumbers { rows[$0, index] })
      }
      return RowOutput.Column(
        name: name, values: .words { rows[$0, index].isNaN ? "" : words[Int(rows[$0, index])] })
    }
  }
}
