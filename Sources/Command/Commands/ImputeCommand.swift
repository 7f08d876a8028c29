import Surprisal

extension Command {
  static let impute: Command = .init(
    name: "impute", summary: "fill in missing cells by what a model says of them",
    discussion: [
      "Writes the model's columns as CSV, each missing cell (empty, NA, nan) as its mean given the row's other cells; "
        + "--draw draws it instead, as multiple imputation needs. --deviations adds one column a column: the "
        + "standard deviation of each filled-in cell, 0 elsewhere. Needs a gaussian-mixture."
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
      let data = try file.read(source, with: InputTable(arguments: keeping, console: console))
      let seed = arguments[SharedOptions.seed] ?? 0
      var columns: [RowOutput.Column]
      let missing: Int
      if arguments[UseOptions.draw] {
        var generator = RandomGenerator(seed: seed)
        let rows = try InputTable.named(data.table.sourceName) {
          try model.imputedDraw(data.rows, using: &generator)
        }
        columns = model.columns(of: rows)
        missing = data.rows.withUnsafeValues { base in
          (0..<data.rows.rowCount * data.rows.columnCount).count { base[$0].isNaN }
        }
      } else {
        let imputed = try InputTable.named(data.table.sourceName) {
          try model.imputed(data.rows, threads: arguments[SharedOptions.threads])
        }
        columns = model.columns(of: imputed.rows)
        if arguments[UseOptions.deviations] {
          columns += model.columnNames.enumerated().map { index, name in
            .init(name: "\(name):deviation", values: .numbers { imputed.standardDeviations[$0, index] })
          }
        }
        missing = imputed.missingCount
      }
      console.note("note: \(missing) missing cell\(missing == 1 ? "" : "s") filled in")
      let output = RowOutput(columns: columns, rowCount: data.rows.rowCount)
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
