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
  /// How many components, states or factors.
  var size = 1

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

/// How one kind of model is fitted from the command line.
struct FitSpecification<Model: FitCommandModel>: Sendable {
  /// The command's word, such as `poisson-mixture`.
  var name: String
  /// The option that says how many components, states or factors.
  var size: Option<Int>
  /// The sizes that are tried where none is given; it must be given if nil.
  var sizes: ClosedRange<Int>?
  /// Whether the fit says how clearly rows belong to components, which ICL counts.
  var hasICL = false
  /// Changes how the table is read: which columns hold words.
  var reading: @Sendable (inout CSVOptions, Arguments) throws -> Void = { _, _ in }
  /// The fit itself.
  var fit: @Sendable (FitInput) throws -> ModelFit<Model>

  var sizeName: String { size.description.name }
}

/// Fits models of one kind and gives the answer in every form that was asked for.
struct FitAnswer<Model: FitCommandModel> {
  var specification: FitSpecification<Model>
  var arguments: Arguments
  var console: Console

  private var sourceName: String { arguments.word(0) ?? "" }

  /// `fit`: one size, or the best of several by BIC.
  func fit() throws -> Int32 {
    let outputs = try FitOptions.checkedOutputs(arguments, source: sourceName)
    let size = arguments[specification.size]
    guard size != nil || specification.sizes != nil else {
      throw SurprisalError(
        .usage, "--\(specification.sizeName) is missing: say how many",
        remedy: "for example: --\(specification.sizeName) 2")
    }
    let data = try read()
    let selection = try search(size.map { [$0] } ?? Array(specification.sizes ?? 1...1), .bic, in: data)
    try write(selection.winner, data: data, to: outputs)
    try show(selection, data: data, isChosen: size == nil)
    return ExitCode.success
  }

  /// `select`: several sizes by one criterion.
  func select() throws -> Int32 {
    let outputs = try FitOptions.checkedOutputs(arguments, source: sourceName)
    let data = try read()
    let sizes = arguments[SizeOptions.sizes(specification.sizeName)] ?? Array(1...9)
    let criterion =
      arguments[SizeOptions.criterion(hasICL: specification.hasICL)].flatMap(SizeComparison.Criterion.init(rawValue:))
      ?? .bic
    let selection = try search(sizes, criterion, in: data)
    try write(selection.winner, data: data, to: outputs)
    if arguments[SharedOptions.json] {
      try console.writeLine(
        JSONValue.object(
          [
            JSONMember("model", JSONValue(specification.name)), JSONMember("data", JSONValue(sourceName)),
            JSONMember("criterion", JSONValue(criterion.rawValue)),
            JSONMember("winner", .object(selection.winner.model.sizeJSON + selection.winner.figuresJSON)),
            JSONMember("candidates", selection.json),
          ]
        ).answerText)
    } else {
      try console.write(
        "\(specification.name) of \(sourceName)\n\n" + selection.text)
    }
    return ExitCode.success
  }

  private func search(
    _ sizes: [Int], _ criterion: SizeComparison.Criterion, in data: ModelData
  ) throws -> SizeSelection<Model> {
    Interruption.observe()
    let progress = FitProgressTable(isQuiet: console.isQuiet)
    defer { progress.finish() }
    var input = FitInput(
      data: data, arguments: arguments, configuration: FitConfiguration(arguments), progress: progress.observer)
    let selection = try InputTable.named(sourceName) {
      try SizeSelection(sizes: sizes, of: specification.sizeName, criterion: criterion) { size in
        input.size = size
        return try specification.fit(input)
      }
    }
    if Interruption.received != nil { throw CancellationError() }
    return selection
  }

  private func read() throws -> ModelData {
    let input = InputTable(arguments: arguments, console: console)
    var options = input.options
    try specification.reading(&options, arguments)
    guard let column = arguments[DataOptions.sequence] else {
      return ModelData(table: try input.read(sourceName, options: options))
    }
    if let columns = options.columns, !columns.contains(column) { options.columns = columns + [column] }
    if case .automatic(let also) = options.wordColumns {
      options.wordColumns = .automatic(also: also + [column])
    } else {
      options.wordColumns = .automatic(also: [column])
    }
    let (table, lengths) = try InputTable.sequences(in: input.read(sourceName, options: options), column: column)
    return ModelData(table: table, sequenceLengths: lengths)
  }

  /// The size of a fit in words, such as `3 components`.
  private func sized(_ fit: ModelFit<Model>) -> String {
    guard case .integer(let size)? = fit.model.sizeJSON.first?.value else { return specification.sizeName }
    let noun = specification.sizeName
    return size.counted(noun.hasSuffix("s") ? String(noun.dropLast()) : noun)
  }

  /// Writes the files that were asked for, and says what the reader must know.
  private func write(
    _ fit: ModelFit<Model>, data: ModelData, to outputs: (model: String?, report: String?)
  ) throws {
    // Of several sizes the warnings are those of the winner.
    let size = fit.comparison == nil ? "" : "\(sized(fit)): "
    for warning in fit.warnings { console.note("warning: \(size)\(warning)") }
    // The page is made before the first file is written: its failure must leave no file behind.
    let page = try outputs.report.map { path in
      let text = try fit.model.report(
        fit, data: data, title: "\(specification.name) of \(sourceName)", command: ShellText.commandLine())
      return (path, text)
    }
    if let path = outputs.model { try fit.model.save(to: path, fit: fit) }
    if let (path, text) = page { try AtomicWrite.write(text, to: path) }
  }

  private func show(_ selection: SizeSelection<Model>, data: ModelData, isChosen: Bool) throws {
    let fit = selection.winner
    guard !arguments[SharedOptions.json] else {
      var members =
        [
          JSONMember("model", JSONValue(specification.name)), JSONMember("data", JSONValue(sourceName)),
          JSONMember("rows", JSONValue(fit.rowCount)), JSONMember("columns", JSONValue(data.rows.columnCount)),
          JSONMember("columnNames", JSONValue(fit.model.columnNames)),
          JSONMember("totalWeight", JSONValue(fit.totalWeight)),
        ] + fit.model.sizeJSON + fit.figuresJSON + [JSONMember("parameters", fit.model.parametersJSON)]
      if isChosen {
        members.append(JSONMember("selection", selection.json))
      }
      return try console.writeLine(JSONValue.object(members + fit.figuresTail).answerText)
    }
    var text = fit.headline(model: specification.name, source: sourceName, columns: data.rows.columnCount)
    text += fit.model.summary(of: fit)
    if isChosen {
      text += "the number of \(specification.sizeName) was chosen by BIC\n\n"
      text += selection.table.description
    }
    try console.write(text + "\n" + fit.figuresText + "\n" + fit.model.parametersText)
  }
}
