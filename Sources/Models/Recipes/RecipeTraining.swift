import SurprisalCore
import SurprisalNetworks

/// A training by a recipe: from data and settings to a network that can be saved and used.
public struct RecipeTraining: Sendable {
  /// What a training gave.
  public struct Result: Sendable {
    /// The network with the best figure of the validation, or the last one without validation data.
    public var model: TrainedNetwork
    /// How the training ended.
    public var outcome: TrainingOutcome
    /// The model on the data it was trained on, without random changes and dropout.
    public var training: Evaluation
    /// The model on the data kept for validation.
    public var validation: Evaluation?
  }

  /// All settings.
  public let configuration: RecipeConfiguration
  /// The network before its training.
  public let untrained: TrainedNetwork
  /// What is learned.
  public let task: SupervisedTask

  /// A training on `data`, of which the configuration's share is kept for validation unless `validation` is given.
  ///
  /// - Throws: a data error where the recipe does not fit the data; a usage error for settings out of range.
  public init(
    _ configuration: RecipeConfiguration, data: SupervisedData, validation given: SupervisedData? = nil
  ) throws {
    if configuration.network is SoftmaxRecipe, !data.isClassification {
      throw SurprisalError(
        .usage, "softmax tells classes, and the targets are numbers",
        remedy: "add --target-kind classes if they number classes, or train linear")
    }
    if data.isClassification, data.classNames.count == 1 {
      throw SurprisalError(
        .data, "all targets are the class `\(data.classNames[0])`", remedy: "give data of two classes or more")
    }
    try RecipeTraining.check(configuration)
    self.configuration = configuration
    var (training, validation) = (data, given)
    if given == nil, configuration.data.validation > 0 {
      let parts = try data.split(
        validation: configuration.data.validation, seed: configuration.training.seed,
        isStratified: data.isClassification)
      (training, validation) = (parts.training, parts.validation)
    }
    if configuration.data.standardizes {
      training.inputStandardization = Standardization(of: training.inputs)
      if !training.isClassification { training.targetStandardization = Standardization(of: training.targets) }
    }
    let weights = configuration.network.weightCount(for: training.inputShape, outputs: training.outputCount)
    let copies = Double(configuration.optimizer.copies)
    try requireMemory(4 * weights * copies, for: "training this network", remedy: "make the network smaller")
    untrained = try TrainedNetwork(configuration, for: .init(of: training))
    task = try SupervisedTask(
      training: training, validation: try validation.map(untrained.prepared),
      augmentation: configuration.data.augmentation, labelSmoothing: configuration.data.labelSmoothing)
    // The weights themselves are there by now.
    let held = 4 * weights * (copies - 1)
    try untrained.requireTrainingMemory(batch: min(configuration.training.batchSize, task.count), beside: held)
    let most = max(task.count, task.validation?.count ?? 0)
    try untrained.requireEvaluationMemory(batch: min(most, Evaluation.batchSize), beside: held)
  }

  /// How many steps the training takes if it is not stopped early.
  public var stepCount: Int {
    get throws { try withTrainer(Stepping()) }
  }

  /// Trains.
  ///
  /// - Parameters:
  ///   - folder: where checkpoints and the log go; none are written without.
  ///   - resumes: whether the newest checkpoint there is gone on from.
  ///   - allowsDataChange: whether that may have been of other data.
  ///   - note: told, for a training that is resumed, what differs from before.
  /// - Throws: a data error if the loss is not finite; `CancellationError`; the errors of files.
  public func run(
    in folder: RunFolder? = nil, resumes: Bool = false, allowsDataChange: Bool = false,
    onSaveFailure policy: SaveFailurePolicy = .stop, isCancelled: @escaping () -> Bool = { Task.isCancelled },
    note: @escaping (String) -> Void = { _ in }, report: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws -> Result {
    try withTrainer(
      Running(
        training: self, folder: folder, resumes: resumes, allowsDataChange: allowsDataChange, policy: policy,
        isCancelled: isCancelled, note: note, report: report))
  }

  private func withTrainer<Use: TrainerUse>(_ use: Use) throws -> Use.Value {
    try open(configuration.optimizer.optimizer(), use)
  }

  private func open<Rule: Optimizer, Use: TrainerUse>(_ rule: Rule, _ use: Use) throws -> Use.Value {
    let trainingConfiguration = stepConfiguration
    func trainer(_ schedule: Schedule) throws -> Trainer<SupervisedTask, Rule> {
      let plateau: Plateau? =
        configuration.schedule.name == .plateau ? Plateau(patience: configuration.schedule.patience) : nil
      return try Trainer(
        task, network: untrained.network, optimizer: rule, schedule: schedule, plateau: plateau,
        configuration: trainingConfiguration, modelConfiguration: untrained.json)
    }
    let first = try trainer(.constant)
    let schedule = try configuration.schedule.schedule(steps: first.stepLimit, stepsPerEpoch: first.stepsPerEpoch)
    return try use(trainer(schedule))
  }

  /// The configuration of the trainer. A step of L-BFGS takes all data, batch after batch in one order, so that its loss
  /// is the same function in each.
  private var stepConfiguration: TrainingConfiguration {
    var training = configuration.training
    guard configuration.optimizer.name == .lbfgs else { return training }
    training.accumulation = max(1, (task.count - 1) / max(1, training.batchSize) + 1)
    training.shuffles = false
    training.dropsLastBatch = false
    return training
  }

  /// Throws a usage error for settings out of range, or that L-BFGS has no use for.
  private static func check(_ configuration: RecipeConfiguration) throws {
    _ = try configuration.optimizer.optimizer()
    _ = try configuration.schedule.schedule(steps: 1, stepsPerEpoch: 1)
    guard configuration.optimizer.name == .lbfgs else { return }
    let training = configuration.training
    for (setting, isSet) in [
      ("accumulation", training.accumulation != 1), ("clipNorm", training.clipNorm != nil),
      ("clipValue", training.clipValue != nil), ("momentum", configuration.optimizer.momentum != 0),
      ("augmentation", !configuration.data.augmentation.steps.isEmpty),
    ] where isSet {
      throw SurprisalError(
        .usage, "lbfgs takes all data as they are and the whole gradient in each step, and `\(setting)` is set",
        remedy: "leave it out, or take another optimizer")
    }
  }
}

/// What is done with a trainer of any optimizer.
private protocol TrainerUse {
  associatedtype Value
  func callAsFunction<Rule: Optimizer>(_ trainer: Trainer<SupervisedTask, Rule>) throws -> Value
}

private struct Stepping: TrainerUse {
  func callAsFunction<Rule: Optimizer>(_ trainer: Trainer<SupervisedTask, Rule>) throws -> Int { trainer.stepLimit }
}

private struct Running: TrainerUse {
  let training: RecipeTraining
  let folder: RunFolder?
  let resumes: Bool
  let allowsDataChange: Bool
  let policy: SaveFailurePolicy
  let isCancelled: () -> Bool
  let note: (String) -> Void
  let report: (TrainingEvent) -> Void

  func callAsFunction<Rule: Optimizer>(_ trainer: Trainer<SupervisedTask, Rule>) throws -> RecipeTraining.Result {
    var trainer = trainer
    if resumes, let folder, let checkpoint = try folder.latestCheckpoint() {
      let file = folder.checkpointPath(step: checkpoint.progress.step)
      let hasOtherData = !allowsDataChange && checkpoint.fingerprint != training.task.fingerprint
      var notes = try training.configuration.differences(from: checkpoint, in: file, hasOtherData: hasOtherData)
      notes += try trainer.resume(from: checkpoint, allowsDataChange: allowsDataChange)
      notes.forEach(note)
    }
    let outcome = try trainer.run(in: folder, onSaveFailure: policy, report: report, isCancelled: isCancelled)
    var model = training.untrained
    model.network = try trainer.bestNetwork(in: folder)
    let augmentation = training.configuration.data.augmentation
    return RecipeTraining.Result(
      model: model, outcome: outcome,
      training: try Evaluation(of: model.network, on: training.task.training, centeredLike: augmentation),
      validation: try training.task.validation.map {
        try Evaluation(of: model.network, on: $0, centeredLike: augmentation)
      })
  }
}
