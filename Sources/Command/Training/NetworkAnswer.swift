import Surprisal

extension Command {
  static let predict: Command = .init(
    name: "predict", summary: "what a trained network says of new data",
    discussion: [
      "Writes one line for each datum as CSV: its number, for images in files of their own the file, and the most "
        + "probable class with the probability of every class, or the mean of each target in its own unit. Columns are "
        + "matched by name where both have names, otherwise by position; targets, labels and class folders are not "
        + "needed.",
      "Images must have the size and the channels that the network was trained on: none is scaled, and no color is "
        + "made gray. With --skip-bad files that do not fit are left out and listed.",
    ],
    positionals: [DataOptions.model, PredictionInput.positional],
    options: [TrainOptions.limit.description, TrainOptions.skipBad.description] + DataOptions.all + [
      SharedOptions.json.description, SharedOptions.threads.description, SharedOptions.quiet.description,
    ],
    examples: [
      Example("surprisal predict mlp.safetensors digits --limit 3", "the classes of three digits")
    ],
    action: { try NetworkAnswer(arguments: $0, console: $1).predict() })
}

/// What a trained network says of data.
struct NetworkAnswer {
  var arguments: Arguments
  var console: Console

  /// Whether the file at `path` holds a network rather than a model of `fit`.
  static func isNetwork(_ path: String) -> Bool {
    // A file that is not there is left to whoever reads it, with its own name in the error.
    guard FileSystem.exists(path) else { return path != "-" && !path.isEmpty }
    guard let kind = try? SafetensorsFile(path: path).kind else { return false }
    return kind == TrainedNetwork.fileKind || kind == TrainingCheckpoint.kind
  }

  private func network() throws -> TrainedNetwork {
    Threads.limitTensors(to: arguments[SharedOptions.threads])
    return try TrainedNetwork(contentsOf: arguments.word(0) ?? "")
  }

  func evaluate() throws -> Int32 {
    let network = try network()
    let name = arguments.word(1) ?? ""
    var input = TrainingInput(arguments: arguments, console: console, interface: network.interface)
    if let column = arguments[ClassOptions.column] {
      input.arguments.texts[TrainOptions.target.description.name] = column
    }
    let parts = try input.read(name)
    let all = parts.test ?? parts.training
    let data = arguments[TrainOptions.limit].map { all.prefix($0) } ?? all
    let evaluation = try InputTable.named(name) { try network.evaluation(on: data) }
    if arguments[SharedOptions.json] {
      var answer: [JSONMember] = [
        JSONMember("model", JSONValue(network.configuration.recipeName)), JSONMember("data", JSONValue(name)),
      ]
      answer += evaluation.json.members ?? []
      if !evaluation.confusion.isEmpty {
        answer.append(JSONMember("classes", JSONValue(network.interface.classNames)))
        answer.append(JSONMember("confusion", .array(evaluation.confusion.map { JSONValue($0) })))
      }
      try console.writeLine(JSONValue.object(answer).answerText)
      return ExitCode.success
    }
    let part = parts.test == nil ? "" : " (its test data)"
    try console.write(
      "\(network.configuration.recipeName) on \(name)\(part): \(NumberText.counted(evaluation.count, "datum", "data")), loss "
        + "\(NumberText.fixed(evaluation.loss, 6)) ± \(NumberText.general(evaluation.lossStandardError, 2)) nats per datum, "
        + (evaluation.accuracy == nil
          ? "R² \(evaluation.cells[0]), root mean squared error \(evaluation.cells[1])"
          : "accuracy \(evaluation.cells[0]) (95 % interval \(evaluation.cells[1]))") + "\n")
    let classes = network.interface.classNames
    if !evaluation.confusion.isEmpty, classes.count <= 20 {
      var table = TextTable(columns: [.init("true \\ told", alignment: .left)] + classes.map { .init($0) })
      for (index, row) in evaluation.confusion.enumerated() {
        table.rows.append([classes[index]] + row.map { "\($0)" })
      }
      try console.write("\n" + table.description)
    }
    return ExitCode.success
  }

  func predict() throws -> Int32 {
    let network = try network()
    let names = Array(arguments.words.dropFirst())
    let (data, files) = try PredictionInput(arguments: arguments, console: console, interface: network.interface)
      .read(names)
    let outputs = try InputTable.named(names.first ?? "") { try network.outputs(for: data) }
    let values = outputs.scalars(as: Double.self)
    let count = network.interface.outputCount
    var columns: [RowOutput.Column] = [.init(name: "row", values: .integers { $0 + 1 })]
    if let files { columns.append(.init(name: "file", values: .words { files[$0] })) }
    let interface = network.interface
    if interface.isClassification {
      let guesses = outputs.count == 0 ? [] : outputs.argmax(alongAxis: -1).scalars(as: Int.self)
      columns.append(.init(name: "class", values: .words { interface.classNames[guesses[$0]] }))
      for (index, name) in interface.classNames.enumerated() {
        columns.append(.init(name: "p(\(name))", values: .numbers { values[$0 * count + index] }))
      }
    } else {
      for index in 0..<count {
        let name = index < interface.targetNames.count ? interface.targetNames[index] : "y\(index + 1)"
        columns.append(.init(name: name, values: .numbers { values[$0 * count + index] }))
      }
    }
    let output = RowOutput(columns: columns, rowCount: data.count)
    if arguments[SharedOptions.json] {
      try output.writeJSON(
        [
          JSONMember("model", JSONValue(network.configuration.recipeName)),
          JSONMember("data", names.count == 1 ? JSONValue(names[0]) : JSONValue(names)),
          JSONMember("rows", JSONValue(data.count)),
        ], to: console)
    } else {
      try output.writeCSV(to: console)
    }
    return ExitCode.success
  }
}
