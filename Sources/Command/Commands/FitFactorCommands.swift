import Surprisal

/// The options of models of factors.
enum FactorOptions {
  static let components = Option.integer(
    "components", 1...1_000_000, placeholder: "K", section: FitOptions.model,
    standard: "all that rows and columns allow", "how many components are kept")
  static let share = Option.real(
    "variance-share", 0...1, isOpen: true, section: FitOptions.model,
    "keep the fewest components that explain this share of the variance")
  static let standardize = Option.flag(
    "standardize", section: FitOptions.model, "divide every column by its standard deviation first")
  static let factors = Option.integer(
    "factors", aliases: ["components"], 1...100_000, placeholder: "Q", section: FitOptions.model,
    "how many factors; must be given")
  static let method = Option.choice(
    "method", [.init("closed-form"), .init("em")], section: FitOptions.search, standard: "closed-form",
    "by eigenvectors, or by expectation–maximization from a random start")
  static let factorMethod = Option.choice(
    "method", [.init("newton"), .init("em")], section: FitOptions.search, standard: "newton",
    "by Newton steps on the noise, which EM then certifies, or by expectation–maximization alone")
  static let uniqueness = Option.real(
    "minimum-uniqueness", 1e-12...0.999, section: FitOptions.model, standard: "1e-6",
    "the least share of its variance that a column keeps for itself (Heywood cases)")
  static let factorStarts = Option.integer(
    "starts", 1...1_000_000, section: FitOptions.search, standard: "1", "how many starts are tried")
  static let rotation = Option.choice(
    "rotation", [.init("none"), .init("varimax")], section: FitOptions.model, standard: "none",
    "how the factors are turned; the likelihood is the same")

  static let ppca = FitSpecification<ProbabilisticPCA>(name: "ppca", size: factors) { input in
    try ProbabilisticPCA.fit(
      input.rows, weights: input.weights, columnNames: input.columnNames, factors: input.size,
      method: input.arguments[method] == "em" ? .expectationMaximization : .closedForm,
      configuration: input.configuration, progress: input.progress, isCancelled: input.isCancelled)
  }

  static let factorAnalysis = FitSpecification<FactorAnalysis>(name: "factor-analysis", size: factors) { input in
    var configuration = input.configuration
    configuration.starts = input.arguments[FitOptions.starts] ?? 1
    var fit = try FactorAnalysis.fit(
      input.rows, weights: input.weights, columnNames: input.columnNames, factors: input.size,
      method: input.arguments[factorMethod] == "em" ? .expectationMaximization : .newton,
      minimumUniqueness: input.arguments[uniqueness] ?? FactorAnalysis.defaultMinimumUniqueness,
      configuration: configuration, progress: input.progress, isCancelled: input.isCancelled)
    if input.arguments[rotation] == "varimax" { fit.model = fit.model.rotated() }
    return fit
  }

  static let factorSearch: [OptionDescription] =
    [
      rotation.description, uniqueness.description, factorMethod.description, factorStarts.description,
      FitOptions.tolerance.description, FitOptions.iterations.description, FitOptions.acceleration.description,
    ]

  static let ppcaSearch: [OptionDescription] = [
    method.description, FitOptions.tolerance.description, FitOptions.iterations.description,
    FitOptions.acceleration.description,
  ]
}

extension Command {
  static let fitPPCA: Command = fitting(
    FactorOptions.ppca, aliases: ["probabilistic-pca"],
    summary: "principal components as a density (probabilistic PCA)",
    discussion: [
      "x = m + W z + noise of one variance in every column: the closed form of Tipping and Bishop, or EM, which "
        + "reaches it. The likelihood compares columns, so it depends on their units."
    ],
    options: FactorOptions.ppcaSearch,
    examples: [
      Example("surprisal fit ppca digits --factors 10", "ten factors of the images of digits"),
      Example("surprisal fit ppca old-faithful --factors 1 --method em", "the ledger of EM beside the closed form"),
    ])

  static let fitFactorAnalysis: Command = fitting(
    FactorOptions.factorAnalysis, aliases: ["fa"], summary: "common factors and a noise of its own for every column",
    discussion: [
      "x = m + Λ z + noise with a variance of its own in every column. The likelihood does not depend on "
        + "the units of the columns, nor on a rotation of the factors."
    ],
    options: FactorOptions.factorSearch,
    examples: [
      Example("surprisal fit factor-analysis three-clusters --factors 1 --json", "one factor, as one JSON object")
    ])

  static let selectPPCA: Command = selecting(
    FactorOptions.ppca, aliases: ["probabilistic-pca"], summary: "compare numbers of factors of probabilistic PCA",
    options: FactorOptions.ppcaSearch,
    examples: [Example("surprisal select ppca digits --factors 5,10,20", "three sizes and the winner by BIC")])

  static let selectFactorAnalysis: Command = selecting(
    FactorOptions.factorAnalysis, aliases: ["fa"], summary: "compare numbers of factors of factor analysis",
    options: FactorOptions.factorSearch,
    examples: [Example("surprisal select factor-analysis three-clusters --factors 1", "the table of one size")])

  static let fitPCA: Command = .init(
    name: "pca", summary: "the directions in which rows vary most (principal components)",
    discussion: [
      "Eigenvectors of the covariance by falling variance, exact, in one pass over the rows. 'transform' gives "
        + "the scores of rows, 'reconstruct' the rows that the scores stand for; 'fit ppca' is the same as a density."
    ],
    positionals: [DataOptions.positional],
    options: [
      FactorOptions.components.description, FactorOptions.share.description, FactorOptions.standardize.description,
    ] + fitFiles.filter { $0.name != SharedOptions.seed.description.name },
    examples: [
      Example(
        "surprisal fit pca digits --variance-share 0.9 --model pca.safetensors",
        "as many components as explain nine tenths"),
      Example("surprisal fit pca old-faithful --standardize --report pca.html", "components of the correlation matrix"),
    ],
    action: { try PCAAnswer(arguments: $0, console: $1).fit() })
}

/// Finds principal components and gives the answer in every form that was asked for.
struct PCAAnswer {
  var arguments: Arguments
  var console: Console

  func fit() throws -> Int32 {
    let name = arguments.word(0) ?? ""
    if arguments[FactorOptions.components] != nil, arguments[FactorOptions.share] != nil {
      throw SurprisalError(
        .usage, "--components and --variance-share exclude each other", remedy: "give one of them")
    }
    let outputs = try FitOptions.checkedOutputs(arguments, source: name)
    let table = try InputTable(arguments: arguments, console: console).read(name)
    let selection: ComponentSelection =
      arguments[FactorOptions.components].map { .count($0) }
      ?? arguments[FactorOptions.share].map { .varianceShare($0) } ?? .all
    let fit = try InputTable.named(name) {
      try PrincipalComponents.fit(
        table.rows, weights: table.weights, columnNames: table.columnNames, components: selection,
        isStandardized: arguments[FactorOptions.standardize], threads: arguments[SharedOptions.threads])
    }
    for warning in fit.warnings { console.note("warning: \(warning)") }
    let page = try outputs.report.map { path in
      (path, try fit.htmlReport(rows: table.rows, title: "pca of \(name)", command: ShellText.commandLine()))
    }
    if let path = outputs.model { try fit.model.save(to: path, fit: fit) }
    if let (path, text) = page { try AtomicWrite.write(text, to: path) }
    if arguments[SharedOptions.json] {
      try console.writeLine(json(fit, table: table, name: name).answerText)
    } else {
      try console.write(text(fit, table: table, name: name))
    }
    return ExitCode.success
  }

  private func json(_ fit: PrincipalComponentsFit, table: Table, name: String) -> JSONValue {
    [
      "model": "pca", "data": JSONValue(name), "rows": JSONValue(fit.rowCount),
      "columns": JSONValue(fit.model.columnCount), "columnNames": JSONValue(fit.model.columnNames),
      "totalWeight": JSONValue(fit.totalWeight), "components": JSONValue(fit.model.componentCount),
      "standardized": JSONValue(fit.model.isStandardized), "rank": JSONValue(fit.rank),
      "totalVariance": JSONValue(fit.model.totalVariance), "remainingVariance": JSONValue(fit.model.remainingVariance),
      "parameters": fit.model.parametersJSON, "warnings": JSONValue(fit.warnings), "seconds": JSONValue(fit.seconds),
    ]
  }

  private func text(_ fit: PrincipalComponentsFit, table: Table, name: String) -> String {
    let model = fit.model
    var text = "pca of \(name): \(NumberText.grouped(fit.rowCount)) rows × \(model.columnCount.counted("column"))"
    text += model.isStandardized ? ", each divided by its standard deviation\n" : "\n"
    text += "\(model.componentCount.counted("component")) of rank \(fit.rank) "
    text += model.componentCount == 1 ? "explains " : "explain "
    text += "\(NumberText.fixed(model.explainedVarianceRatio.reduce(0, +), 6)) of the variance "
    text += "\(NumberText.general(model.totalVariance, 8)); " + NumberText.duration(seconds: fit.seconds) + "\n\n"
    return text + model.parametersText
  }
}
