import Surprisal

extension Command {
  static let predict: Command = .init(
    name: "predict", summary: "what a trained network says of new data",
    discussion: [
      "Writes one line for each datum as CSV: its number, and the most probable class with the probability of every "
        + "class, or the mean of each target in its own unit. Columns are matched by name where both have names, "
        + "otherwise by position; targets are not needed."
    ],
    positionals: [DataOptions.model, TrainingInput.positional],
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
    let evaluation = try InputTable.named(name) { try network.evaluation(on: parts.test ?? parts.training) }
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
    let name = arguments.word(1) ?? ""
    let data = try inputs(name, of: network)
    let outputs = try InputTable.named(name) { try network.outputs(for: data) }
    let values = outputs.scalars(as: Double.self)
    let count = network.interface.outputCount
    var columns: [RowOutput.Column] = [.init(name: "row", values: .integers { $0 + 1 })]
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
          JSONMember("model", JSONValue(network.configuration.recipeName)), JSONMember("data", JSONValue(name)),
          JSONMember("rows", JSONValue(data.count)),
        ], to: console)
    } else {
      try output.writeCSV(to: console)
    }
    return ExitCode.success
  }

  /// The inputs in `name`; a table needs no column of targets.
  private func inputs(_ name: String, of network: TrainedNetwork) throws -> SupervisedData {
    let input = TrainingInput(arguments: arguments, console: console, interface: network.interface)
    let isTable =
      !FileSystem.isFolder(name) && !name.hasSuffix(".npz") && !name.hasSuffix(".npy")
      && (FileSystem.exists(name) || name != BuiltInDataSet.digits.name || network.interface.inputShape.count == 1)
    if name.hasSuffix(".npy") {
      let array = try Tensor(NumPyArray(path: name))
      let images = array.rank == 3 && network.interface.inputShape.count == 3
      return try unlabeled(limited(images ? array.expandingAxis(1) : array))
    }
    guard isTable else {
      let parts = try input.read(name)
      return parts.test ?? parts.training
    }
    let reading = InputTable(arguments: arguments, console: console)
    var options = reading.options
    options.wordColumns = .automatic(also: [])
    let table = try reading.read(name, options: options)
    let inputs = try InputTable.named(name) {
      // A network of arrays knows no names: columns count by position.
      let names = network.interface.inputNames
      return try SupervisedData.inputs(of: table, like: names.isEmpty ? table.columnNames : names)
    }
    return try unlabeled(limited(inputs))
  }

  /// The first data alone if a limit is given.
  private func limited(_ inputs: Tensor) -> Tensor {
    guard let limit = arguments[TrainOptions.limit], let count = inputs.shape.first, limit < count else {
      return inputs
    }
    return inputs[0..<limit]
  }

  private func unlabeled(_ inputs: Tensor) throws -> SupervisedData {
    try SupervisedData(inputs: inputs, targets: Tensor(zeros: [inputs.shape.first ?? 0, 1]))
  }
}
