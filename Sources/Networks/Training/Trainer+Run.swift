import SurprisalCore

/// What a training does when its checkpoint cannot be written, as on a full disk.
public enum SaveFailurePolicy: String, Sendable, Hashable, CaseIterable {
  /// It stops with the error; the checkpoints before stay as they are.
  case stop
  /// It tries again every second until it can or is cancelled, and throws a `tryAgain` error then.
  case wait
}

extension Trainer {
  /// Takes steps until the training is over: validates, keeps the best network, writes checkpoints and the log.
  ///
  /// A training that is over stays as it is. What happens is reported while it happens.
  ///
  /// - Parameters:
  ///   - folder: Where files go; none are written without.
  ///   - policy: What is done when a file cannot be written.
  ///   - report: Told what happens.
  ///   - isCancelled: Asked before each step. On true the state is saved and `CancellationError` thrown.
  /// - Throws: a data error if the loss is not finite, which leaves the last checkpoint; `cannotCreate` for a folder
  ///   that holds a longer training; the errors of the task and of writing; `CancellationError`.
  @discardableResult
  public mutating func run(
    in folder: RunFolder? = nil, onSaveFailure policy: SaveFailurePolicy = .stop,
    report: @escaping (TrainingEvent) -> Void = { _ in },
    isCancelled: @escaping () -> Bool = { Task.isCancelled }
  ) throws -> TrainingOutcome {
    let clock = ContinuousClock()
    let start = clock.now
    let log = try folder.map { try prepare($0) }
    report(.started(progress))
    let saving = Saving(policy: policy, isCancelled: isCancelled, report: report)
    if let folder, progress.step == 0 { try save(in: folder, log, saving) }
    while ending == nil {
      if isCancelled() {
        if let folder { try save(in: folder, log, saving) }
        throw CancellationError()
      }
      let step = try self.step()
      report(.stepped(step))
      try writeSteps(step, to: log, saving)
      let isEndOfEpoch = isAtEndOfEpoch
      if isEndOfEpoch {
        let epoch = endEpoch()
        report(.finishedEpoch(epoch))
        let line = MetricsLog.Line(step: epoch.step, epoch: epoch.epoch, kind: .epoch(loss: epoch.loss))
        try saving.attempt { try log?.append(line) }
      }
      let isDue = self.isDue(isEndOfEpoch, configuration.validationEpochs, configuration.validationSteps)
      if isDue || ending != nil { try validate(epoch: step.epoch, isDue: isDue, in: folder, log, saving) }
      if ending != nil || self.isDue(isEndOfEpoch, configuration.checkpointEpochs, configuration.checkpointSteps) {
        if let folder { try save(in: folder, log, saving) }
      }
    }
    let outcome = TrainingOutcome(
      reason: ending ?? .completed, progress: progress, seconds: (clock.now - start) / .seconds(1))
    report(.finished(outcome))
    return outcome
  }

  /// The network with the best figure of the validation; the last one where nothing was validated.
  ///
  /// - Parameter folder: The folder that the training ran in.
  /// - Throws: the errors of reading the best network's file.
  public func bestNetwork(in folder: RunFolder? = nil) throws -> Problem.Network {
    guard progress.best != nil else { return result }
    if let best { return best }
    guard let folder else { return result }
    var network = network
    try network.load(from: folder.bestPath)
    return network
  }

  private func isDue(_ isEndOfEpoch: Bool, _ epochs: Int, _ steps: Int?) -> Bool {
    isEndOfEpoch && progress.epoch % epochs == 0 || steps.map { progress.step % $0 == 0 } == true
  }

  private mutating func writeSteps(_ step: TrainingStep, to log: MetricsWriter?, _ saving: Saving) throws {
    guard step.step % configuration.logSteps == 0 else { return }
    let kind = MetricsLog.Line.Kind.steps(loss: progress.logged.mean, learningRate: step.learningRate)
    try saving.attempt { try log?.append(.init(step: step.step, epoch: step.epoch, kind: kind)) }
    progress.logged = .init()
  }

  /// Measures the network. The figure at the end of a training that none was due at moves no plateau: a training that
  /// goes on with a later limit would take another course.
  private mutating func validate(
    epoch: Int, isDue: Bool, in folder: RunFolder?, _ log: MetricsWriter?, _ saving: Saving
  ) throws {
    try checkFinite()
    let metrics = try task.validation(of: result)
    guard let first = metrics.first else { return }
    let isBest = isImprovement(first)
    if isBest {
      progress.best = .init(metric: first, step: progress.step, epoch: epoch)
      progress.validationsSinceBest = 0
    } else {
      progress.validationsSinceBest += 1
    }
    progress.metrics = metrics
    progress.validatedStep = progress.step
    if isDue { _ = plateau?.factor(after: first.value) }
    let validation = TrainingValidation(step: progress.step, epoch: epoch, metrics: metrics, isBest: isBest)
    if isBest {
      if let folder {
        let configuration = modelConfiguration
        let network = result
        try saving.attempt { try network.save(to: folder.bestPath, configuration: configuration) }
      } else {
        best = result
      }
    }
    let figures = metrics.map { MetricsLog.Line.Figure(name: $0.name, value: $0.value) }
    let line = MetricsLog.Line(
      step: progress.step, epoch: epoch, kind: .validation(metrics: figures, isBest: isBest))
    try saving.attempt { try log?.append(line) }
    saving.report(.validated(validation))
  }

  private func isImprovement(_ metric: Metric) -> Bool {
    guard !metric.value.isNaN else { return false }
    guard let best = progress.best?.metric else { return true }
    let gain = metric.isHigherBetter ? metric.value - best.value : best.value - metric.value
    return gain > configuration.minimumImprovement
  }
}
