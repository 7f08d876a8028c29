import Surprisal

/// The options of classification.
enum ClassOptions {
  static let column = Option.column(
    "class", section: FitOptions.model, "the column that holds the classes; naive Bayes needs it")
  static let smoothing = Option.real(
    "smoothing", 0...1e9, section: FitOptions.model, standard: "1 (Laplace)",
    "rows that every level of 0–1 and categorical columns is given in every class")

  static let scaleSmoothing = Option.real(
    "scale-smoothing", 0...1, section: FitOptions.model, standard: "0 (maximum likelihood)",
    "share of a column's variance (or mean) over all rows that every class's gets, where columns are no levels")

  /// The column of classes, which must be given.
  static func name(_ arguments: Arguments) throws -> String {
    guard let name = arguments[column] else {
      throw SurprisalError(
        .usage, "--class is missing: say which column holds the classes", remedy: "for example: --class species")
    }
    return name
  }
}

extension Command {
  static let fitNaiveBayes: Command = .init(
    name: "naive-bayes", aliases: ["nb"], summary: "classify rows by Bayes' theorem, columns independent in a class",
    discussion: [
      "p(class | row) is p(class) times the product of p(column | class) over the columns, each with its family. "
        + "'assign' gives the classes of new rows with their probabilities, 'evaluate' compares them with known ones."
    ],
    positionals: [DataOptions.positional],
    options: [
      ClassOptions.column.description, FamilyOptions.families.description, ClassOptions.smoothing.description,
      ClassOptions.scaleSmoothing.description,
    ]
      + fitFiles.filter {
        ![FitOptions.report.description.name, SharedOptions.seed.description.name].contains($0.name)
      },
    examples: [
      Example(
        "surprisal fit nb - --class play --model nb.safetensors <<< $'sky,play\\nsun,yes\\nrain,no\\nsun,yes'",
        "one column of words tells another")
    ],
    action: { try NaiveBayesAnswer(arguments: $0, console: $1).fit() })

  static let evaluate: Command = .init(
    name: "evaluate", summary: "how well a model tells known classes or numbers: accuracy and log loss",
    discussion: [
      "For naive Bayes (with --class) and trained networks (with --target for tables; of MNIST folders the test data). "
        + "Accuracy is the share of rows whose most probable class is their own; the log loss is the mean surprisal "
        + "−log p(class | row), in nats and bits per row. Rows that were fitted flatter: give others."
    ],
    positionals: [DataOptions.model, DataOptions.positional],
    options: [
      ClassOptions.column.description, TrainOptions.target.description, TrainOptions.limit.description,
      TrainOptions.skipBad.description,
    ] + DataOptions.all + [
      SharedOptions.json.description, SharedOptions.threads.description, SharedOptions.quiet.description,
    ],
    examples: [
      Example(
        "surprisal evaluate nb.safetensors - --class play <<< $'sky,play\\nsun,yes\\nrain,yes'",
        "accuracy and log loss on two other rows"),
      Example("surprisal evaluate mlp.safetensors digits", "a trained network on all digits"),
    ],
    action: { arguments, console in
      NetworkAnswer.isNetwork(arguments.word(0) ?? "")
        ? try NetworkAnswer(arguments: arguments, console: console).evaluate()
        : try NaiveBayesAnswer(arguments: arguments, console: console).evaluate()
    })
}

/// Fits or evaluates naive Bayes and gives the answer in every form that was asked for.
struct NaiveBayesAnswer {
  var arguments: Arguments
  var console: Console

  func fit() throws -> Int32 {
    let name = arguments.word(0) ?? ""
    let column = try ClassOptions.name(arguments)
    let outputs = try FitOptions.checkedOutputs(arguments, source: name)
    let choices = arguments[FamilyOptions.families] ?? []
    let input = InputTable(arguments: arguments, console: console)
    var options = input.options
    FamilyColumns.reading(&options, choices: choices)
    if case .automatic(let also) = options.wordColumns { options.wordColumns = .automatic(also: also + [column]) }
    if let columns = options.columns, !columns.contains(column) { options.columns = columns + [column] }
    let (table, classes, words) = try NaiveBayesAnswer.classes(in: input.read(name, options: options), column: column)
    let columns = try FamilyColumns(table, choices: choices)
    let model = try InputTable.named(name) {
      try NaiveBayes.fit(
        columns.rows, classes: classes, classNames: words, weights: table.weights, columnNames: table.columnNames,
        families: .each(columns.families), levels: columns.levels, smoothing: arguments[ClassOptions.smoothing] ?? 1,
        scaleSmoothing: arguments[ClassOptions.scaleSmoothing] ?? 0, threads: arguments[SharedOptions.threads])
    }
    // Rows of weight 0 are absent.
    let present = (0..<classes.count).filter { (table.weights?[$0] ?? 1) > 0 }
    let evaluation = try model.evaluation(
      of: RowMatrix(present.flatMap(columns.rows.row), columnCount: columns.rows.columnCount),
      classes: present.map { classes[$0] }, threads: arguments[SharedOptions.threads])
    let page = outputs.report.map { path in
      let title = "naive-bayes of \(name)"
      return (path, model.htmlReport(evaluation: evaluation, title: title, command: ShellText.commandLine()))
    }
    if let path = outputs.model { try model.save(to: path) }
    if let (path, text) = page { try AtomicWrite.write(text, to: path) }
    if arguments[SharedOptions.json] {
      try console.writeLine(
        JSONValue.object(
          [
            JSONMember("model", "naive-bayes"), JSONMember("data", JSONValue(name)),
            JSONMember("rows", JSONValue(table.rows.rowCount)),
            JSONMember("columns", JSONValue(table.columnNames.count)),
            JSONMember("columnNames", JSONValue(table.columnNames)),
            JSONMember("parameterCount", JSONValue(model.parameterCount)),
          ] + evaluation.json + [JSONMember("parameters", model.parametersJSON)]
        ).answerText)
    } else {
      try console.write(
        "naive-bayes of \(name): \(NumberText.grouped(table.rows.rowCount)) rows × "
          + "\(table.columnNames.count.counted("column")), \(model.classCount) "
          + "\(model.classCount == 1 ? "class" : "classes"), \(model.parameterCount.counted("parameter"))\n"
          + "on the rows it was fitted to: \(evaluation.line)\n\n" + model.parametersText)
    }
    return ExitCode.success
  }

  func evaluate() throws -> Int32 {
    let column = try ClassOptions.name(arguments)
    let file = try ModelFile(path: arguments.word(0) ?? "")
    let name = arguments.word(1) ?? ""
    let model = try file.model(NaiveBayes.self, for: "evaluate")
    // The column of classes is one more column of words behind the model's.
    let wanted = ModelColumns(
      names: model.columnNames + [column], levels: model.levels + [model.classNames], file: file.path)
    guard !model.columnNames.contains(column) else {
      throw SurprisalError(
        .usage, "`\(column)` is a column that \(file.path) tells classes by", remedy: "name the column of classes")
    }
    let table: Table
    do {
      table = try wanted.read(name, with: InputTable(arguments: arguments, console: console))
    } catch let error as SurprisalError where error.message.hasPrefix("the columns ") {
      throw SurprisalError(
        .usage, "there is no column `\(column)` beside those of \(file.path): \(ModelColumns.list(model.columnNames))",
        remedy: "name the column of classes", at: .init(file: name))
    }
    let (rest, classes, _) = try NaiveBayesAnswer.classes(in: table, column: column)
    let evaluation = try InputTable.named(table.sourceName) {
      try model.evaluation(of: rest.rows, classes: classes, threads: arguments[SharedOptions.threads])
    }
    if arguments[SharedOptions.json] {
      try console.writeLine(
        JSONValue.object(
          [
            JSONMember("model", "naive-bayes"), JSONMember("data", JSONValue(name)),
            JSONMember("rows", JSONValue(evaluation.rowCount)), JSONMember("classes", JSONValue(model.classNames)),
          ] + evaluation.json
        ).answerText)
    } else {
      var confusion = TextTable(
        columns: [.init("true \\ predicted", alignment: .left)] + model.classNames.map { .init($0) })
      for (index, row) in evaluation.confusion.enumerated() {
        confusion.rows.append([model.classNames[index]] + row.map { "\($0)" })
      }
      try console.write(evaluation.line + "\n\n" + confusion.description)
    }
    return ExitCode.success
  }

  /// The table without its column of classes, the class of each row, and the classes' names.
  private static func classes(in table: Table, column: String) throws -> (Table, [Int], [String]) {
    let place = try Table.columnIndex(column, in: table.columnNames, of: table.sourceName)
    let values = try table.column(named: table.columnNames[place])
    let others = table.columnNames.indices.filter { $0 != place }.map { table.columnNames[$0] }
    guard !others.isEmpty else {
      throw SurprisalError(
        .usage, "`\(column)` is the only column", remedy: "classes need other columns to tell them by",
        at: .init(file: table.sourceName))
    }
    let rest = try table.selecting(columns: others)
    if let words = table.levels[place] { return (rest, values.map { Int($0) }, words) }
    let levels = Set(values).sorted()
    var places: [Double: Int] = [:]
    for (index, value) in levels.enumerated() { places[value] = index }
    return (rest, values.map { places[$0] ?? 0 }, levels.map { WordLevels.word(for: $0) })
  }
}

extension NaiveBayes.Evaluation {
  /// Accuracy and log loss in one line.
  fileprivate var line: String {
    "accuracy \(NumberText.fixed(accuracy, 6)) of \(NumberText.grouped(rowCount)) rows, log loss "
      + "\(NumberText.fixed(logLoss.nats, 6)) nats (\(NumberText.fixed(logLoss.bits, 6)) bits) per row"
  }

  /// The same for a program.
  fileprivate var json: [JSONMember] {
    [
      JSONMember("accuracy", JSONValue(accuracy)), JSONMember("logLossNatsPerRow", JSONValue(logLoss.nats)),
      JSONMember("confusion", .array(confusion.map { JSONValue($0) })),
    ]
  }
}
