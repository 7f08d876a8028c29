import Surprisal

extension Command {
  static let fitGaussianMixture: Command = .init(
    name: "gaussian-mixture", aliases: ["gmm"],
    summary: "fit a mixture of Gaussians by expectation–maximization",
    discussion: [
      "Maximizes log p(x|θ) without any regularizer; --prior makes it MAP. Prints log p(x|θ) in nats and "
        + "bits, the bound, criteria (smaller is better) and the parameters, components by falling weight. "
        + "Without --components the number is chosen from 1 to 9 by BIC, and the answer says so."
    ],
    positionals: [DataOptions.positional],
    options: FitOptions.gaussianMixture + [
      DataOptions.columns.description, DataOptions.weights.description, DataOptions.delimiter.description,
      DataOptions.decimal.description, DataOptions.header.description, DataOptions.missingOrModel.description,
      StandardErrorOptions.method.description, StandardErrorOptions.replicates.description,
      FitOptions.modelFile.description, FitOptions.report.description, SharedOptions.json.description,
      SharedOptions.seed.description, SharedOptions.threads.description, SharedOptions.quiet.description,
    ],
    examples: [
      Example(
        "surprisal fit gaussian-mixture old-faithful --components 2 --model faithful.safetensors",
        "two components with full covariances; the model goes to a file"),
      Example("surprisal fit gmm old-faithful --covariance tied --json", "one JSON object"),
      Example(
        "surprisal fit gmm old-faithful --components 3 --prior --report faithful.html",
        "maximum a posteriori, with a page of charts"),
    ],
    action: { try MixtureAnswer(arguments: $0, console: $1).fit() })
}

/// Fits or selects mixtures and gives the answer in every form that was asked for.
struct MixtureAnswer {
  var arguments: Arguments
  var console: Console

  private var sourceName: String { arguments.word(0) ?? "" }

  /// `fit gaussian-mixture`.
  func fit() throws -> Int32 {
    var configuration = try GaussianMixtureConfiguration(arguments)
    let method = try StandardErrorOptions.method(arguments)
    let outputs = try FitOptions.checkedOutputs(arguments, source: sourceName)
    var start: GaussianMixture?
    let initial = arguments[FitOptions.initial]
    if let initial { start = try configuration.start(from: initial, arguments: arguments) }
    let input = InputTable(arguments: arguments, console: console)
    var table = try input.read(sourceName)
    if let start, let initial {
      table = try ModelColumns(names: start.columnNames, file: initial).matched(table)
    }
    let fit = try interruptibly { progress in
      try GaussianMixture.fit(
        table.rows, weights: table.weights, columnNames: table.columnNames, configuration: configuration,
        progress: progress, isCancelled: { Interruption.received != nil })
    }
    let errors = try method.map { method in
      try InputTable.named(sourceName) {
        try fit.standardErrors(
          of: table.rows, weights: table.weights, method: method, isCancelled: { Interruption.received != nil })
      }
    }
    try write(fit, table: table, to: outputs)
    if arguments[SharedOptions.json] {
      var answer = fit.json(candidates: fit.selection, sourceName: sourceName)
      if let errors { answer["standardErrors"] = errors.json }
      try console.writeLine(answer.answerText)
    } else {
      try console.write(MixtureFitText(fit: fit, candidates: fit.selection, sourceName: sourceName).text)
      if let errors { try console.write("\n" + errors.text) }
    }
    return ExitCode.success
  }

  /// `select gaussian-mixture`.
  func select() throws -> Int32 {
    let configuration = try GaussianMixtureConfiguration(arguments)
    let criterion = try SelectOptions.criterion(arguments)
    try BootstrapTestOptions.check(arguments)
    let outputs = try FitOptions.checkedOutputs(arguments, source: sourceName)
    let table = try InputTable(arguments: arguments, console: console).read(sourceName)
    if arguments[BootstrapTestOptions.test] { return try test(table, configuration, outputs) }
    let selection = try interruptibly { progress in
      try GaussianMixture.select(
        table.rows, weights: table.weights, columnNames: table.columnNames,
        components: arguments[SelectOptions.components] ?? Array(1...9),
        covarianceModels: SelectOptions.models(arguments), criterion: criterion.criterion,
        folds: criterion.folds, configuration: configuration, progress: progress,
        isCancelled: { Interruption.received != nil })
    }
    try write(selection.winner, table: table, to: outputs)
    let text = MixtureSelectionText(
      selection: selection, sourceName: sourceName)
    if arguments[SharedOptions.json] {
      try console.writeLine(text.json.answerText)
    } else {
      try console.write(text.text)
    }
    return ExitCode.success
  }

  /// `select gaussian-mixture --bootstrap-test`.
  private func test(
    _ table: Table, _ configuration: GaussianMixtureConfiguration, _ outputs: (model: String?, report: String?)
  ) throws -> Int32 {
    let shapes = arguments[SelectOptions.covariances] ?? ["VVV"]
    guard shapes.count == 1, let shape = CovarianceModel(rawValue: shapes[0]) else {
      throw SurprisalError(
        .usage, "--bootstrap-test compares numbers of components of one shape", remedy: "name one by --covariances")
    }
    let sizes = arguments[SelectOptions.components] ?? Array(1...9)
    guard let least = sizes.min(), let most = sizes.max(), least < most, Set(sizes) == Set(least...most) else {
      throw SurprisalError(
        .usage, "--bootstrap-test takes successive numbers of components", remedy: "for example: --components 1-5")
    }
    if arguments[SelectOptions.criterion] != nil || arguments[SelectOptions.folds] != nil {
      throw SurprisalError(
        .usage, "--bootstrap-test stands in place of --criterion and --folds", remedy: "leave them out")
    }
    var configuration = configuration
    configuration.covarianceModel = shape
    Interruption.observe()
    let selection = try InputTable.named(sourceName) {
      try GaussianMixture.selectByBootstrap(
        table.rows, weights: table.weights, columnNames: table.columnNames, components: least...most,
        level: arguments[BootstrapTestOptions.level] ?? 0.05,
        replicates: arguments[BootstrapTestOptions.replicates] ?? 199, seed: configuration.seed,
        configuration: configuration, isCancelled: { Interruption.received != nil })
    }
    try write(selection.fit, table: table, to: outputs)
    if arguments[SharedOptions.json] {
      try console.writeLine(selection.json(sourceName: sourceName).answerText)
    } else {
      try console.write(selection.text(sourceName: sourceName))
    }
    return ExitCode.success
  }

  /// Runs `body` with a progress table; a signal stops it with `CancellationError`.
  private func interruptibly<Result>(
    _ body: ((@Sendable (FitProgress) -> Void)?) throws -> Result
  ) throws -> Result {
    Interruption.observe()
    let progress = FitProgressTable(isQuiet: console.isQuiet)
    defer { progress.finish() }
    let result = try InputTable.named(sourceName) { try body(progress.observer) }
    if Interruption.received != nil { throw CancellationError() }
    return result
  }

  /// Writes the files that were asked for, and says what the reader must know.
  private func write(
    _ fit: GaussianMixtureFit, table: Table, to outputs: (model: String?, report: String?)
  ) throws {
    // Of several candidates the warnings are those of the winner.
    let place =
      fit.selection.count > 1
      ? "\(fit.model.componentCount.counted("component")), \(fit.model.covarianceModel.rawValue): " : ""
    for warning in fit.warnings { console.note("warning: \(place)\(warning)") }
    // The page is made before the first file is written: its failure must leave no file behind.
    let page = try outputs.report.map { path in
      let text = try fit.htmlReport(
        rows: table.rows, weights: table.weights, title: "Gaussian mixture of \(sourceName)",
        command: ShellText.commandLine())
      return (path, text)
    }
    if let path = outputs.model { try fit.model.save(to: path, fit: fit) }
    if let (path, text) = page { try AtomicWrite.write(text, to: path) }
  }
}
