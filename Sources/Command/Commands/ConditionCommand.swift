import Surprisal

extension Command {
  static let condition: Command = .init(
    name: "condition", summary: "some columns given others: means and variances",
    discussion: [
      "For each row of DATA the mean and the variance of the columns that are not given, under "
        + "p(others | given). DATA needs the given columns only."
    ],
    positionals: [DataOptions.model, DataOptions.positional],
    options: [UseOptions.given.description] + UseOptions.reading,
    examples: [
      Example(
        "surprisal condition faithful.safetensors old-faithful --given waiting",
        "how long an eruption lasts after each waiting time")
    ],
    action: { arguments, console in
      let path = arguments.word(0) ?? ""
      let data = arguments.word(1) ?? ""
      let model = try ModelFile(path: path).model(GaussianMixture.self, for: "condition")
      let input = InputTable(arguments: arguments, console: console)
      let (given, table) = try givenColumns(of: model, file: path, data: data, input: input)
      let answer = try InputTable.named(table.sourceName) {
        try model.condition(rows: table.rows, givenColumns: given)
      }
      let free = model.columnNames.indices.filter { !given.contains($0) }.map { model.columnNames[$0] }
      var columns: [RowOutput.Column] = [.init(name: "row", values: .integers { $0 + 1 })]
      for (index, name) in free.enumerated() {
        columns.append(.init(name: "\(name):mean", values: .numbers { answer.means[$0, index] }))
        columns.append(.init(name: "\(name):variance", values: .numbers { answer.variances[$0, index] }))
      }
      let output = RowOutput(columns: columns, rowCount: table.rows.rowCount)
      if arguments[SharedOptions.json] {
        try output.writeJSON(
          [
            JSONMember("model", "gaussian-mixture"), JSONMember("data", JSONValue(data)),
            JSONMember("rows", JSONValue(table.rows.rowCount)),
            JSONMember("given", JSONValue(given.map { model.columnNames[$0] })),
          ], to: console)
      } else {
        try output.writeCSV(to: console)
      }
      return ExitCode.success
    })

  /// The model's columns that are known, and the table that holds just these.
  private static func givenColumns(
    of model: GaussianMixture, file: String, data: String, input: InputTable
  ) throws -> (columns: [Int], table: Table) {
    let names: [String]
    var table: Table?
    if let given = input.arguments[UseOptions.given] {
      names = given
    } else {
      let whole = try input.read(data)
      names = whole.columnNames.filter { model.columnNames.contains($0) }
      guard !names.isEmpty else {
        throw ModelColumns(names: model.columnNames, file: file).mismatch(whole)
      }
      table = whole
    }
    var columns: [Int] = []
    for name in names {
      guard let column = model.columnNames.firstIndex(of: name) else {
        throw SurprisalError(
          .usage, "--given names '\(name)', which is no column of the model \(file)",
          remedy: nearest(to: name, among: model.columnNames).map { "did you mean \($0)?" }
            ?? "its columns are \(ModelColumns.list(model.columnNames))")
      }
      guard !columns.contains(column) else {
        throw SurprisalError(.usage, "--given names '\(name)' twice", remedy: "name each column once")
      }
      columns.append(column)
    }
    guard columns.count < model.columnCount else {
      throw SurprisalError(
        .usage, "all columns of the model are given: \(ModelColumns.list(names))",
        remedy: "leave at least one out of --given")
    }
    let wanted = ModelColumns(names: columns.map { model.columnNames[$0] }, file: file)
    return (columns, try table.map(wanted.matched) ?? wanted.read(data, with: input))
  }
}
