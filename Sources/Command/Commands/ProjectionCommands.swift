import Surprisal

extension Command {
  static let transform: Command = projection(
    "transform", summary: "the scores of each row: its components or factors",
    discussion: [
      "Writes row and one column a component (pca) or factor (ppca, factor-analysis: the posterior means) as CSV."
    ],
    example: Example("surprisal transform pca.safetensors digits", "the rows in the components' coordinates")
  ) { model, rows, threads in
    let values = try model.coordinates(of: rows, threads: threads)
    return (0..<values.columnCount).map { index in
      .init(name: "\(model.coordinateName)\(index + 1)", values: .numbers { values[$0, index] })
    }
  }

  static let reconstruct: Command = projection(
    "reconstruct", summary: "each row as its components or factors say",
    discussion: [
      "Writes row, the model's columns and squaredError, the sum of the squared differences from the row, as CSV."
    ],
    example: Example("surprisal reconstruct pca.safetensors digits", "what ten components know of an image")
  ) { model, rows, threads in
    let values = try model.reconstruction(of: rows, threads: threads)
    let columns = values.columnCount
    let error: (Int) -> Double = { row in
      (0..<columns).reduce(0) { sum, column in
        let difference = rows[row, column] - values[row, column]
        return sum + difference * difference
      }
    }
    return model.columnNames.enumerated().map { index, name in
      .init(name: name, values: .numbers { values[$0, index] })
    } + [.init(name: "squaredError", values: .numbers(error))]
  }

  private static func projection(
    _ name: String, summary: String, discussion: [String], example: Example,
    columns: @escaping @Sendable (any ProjectingCommandModel, RowMatrix, Int?) throws -> [RowOutput.Column]
  ) -> Command {
    Command(
      name: name, summary: summary, discussion: discussion,
      positionals: [DataOptions.model, DataOptions.positional],
      options: DataOptions.all + [
        SharedOptions.json.description, SharedOptions.threads.description, SharedOptions.quiet.description,
      ],
      examples: [example],
      action: { arguments, console in
        let file = try ModelFile(path: arguments.word(0) ?? "")
        let source = arguments.word(1) ?? ""
        guard let model = file.model as? any ProjectingCommandModel else {
          throw file.lacks("components or factors of rows", for: name)
        }
        let data = try file.read(source, with: InputTable(arguments: arguments, console: console))
        let values = try InputTable.named(data.table.sourceName) {
          try columns(model, data.rows, arguments[SharedOptions.threads])
        }
        let output = RowOutput(
          columns: [.init(name: "row", values: .integers { $0 + 1 })] + values, rowCount: data.rows.rowCount)
        if arguments[SharedOptions.json] {
          try output.writeJSON(
            [
              JSONMember("model", JSONValue(model.kind)), JSONMember("data", JSONValue(source)),
              JSONMember("rows", JSONValue(output.rowCount)),
            ], to: console)
        } else {
          try output.writeCSV(to: console)
        }
        return ExitCode.success
      })
  }
}
