import Surprisal

extension Command {
  static let assign: Command = .init(
    name: "assign", summary: "the component of each row, with responsibilities",
    discussion: [
      "Writes row, component and one column of p(component | row) for each component as CSV; rows (after those that "
        + "--missing drop left out) and components are counted from 1, components by falling weight. For hidden-markov: "
        + "the state on the most probable path and all states' probabilities; for naive-bayes the class; for k-means "
        + "the cluster. Models of components or factors (pca, ppca, factor-analysis) have 'transform' instead."
    ],
    positionals: [DataOptions.model, DataOptions.positional], options: UseOptions.reading,
    examples: [
      Example("surprisal assign faithful.safetensors old-faithful", "short and long eruptions")
    ],
    action: { arguments, console in
      let file = try ModelFile(path: arguments.word(0) ?? "")
      let model = try file.withParts(for: "assign")
      let name = arguments.word(1) ?? ""
      let data = try file.read(name, with: InputTable(arguments: arguments, console: console))
      let assigned = try InputTable.named(data.table.sourceName) {
        try model.assignment(of: data, threads: arguments[SharedOptions.threads])
      }
      let output = RowOutput(
        columns: [.init(name: "row", values: .integers { $0 + 1 })] + assigned, rowCount: data.rows.rowCount)
      if arguments[SharedOptions.json] {
        try output.writeJSON(
          [
            JSONMember("model", JSONValue(file.model.kind)), JSONMember("data", JSONValue(name)),
            JSONMember("rows", JSONValue(output.rowCount)),
          ], to: console)
      } else {
        try output.writeCSV(to: console)
      }
      return ExitCode.success
    })

  static let sample: Command = .init(
    name: "sample", summary: "draw rows from a model",
    discussion: [
      "Writes CSV with the model's column names; the same seed gives the same rows. For models with a density: all but "
        + "pca and k-means."
    ],
    positionals: [DataOptions.model],
    options: [
      UseOptions.count.description, UseOptions.labels.description, SharedOptions.seed.description,
      SharedOptions.json.description, SharedOptions.quiet.description,
    ],
    examples: [
      Example("surprisal sample faithful.safetensors --count 5 --seed 1", "five eruptions as CSV")
    ],
    action: { arguments, console in
      let file = try ModelFile(path: arguments.word(0) ?? "")
      let model = try file.withDensity(for: "sample")
      let seed = arguments[SharedOptions.seed] ?? 0
      var generator = RandomGenerator(seed: seed)
      let count = arguments[UseOptions.count] ?? 100
      let columns = try file.named {
        try model.drawnColumns(count, hasLabels: arguments[UseOptions.labels], using: &generator)
      }
      let output = RowOutput(columns: columns, rowCount: count)
      if arguments[SharedOptions.json] {
        try output.writeJSON(
          [
            JSONMember("model", JSONValue(file.model.kind)), JSONMember("rows", JSONValue(count)),
            JSONMember("seed", JSONValue(seed)),
          ], to: console)
      } else {
        try output.writeCSV(to: console)
      }
      return ExitCode.success
    })
}
