import Surprisal

extension Command {
  static let fitKMeans: Command = .init(
    name: "k-means", aliases: ["kmeans"], summary: "cluster rows around centers (k-means)",
    discussion: [
      "Lowers the inertia Σ w min |x − center|², in the squared unit of x: columns with a large spread "
        + "decide. Centers come by falling weight of their clusters."
    ],
    positionals: [DataOptions.positional],
    options: [
      FitOptions.clusters.description, FitOptions.starts.description, FitOptions.iterations.description,
      DataOptions.columns.description, DataOptions.weights.description, DataOptions.delimiter.description,
      DataOptions.decimal.description, DataOptions.header.description, DataOptions.missing.description,
      FitOptions.modelFile.description, SharedOptions.json.description, SharedOptions.seed.description,
      SharedOptions.threads.description, SharedOptions.quiet.description,
    ],
    examples: [
      Example("surprisal fit k-means old-faithful --clusters 2", "two clusters and their sizes")
    ],
    action: { try KMeansAnswer(arguments: $0, console: $1).fit() })
}

/// Fits k-means and gives the answer in every form that was asked for.
struct KMeansAnswer {
  var arguments: Arguments
  var console: Console

  func fit() throws -> Int32 {
    guard let clusters = arguments[FitOptions.clusters] else {
      throw SurprisalError(
        .usage, "--clusters is missing: say how many", remedy: "for example: --clusters 2")
    }
    let name = arguments.word(0) ?? ""
    let output = arguments[FitOptions.modelFile]
    if let output {
      try FileSystem.checkOutput(output, option: FitOptions.modelFile.description.name)
      try FileSystem.checkDistinct([output, name])
    }
    let table = try InputTable(arguments: arguments, console: console).read(name)
    Interruption.observe()
    let fit = try KMeans.fit(
      table.rows, weights: table.weights, columnNames: table.columnNames, clusters: clusters,
      starts: arguments[FitOptions.starts] ?? 20, seed: arguments[SharedOptions.seed] ?? 0,
      maximumIterations: arguments[FitOptions.iterations] ?? 1_000,
      threads: arguments[SharedOptions.threads], isCancelled: { Interruption.received != nil })
    for warning in fit.warnings { console.note("warning: \(warning)") }
    if !fit.converged {
      console.note("warning: not converged after \(fit.iterations.counted("iteration")) (raise --maximum-iterations)")
    }
    if let output { try fit.model.save(to: output) }
    if arguments[SharedOptions.json] {
      try console.writeLine(json(fit, table: table, name: name).answerText)
    } else {
      try console.write(text(fit, table: table, name: name))
    }
    return ExitCode.success
  }

  private func json(_ fit: KMeansFit, table: Table, name: String) -> JSONValue {
    [
      "model": "k-means", "data": JSONValue(name), "rows": JSONValue(table.rows.rowCount),
      "columns": JSONValue(fit.model.columnCount), "columnNames": JSONValue(fit.model.columnNames),
      "clusters": JSONValue(fit.model.clusterCount), "inertia": JSONValue(fit.inertia),
      "iterations": JSONValue(fit.iterations), "converged": JSONValue(fit.converged),
      "startsAtBest": JSONValue(fit.startsAtBest), "starts": JSONValue(fit.starts),
      "seed": JSONValue(arguments[SharedOptions.seed] ?? 0),
      "parameters": ["centers": JSONValue(fit.model.centers), "counts": JSONValue(fit.counts)],
      "warnings": JSONValue(fit.warnings),
      "history": .array(
        fit.history.enumerated().map { ["iteration": JSONValue($0 + 1), "inertia": JSONValue($1)] }),
      "seconds": JSONValue(fit.seconds),
    ]
  }

  private func text(_ fit: KMeansFit, table: Table, name: String) -> String {
    let model = fit.model
    var text = "k-means of \(name): \(NumberText.grouped(table.rows.rowCount)) rows × "
    text += "\(model.columnCount.counted("column"))\n\(model.clusterCount.counted("cluster")), inertia "
    text += "\(NumberText.general(fit.inertia, 10)) (squared unit of x)\n"
    text += "\(fit.converged ? "converged" : "not converged") after \(fit.iterations.counted("iteration")); "
    text += "\(fit.startsAtBest) of \(fit.starts.counted("start")) at the best; "
    text += NumberText.duration(seconds: fit.seconds) + "\n\n"
    let shown = min(model.columnCount, 8)
    var centers = TextTable(
      columns: [.init("cluster"), .init("weight")] + model.columnNames.prefix(shown).map { .init($0) })
    for (index, center) in model.centers.enumerated() {
      centers.rows.append(
        ["\(index + 1)", NumberText.general(fit.counts[index], 10)]
          + center.prefix(shown).map { NumberText.general($0, 6) })
    }
    text += centers.description
    return shown < model.columnCount
      ? text + "\(model.columnCount - shown) more columns in --json and --model\n" : text
  }
}
