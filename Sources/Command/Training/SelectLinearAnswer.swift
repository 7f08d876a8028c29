import Surprisal

/// The options of choosing a regression.
enum SelectLinearOptions {
  static let degrees = Option.integers(
    "degrees", 1...100, placeholder: "A-B", section: "candidates", standard: "1-8", "the highest powers to compare")
  static let decays = Option.numbers(
    "decays", section: "candidates", standard: "0,0.0001,0.001,0.01,0.1", "the weight decays λ to compare")
  static let folds = Option.integer(
    "folds", 2...1_000_000, section: "candidates", standard: "10", "the parts that are left out in turn")
}

extension Command {
  static let selectLinear: Command = .init(
    name: "linear", summary: "compare degrees and weight decays of linear regression by k-fold cross-validation",
    discussion: [
      "Each candidate is fitted in closed form to all folds but one and measured on that one: half the squared error "
        + "per row, in the squared unit of the target. λ is per row and for standardized columns. --model writes the "
        + "best one, fitted to all rows; 'evaluate' and 'predict' use it."
    ],
    positionals: [DataOptions.positional],
    options: [
      TrainOptions.target.description, SelectLinearOptions.degrees.description,
      SelectLinearOptions.decays.description, SelectLinearOptions.folds.description, FitOptions.modelFile.description,
    ] + DataOptions.all + [
      SharedOptions.json.description, SharedOptions.seed.description, SharedOptions.threads.description,
      SharedOptions.quiet.description,
    ],
    examples: [
      Example(
        "surprisal select linear old-faithful --target waiting --degrees 1-4 --model line.safetensors",
        "which power of the duration tells the waiting time best")
    ],
    action: { try SelectLinearAnswer(arguments: $0, console: $1).select() })
}

/// Compares regressions and gives the answer in every form that was asked for.
struct SelectLinearAnswer {
  var arguments: Arguments
  var console: Console

  func select() throws -> Int32 {
    let name = arguments.word(0) ?? ""
    let output = arguments[FitOptions.modelFile]
    if let output {
      try FileSystem.checkOutput(output, option: FitOptions.modelFile.description.name)
      try FileSystem.checkDistinct([output, name])
    }
    if arguments[SelectLinearOptions.decays]?.contains(where: { $0 < 0 }) == true {
      throw SurprisalError(.usage, "--decays has a number below 0", remedy: "a weight decay is from 0 on")
    }
    Threads.limitTensors(to: arguments[SharedOptions.threads])
    let data = try TrainingInput(arguments: arguments, console: console).read(name).training
    guard !data.isClassification else {
      throw SurprisalError(
        .data, "the targets are classes, and a regression tells numbers", remedy: "use 'surprisal train softmax'",
        at: .init(file: name))
    }
    let x = data.inputs.reshaped(to: [data.count, data.inputShape.reduce(1, *)])
    let selection = try InputTable.named(name) {
      try RegressionSelection(
        x, data.targets, degrees: arguments[SelectLinearOptions.degrees] ?? Array(1...8),
        decays: arguments[SelectLinearOptions.decays] ?? [0, 1e-4, 1e-3, 1e-2, 1e-1],
        folds: arguments[SelectLinearOptions.folds] ?? 10, seed: arguments[SharedOptions.seed] ?? 0)
    }
    if let output {
      try InputTable.named(name) {
        try TrainedNetwork(regression: data, degree: selection.best.degree, decay: selection.best.decay)
      }.save(to: output)
    }
    if arguments[SharedOptions.json] {
      try console.writeLine(json(selection, name: name, rows: data.count).answerText)
    } else {
      try console.write(text(selection, name: name, rows: data.count))
    }
    return ExitCode.success
  }

  private func json(_ selection: RegressionSelection, name: String, rows: Int) -> JSONValue {
    [
      "model": "linear", "data": JSONValue(name), "rows": JSONValue(rows), "folds": JSONValue(selection.folds),
      "best": selection.best.json, "candidates": .array(selection.candidates.map(\.json)),
    ]
  }

  private func text(_ selection: RegressionSelection, name: String, rows: Int) -> String {
    var table = TextTable(columns: [
      .init("degree"), .init("λ"), .init("½ squared error"), .init("± standard error"),
      .init("root mean squared error"),
      .init(""),
    ])
    table.rows = selection.candidates.map { candidate in
      [
        "\(candidate.degree)", NumberText.general(candidate.decay, 6), NumberText.general(candidate.loss, 7),
        NumberText.general(candidate.standardError, 3), NumberText.general(candidate.rootMeanSquaredError, 6),
        candidate == selection.best ? "best" : "",
      ]
    }
    return "linear of \(name): \(NumberText.grouped(rows)) rows, \(selection.folds) folds\n\n" + table.description
  }
}

extension RegressionSelection.Candidate {
  fileprivate var json: JSONValue {
    [
      "degree": JSONValue(degree), "decay": JSONValue(decay), "loss": JSONValue(loss),
      "standardError": JSONValue(standardError), "rootMeanSquaredError": JSONValue(rootMeanSquaredError),
    ]
  }
}
