import Surprisal

/// A model that `fit` makes, writes and shows.
protocol FitCommandModel: CommandModel, FittedModel {
  /// Writes the model with what the file says of its fit.
  func save(to path: String, fit: ModelFit<Self>?) throws
  /// What stands between the headline and the evidence, such as how many components there are; whole lines.
  func summary(of fit: ModelFit<Self>) -> String
  /// The members of the JSON answer that say how large the model is, such as `components`.
  var sizeJSON: [JSONMember] { get }
  /// The page of `--report`.
  func report(_ fit: ModelFit<Self>, data: ModelData, title: String, command: String) throws -> String
}

/// What a fit is given by the command line.
struct FitInput {
  var data: ModelData
  var arguments: Arguments
  var configuration: FitConfiguration
  var progress: (@Sendable (FitProgress) -> Void)?

  var rows: RowMatrix { data.rows }
  var weights: [Double]? { data.table.weights }
  var columnNames: [String] { data.table.columnNames }
  /// Whether a signal asked for the end.
  var isCancelled: @Sendable () -> Bool { { Interruption.received != nil } }
}

extension FitConfiguration {
  /// The configuration that the options of `fit` give.
  init(_ arguments: Arguments) {
    self.init()
    if let count = arguments[FitOptions.starts] { starts = count }
    if let seed = arguments[SharedOptions.seed] { self.seed = seed }
    if let tolerance = arguments[FitOptions.tolerance] { engine.tolerance = tolerance }
    if let iterations = arguments[FitOptions.iterations] { engine.maximumIterations = iterations }
    if let name = arguments[FitOptions.acceleration], let value = EngineOptions.Acceleration(rawValue: name) {
      engine.acceleration = value
    }
    engine.threads = arguments[SharedOptions.threads]
  }
}

/// Fits one model and gives the answer in every form that was asked for.
struct FitAnswer<Model: FitCommandModel> {
  /// The command's word, such as `poisson-mixture`.
  var name: String
  var arguments: Arguments
  var console: Console
  /// Changes how the table is read: which columns hold words.
  var reading: @Sendable (inout CSVOptions, Arguments) throws -> Void
  /// The fit itself.
  var fit: @Sendable (FitInput) throws -> ModelFit<Model>

  private var sourceName: String { arguments.word(0) ?? "" }

  func run() throws -> Int32 {
    let outputs = [FitOptions.modelFile, FitOptions.report]
    for option in outputs {
      if let path = arguments[option] { try FileSystem.checkOutput(path, option: option.description.name) }
    }
    try FileSystem.checkDistinct(outputs.compactMap { arguments[$0] } + [sourceName])
    let data = try read()
    Interruption.observe()
    let progress = FitProgressTable(isQuiet: console.isQuiet)
    let result: ModelFit<Model>
    do {
      defer { progress.finish() }
      result = try InputTable.named(sourceName) {
        try fit(
          FitInput(
            data: data, arguments: arguments, configuration: FitConfiguration(arguments),
            progress: progress.observer))
      }
    }
    if Interruption.received != nil { throw CancellationError() }
    try write(result, data: data)
    try show(result, data: data)
    return ExitCode.success
  }

  private func read() throws -> ModelData {
    let input = InputTable(arguments: arguments, console: console)
    var options = input.options
    try reading(&options, arguments)
    guard let column = arguments[DataOptions.sequence] else {
      return ModelData(table: try input.read(sourceName, options: options))
    }
    if let columns = options.columns, !columns.contains(column) { options.columns = columns + [column] }
    if case .none = options.wordColumns { options.wordColumns = .automatic(also: []) }
    let (table, lengths) = try InputTable.sequences(in: input.read(sourceName, options: options), column: column)
    return ModelData(table: table, sequenceLengths: lengths)
  }

  /// Writes the files that were asked for, and says what the reader must know.
  private func write(_ fit: ModelFit<Model>, data: ModelData) throws {
    for warning in fit.warnings { console.note("warning: \(warning)") }
    // The page is made before the first file is written: its failure must leave no file behind.
    let page = try arguments[FitOptions.report].map { path in
      let text = try fit.model.report(
        fit, data: data, title: "\(name) of \(sourceName)", command: ShellText.commandLine())
      return (path, text)
    }
    if let path = arguments[FitOptions.modelFile] { try fit.model.save(to: path, fit: fit) }
    if let (path, text) = page { try AtomicWrite.write(text, to: path) }
  }

  private func show(_ fit: ModelFit<Model>, data: ModelData) throws {
    let figures = FitFigures(fit)
    guard !arguments[SharedOptions.json] else {
      let members =
        [
          JSONMember("model", JSONValue(name)), JSONMember("data", JSONValue(sourceName)),
          JSONMember("rows", JSONValue(fit.rowCount)), JSONMember("columns", JSONValue(data.rows.columnCount)),
          JSONMember("columnNames", JSONValue(fit.model.columnNames)),
          JSONMember("totalWeight", JSONValue(fit.totalWeight)),
        ] + fit.model.sizeJSON + figures.json
        + [JSONMember("parameters", fit.model.parametersJSON)] + figures.jsonTail
      return try console.writeLine(JSONValue.object(members).text())
    }
    try console.write(
      figures.headline(model: name, source: sourceName, columns: data.rows.columnCount)
        + fit.model.summary(of: fit) + "\n" + figures.text + "\n" + fit.model.parametersText)
  }
}

extension Command {
  /// The options of every fit that EM does from several starts.
  static let engineOptions: [OptionDescription] = [
    FitOptions.starts.description, FitOptions.tolerance.description, FitOptions.iterations.description,
    FitOptions.acceleration.description,
  ]

  /// The options of every fit that reads a table and writes a model.
  static let fitFiles: [OptionDescription] = [
    DataOptions.columns.description, DataOptions.weights.description, DataOptions.delimiter.description,
    DataOptions.decimal.description, DataOptions.header.description, DataOptions.missing.description,
    FitOptions.modelFile.description, FitOptions.report.description, SharedOptions.json.description,
    SharedOptions.seed.description, SharedOptions.threads.description, SharedOptions.quiet.description,
  ]

  /// `fit NAME` for one kind of model.
  static func fitting<Model: FitCommandModel>(
    _ name: String, aliases: [String] = [], summary: String, discussion: [String],
    options: [OptionDescription], examples: [Example],
    reading: @escaping @Sendable (inout CSVOptions, Arguments) throws -> Void = { _, _ in },
    fit: @escaping @Sendable (FitInput) throws -> ModelFit<Model>
  ) -> Command {
    Command(
      name: name, aliases: aliases, summary: summary, discussion: discussion,
      positionals: [DataOptions.positional], options: options + fitFiles, examples: examples,
      action: { arguments, console in
        try FitAnswer(name: name, arguments: arguments, console: console, reading: reading, fit: fit).run()
      })
  }
}
