import Surprisal

extension Command {
  static let assign: Command = .init(
    name: "assign", summary: "the component of each row, with responsibilities",
    discussion: [
      "Writes row, component and one column of p(component | row) for each component as CSV; rows and "
        + "components are counted from 1, components by falling weight. For k-means: row and cluster."
    ],
    positionals: [DataOptions.model, DataOptions.positional], options: UseOptions.reading,
    examples: [
      Example("surprisal assign faithful.safetensors old-faithful", "short and long eruptions")
    ],
    action: { arguments, console in
      let path = arguments.word(0) ?? ""
      let data = arguments.word(1) ?? ""
      let input = InputTable(arguments: arguments, console: console)
      let threads = arguments[SharedOptions.threads]
      let name: String
      let labels: [Int]
      var columns: [RowOutput.Column] = [.init(name: "row", values: .integers { $0 + 1 })]
      switch try ModelFile(path: path) {
      case .gaussianMixture(let model):
        name = "gaussian-mixture"
        let table = try ModelColumns(names: model.columnNames, file: path).read(data, with: input)
        let responsibilities = try InputTable.named(table.sourceName) {
          try model.responsibilities(of: table.rows, threads: threads)
        }
        labels = (0..<table.rows.rowCount).map { row in
          let values = responsibilities.row(row)
          return values.indices.max { values[$0] < values[$1] } ?? 0
        }
        columns.append(.init(name: "component", values: .integers { labels[$0] + 1 }))
        for component in 0..<model.componentCount {
          columns.append(
            .init(
              name: "responsibility\(component + 1)",
              values: .numbers { responsibilities[$0, component] }))
        }
      case .kMeans(let model):
        name = "k-means"
        let table = try ModelColumns(names: model.columnNames, file: path).read(data, with: input)
        labels = try model.assignments(of: table.rows, threads: threads)
        columns.append(.init(name: "cluster", values: .integers { labels[$0] + 1 }))
      }
      let output = RowOutput(columns: columns, rowCount: labels.count)
      if arguments[SharedOptions.json] {
        try output.writeJSON(
          [
            JSONMember("model", JSONValue(name)), JSONMember("data", JSONValue(data)),
            JSONMember("rows", JSONValue(labels.count)),
          ], to: console)
      } else {
        try output.writeCSV(to: console)
      }
      return ExitCode.success
    })

  static let sample: Command = .init(
    name: "sample", summary: "draw rows from a model",
    discussion: ["Writes CSV with the model's column names; the same seed gives the same rows."],
    positionals: [DataOptions.model],
    options: [
      UseOptions.count.description, UseOptions.labels.description, SharedOptions.seed.description,
      SharedOptions.json.description, SharedOptions.quiet.description,
    ],
    examples: [
      Example("surprisal sample faithful.safetensors --count 5 --seed 1", "five eruptions as CSV")
    ],
    action: { arguments, console in
      let path = arguments.word(0) ?? ""
      let model = try ModelFile(path: path).mixture(for: "sample", path: path)
      let seed = arguments[SharedOptions.seed] ?? 0
      var generator = RandomGenerator(seed: seed)
      let count = arguments[UseOptions.count] ?? 100
      let drawn = model.sample(count, using: &generator)
      var columns = model.columnNames.enumerated().map { index, name in
        RowOutput.Column(name: name, values: .numbers { drawn.rows[$0, index] })
      }
      if arguments[UseOptions.labels] {
        columns.append(.init(name: "component", values: .integers { drawn.components[$0] + 1 }))
      }
      let output = RowOutput(columns: columns, rowCount: count)
      if arguments[SharedOptions.json] {
        try output.writeJSON(
          [
            JSONMember("model", "gaussian-mixture"), JSONMember("rows", JSONValue(count)),
            JSONMember("seed", JSONValue(seed)),
          ], to: console)
      } else {
        try output.writeCSV(to: console)
      }
      return ExitCode.success
    })
}
