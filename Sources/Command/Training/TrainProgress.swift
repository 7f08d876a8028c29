import Surprisal
import Synchronization

/// What is seen of a running training: a bar on a terminal, a line for each epoch, TensorBoard's events in the folder.
final class TrainProgress: Sendable {
  private struct State {
    var step = 0
    var checkpoint: String?
    var loss = 0.0
    var epochs: [TrainingReportContent.Epoch] = []
    var course = TrainingCourse()
    var validated = ""
    var failure: (any Error)?
  }

  private let line: ProgressLine?
  private let board: TensorBoardWriter?
  private let total: Int
  private let log: String?
  private let keepsCourse: Bool
  private let state = Mutex(State())

  /// - Parameter keepsCourse: whether losses and learning rates are asked for afterwards.
  init(_ training: RecipeTraining, folder: RunFolder?, keepsCourse: Bool, console: Console) throws {
    self.keepsCourse = keepsCourse
    total = try training.stepCount
    log = folder?.metricsPath
    line = console.isQuiet ? nil : ProgressLine(total: total == .max ? nil : total)
    board = try folder.map { try TensorBoardWriter(folder: $0.path, resumingAfter: $0.checkpointSteps.last) }
    if let folder, let step = folder.checkpointSteps.last {
      let path = folder.checkpointPath(step: step)
      state.withLock { $0.checkpoint = path }
    }
  }

  /// The steps so far.
  var step: Int { state.withLock { $0.step } }
  /// The newest checkpoint.
  var checkpoint: String? { state.withLock { $0.checkpoint } }
  /// The epochs so far, also those before a training was resumed.
  var epochs: [TrainingReportContent.Epoch] { state.withLock { $0.epochs } }
  /// The losses and learning rates so far, also those before a training was resumed; none unless they are kept.
  var course: TrainingCourse { state.withLock { $0.course } }

  /// Takes note of an event.
  func report(_ event: TrainingEvent) {
    switch event {
    case .started(let progress):
      state.withLock { $0.step = progress.step }
      takeOver(through: progress.step)
    case .stepped(let step): stepped(step)
    case .finishedEpoch(let epoch):
      state.withLock {
        $0.epochs.append(.init(number: epoch.epoch, step: epoch.step, trainingLoss: epoch.loss))
      }
      write([("loss/epoch", epoch.loss)], step: epoch.step)
    case .validated(let validation): validated(validation)
    case .saved(let path, _): state.withLock { $0.checkpoint = path }
    case .waiting(let error): Console.report("warning: \(error); trying again every second")
    case .finished: finish()
    }
  }

  /// Removes the bar.
  func finish() { line?.finish() }

  /// The course up to the step that a resumed training goes on from, from its log.
  private func takeOver(through last: Int) {
    guard last > 0, let log, let lines = try? MetricsLog.lines(of: log) else { return }
    state.withLock { state in
      for line in lines where line.step <= last {
        switch line.kind {
        case .steps(let loss, let rate):
          if keepsCourse { state.course.add(step: line.step, loss: loss, learningRate: rate) }
        case .epoch(let loss):
          state.epochs.append(.init(number: line.epoch, step: line.step, trainingLoss: loss))
        case .validation(let metrics, _):
          guard let end = state.epochs.indices.last, state.epochs[end].step == line.step else { continue }
          state.epochs[end].metrics = metrics.map(\.value)
        }
      }
    }
  }

  private func stepped(_ step: TrainingStep) {
    state.withLock { state in
      state.step = step.step
      state.loss = step.loss
      if keepsCourse { state.course.add(step: step.step, loss: step.loss, learningRate: step.learningRate) }
    }
    if step.step % 10 == 0 { write([("loss/step", step.loss), ("learning rate", step.learningRate)], step: step.step) }
    line?.update(done: step.step) { [self] in
      let (loss, validated) = state.withLock { ($0.loss, $0.validated) }
      return "epoch \(step.epoch) · loss \(NumberText.fixed(loss, 4)) nats\(validated)"
    }
  }

  private func validated(_ validation: TrainingValidation) {
    let text = validation.metrics.map { "\($0.name) \(NumberText.fixed($0.value, 4))" }.joined(separator: ", ")
    state.withLock { state in
      state.validated = " · validation \(text)"
      if let last = state.epochs.indices.last, state.epochs[last].step == validation.step {
        state.epochs[last].metrics = validation.metrics.map(\.value)
      }
    }
    write(validation.metrics.map { ("validation/\($0.name)", $0.value) }, step: validation.step)
  }

  private func write(_ scalars: [(tag: String, value: Double)], step: Int) {
    do {
      try board?.add(scalars, step: step)
    } catch {
      // Pictures of the course are no reason to lose the training.
      let isFirst = state.withLock { state in
        defer { state.failure = error }
        return state.failure == nil
      }
      if isFirst { Console.report("warning: \(error)") }
    }
  }
}
