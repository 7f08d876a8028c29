import Surprisal

/// The options of the commands that use a model file.
enum UseOptions {
  static let section = "answer"

  static let threshold = Option.real(
    "threshold", 0...1, isOpen: true, placeholder: "Q", section: section,
    "mark the rows whose log p lies under this quantile as anomalies")
  static let count = Option.integer(
    "count", 1...1_000_000_000, section: section, standard: "100", "how many rows to draw")
  static let labels = Option.flag(
    "labels", section: section, "add a column that names the component of each row")
  static let draw = Option.flag(
    "draw", section: section, "draw each missing cell instead of taking its mean")
  static let deviations = Option.flag(
    "deviations", section: section, "add the standard deviation of each filled-in cell")
  static let given = Option.columns(
    "given", section: section, standard: "the model's columns that DATA has", "the columns that are known")

  /// The options that the commands on a model and a table share.
  static let reading =
    DataOptions.all.map { $0.name == "missing" ? DataOptions.missingOrModel.description : $0 } + [
      DataOptions.sequence.description,
      SharedOptions.json.description, SharedOptions.threads.description, SharedOptions.quiet.description,
    ]
}

extension Command {
  static let score: Command = .init(
    name: "score", summary: "log p of each row under a model, in nats",
    discussion: [
      "Writes row and logDensity as CSV; rows are counted from 1, after those that --missing drop left out. For models "
        + "with a density: all but pca and k-means. Columns are matched by name where both have "
        + "names, otherwise by position. With --threshold Q a third column, anomaly, is true where log p "
        + "lies under the Q-quantile of these rows."
    ],
    positionals: [DataOptions.model, DataOptions.positional],
    options: [UseOptions.threshold.description] + UseOptions.reading,
    examples: [
      Example(
        "surprisal score faithful.safetensors old-faithful --threshold 0.01",
        "marks the one row in a hundred that surprises most")
    ],
    action: { arguments, console in
      let file = try ModelFile(path: arguments.word(0) ?? "")
      let model = try file.withDensity(for: "score")
      let name = arguments.word(1) ?? ""
      let data = try file.read(name, with: InputTable(arguments: arguments, console: console))
      let values = try InputTable.named(data.table.sourceName) {
        try model.scores(of: data, threads: arguments[SharedOptions.threads])
      }
      var columns: [RowOutput.Column] = [
        .init(name: "row", values: .integers { $0 + 1 }),
        .init(name: "logDensity", values: .numbers { values[$0] }),
      ]
      var members: [JSONMember] = [
        JSONMember("model", JSONValue(file.model.kind)), JSONMember("data", JSONValue(name)),
        JSONMember("rows", JSONValue(values.count)), JSONMember("unit", "nats"),
        JSONMember("meanLogDensity", JSONValue(mean(values))),
      ]
      if let quantile = arguments[UseOptions.threshold] {
        let limit = Command.quantile(quantile, of: values)
        members.append(JSONMember("threshold", JSONValue(limit)))
        columns.append(.init(name: "anomaly", values: .flags { values[$0] < limit }))
      }
      let output = RowOutput(columns: columns, rowCount: values.count)
      if arguments[SharedOptions.json] {
        try output.writeJSON(members, to: console)
      } else {
        try output.writeCSV(to: console)
      }
      return ExitCode.success
    })

  /// The mean, summed row by row.
  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// The quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996).
  private static func quantile(_ quantile: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    let place = quantile * Double(sorted.count - 1)
    let low = Int(place)
    let high = min(low + 1, sorted.count - 1)
    guard sorted[low] > -.infinity, sorted[high] > sorted[low] else { return sorted[high] }
    return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
  }
}
