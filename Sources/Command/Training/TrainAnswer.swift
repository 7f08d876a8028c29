import Surprisal

/// Trains a network by a recipe and gives the answer in every form that was asked for.
struct TrainAnswer {
  var arguments: Arguments
  var console: Console
  var recipe: String

  func train() throws -> Int32 {
    let configuration = try TrainSettings(arguments: arguments, recipe: recipe).configuration()
    if arguments[TrainOptions.dump] {
      try console.writeLine(try configuration.json.text(pretty: true))
      return ExitCode.success
    }
    guard let name = arguments.word(0) else {
      throw SurprisalError(
        .usage, "DATA is missing: give \(TrainingInput.positional.help)",
        remedy: "for example: surprisal train \(recipe) digits")
    }
    let outputs = try FitOptions.checkedOutputs(arguments, source: name)
    try FileSystem.checkDistinct([outputs.model, outputs.report, arguments[TrainOptions.run]].compactMap { $0 })
    try checkRun()
    Threads.limitTensors(to: arguments[SharedOptions.threads])
    let input = TrainingInput(arguments: arguments, console: console)
    let parts = try input.read(name)
    let training = try InputTable.named(name) { try RecipeTraining(configuration, data: parts.training) }
    let test = try testData(parts.test, of: training.untrained, source: name)
    Interruption.observe()
    let folder = try arguments[TrainOptions.run].map { try RunFolder($0) }
    let progress = try TrainProgress(
      training, folder: folder, keepsCourse: outputs.report != nil, console: console)
    let result: RecipeTraining.Result
    do {
      result = try training.run(
        in: folder, resumes: arguments[TrainOptions.resume], allowsDataChange: arguments[TrainOptions.dataChange],
        onSaveFailure: arguments[TrainOptions.waiting] ? .wait : .stop,
        isCancelled: { Interruption.received != nil }, note: { console.note("warning: \($0)") },
        report: progress.report)
    } catch is CancellationError {
      progress.finish()
      return interrupted(progress, folder)
    } catch {
      progress.finish()
      throw error
    }
    progress.finish()
    let trained = TrainedAnswer(
      source: name, training: training, result: result,
      test: try test.map { try result.model.evaluation(on: $0) },
      closedForm: try ClosedForm(beside: result, training: training), progress: progress, folder: folder)
    let page = try outputs.report.map { ($0, try trained.report(command: ShellText.commandLine()).html()) }
    if let path = outputs.model { try result.model.save(to: path) }
    if let (path, text) = page { try AtomicWrite.write(text, to: path) }
    if arguments[SharedOptions.json] {
      try console.writeLine(trained.json(model: outputs.model).answerText)
    } else {
      try console.write(trained.text)
    }
    return ExitCode.success
  }

  private func checkRun() throws {
    guard arguments[TrainOptions.run] == nil else { return }
    for (given, option) in [
      (arguments[TrainOptions.resume], TrainOptions.resume),
      (arguments[TrainOptions.dataChange], TrainOptions.dataChange),
    ] where given {
      throw SurprisalError(
        .usage, "--\(option.description.name) needs the folder of the training", remedy: "name it with --run FOLDER")
    }
  }

  private func testData(
    _ found: SupervisedData?, of network: TrainedNetwork, source: String
  ) throws -> SupervisedData? {
    guard let name = arguments[TrainOptions.test] else { return try found.map(network.prepared) }
    var input = TrainingInput(arguments: arguments, console: console, interface: network.interface)
    input.arguments.texts[TrainOptions.limit.description.name] = nil
    let parts = try input.read(name)
    return try InputTable.named(name) { try network.prepared(parts.test ?? parts.training) }
  }

  /// Says what is left of a training that a signal stopped.
  private func interrupted(_ progress: TrainProgress, _ folder: RunFolder?) -> Int32 {
    console.discard()
    let signal = Interruption.received ?? 2
    let name = signal == 15 ? "SIGTERM" : "SIGINT"
    let left = progress.checkpoint.map { "; \($0) holds its state (go on with --resume)" } ?? "; nothing was written"
    Console.report("error: stopped by \(name) after step \(progress.step)\(left)")
    return 128 + signal
  }
}
