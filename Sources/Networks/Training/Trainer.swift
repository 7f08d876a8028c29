import SurprisalCore
import SurprisalTensors

/// Training: one loop for every task, network and optimizer.
///
/// ```swift
/// var trainer = try Trainer(task, network: model, optimizer: Adam(), configuration: .init(epochs: 10, seed: 1))
/// let folder = try RunFolder("runs/lenet")
/// if let checkpoint = try folder.latestCheckpoint() { try trainer.resume(from: checkpoint) }
/// let outcome = try trainer.run(in: folder) { event in … }
/// ```
/// Its state after each step is a value that a checkpoint holds; from there the training goes on with the same bits
/// as if it had never stopped (on the same instruction set and number of threads). A copy of a trainer is a training
/// of its own.
public struct Trainer<Problem: LearningTask, Rule: Optimizer>: Sendable {
  /// What is learned, from which data.
  public let task: Problem
  /// How the training runs.
  public let configuration: TrainingConfiguration
  /// The network as the last step left it.
  public internal(set) var network: Problem.Network
  /// The optimizer, with its state.
  public internal(set) var optimizer: Rule
  /// The learning rate by step, relative to the one that the optimizer was given.
  public let schedule: Schedule
  /// A factor on the learning rate that falls when the first figure of the validation no longer gets better.
  public internal(set) var plateau: Plateau?
  /// What is done to gradients before a step, behind the clipping of the configuration.
  public let transforms: [GradientTransform]
  /// What is needed to build the network again; files of this training hold it.
  public let modelConfiguration: JSONValue
  /// How far the training has come.
  public internal(set) var progress: TrainingProgress
  /// The learning rate that the optimizer was given.
  let baseRate: Double
  /// The average of the weights, where one is kept.
  var average: MovingAverage<Problem.Network>?
  /// The network with the best figure, where no folder keeps it.
  var best: Problem.Network?
  /// The order of the epoch that runs.
  private var order: EpochOrder?

  /// A training before its first step.
  ///
  /// - Parameters:
  ///   - optimizer: An optimizer; its learning rate is the base of the schedule's.
  ///   - transforms: Done to the gradients of a step one after another, behind the configuration's clipping.
  ///   - modelConfiguration: What is needed to build the network again, such as its extents.
  /// - Throws: a usage error for a configuration out of range or a parameter group without a parameter; a data error
  ///   if there are no data.
  public init(
    _ task: Problem, network: Problem.Network, optimizer: Rule, schedule: Schedule = .constant,
    plateau: Plateau? = nil, transforms: [GradientTransform] = [],
    configuration: TrainingConfiguration = .init(), modelConfiguration: JSONValue = .null
  ) throws {
    try configuration.check()
    guard task.count > 0 else {
      throw SurprisalError(.data, "there are no data to learn from", remedy: "give at least one datum")
    }
    guard optimizer.learningRate.isFinite, optimizer.learningRate >= 0 else {
      throw SurprisalError(
        .usage, "the learning rate is \(optimizer.learningRate)", remedy: "give a finite number from 0")
    }
    if let rule = optimizer as? any ParameterwiseOptimizer { try rule.checkGroups(for: network) }
    self.task = task
    self.configuration = configuration
    self.network = network
    self.optimizer = optimizer
    self.schedule = schedule
    self.plateau = plateau
    self.transforms = transforms
    self.modelConfiguration = modelConfiguration
    baseRate = optimizer.learningRate
    progress = TrainingProgress(seed: configuration.seed)
    self.optimizer.prepare(for: &self.network)
    if let decay = configuration.averageDecay { average = MovingAverage(of: network, decay: decay) }
  }

  /// The network that is validated and used: the average of the weights where one is kept, else the last.
  public var result: Problem.Network { average?.model ?? network }

  /// Why the training is over; nil if there are steps to take.
  public var ending: TrainingOutcome.Reason? {
    if let patience = configuration.patience, progress.validationsSinceBest >= patience { return .stoppedEarly }
    if let epochs = configuration.epochs, progress.epoch >= epochs { return .completed }
    if let steps = configuration.steps, progress.step >= steps { return .completed }
    return nil
  }

  /// How many steps the whole training takes, if it is not stopped early.
  public var stepLimit: Int {
    let ofEpochs = configuration.epochs.map { epochs -> Int in
      let (product, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
      return overflow ? .max : product
    }
    return min(ofEpochs ?? .max, configuration.steps ?? .max)
  }

  /// How many steps an epoch takes.
  public var stepsPerEpoch: Int {
    let end = EpochOrder.end(count: task.count, configuration: configuration)
    let (perStep, overflow) = configuration.batchSize.multipliedReportingOverflow(by: configuration.accumulation)
    return overflow ? 1 : (end - 1) / perStep + 1
  }
}

// MARK: - A step

extension Trainer {
  /// Takes one step of the optimizer, whether or not the training is over.
  ///
  /// - Throws: a data error if the loss is not finite; the trainer must not be used further then. Errors of the task.
  public mutating func step() throws -> TrainingStep {
    if isAtEndOfEpoch { _ = endEpoch() }
    let batches = EpochOrder.batches(from: progress.position, count: task.count, configuration: configuration)
    let rate = schedule.rate(at: progress.step, base: baseRate) * (plateau?.factor ?? 1)
    let loss = try takeStep(over: batches, rate: rate)
    let end = batches.last?.upperBound ?? 0
    let count = end - progress.position
    average?.update(with: &network)
    progress.step += 1
    progress.position = end
    progress.logged.add(loss, count: count)
    progress.inEpoch.add(loss, count: count)
    return TrainingStep(
      step: progress.step, epoch: progress.epoch + 1, position: end, count: count, loss: loss, learningRate: rate)
  }

  /// Changes the network by one step of the optimizer; the mean loss over the data of all batches before it.
  private mutating func takeStep(over batches: [Range<Int>], rate: Double) throws -> Double {
    let order = currentOrder()
    let evaluation = StepEvaluation(
      task: task, batches: batches.map { order[$0] }, configuration: configuration, transforms: transforms,
      step: progress.step + 1, rate: rate)
    let start = progress.generator
    var end: RandomGenerator?
    optimizer.learningRate = rate
    let loss = try optimizer.step(&network) { network in
      // Every evaluation of a step draws the same numbers, and the next step goes on behind them.
      var generator = start
      // Places that an optimizer only tries may have no finite loss.
      let result = try evaluation.lossAndGradients(of: &network, using: &generator, mustBeFinite: end == nil)
      end = generator
      return result
    }
    progress.generator = end ?? start
    return loss
  }

  /// The order of the epoch that runs, made once.
  private mutating func currentOrder() -> EpochOrder {
    if let order, order.epoch == progress.epoch { return order }
    let order = EpochOrder(
      epoch: progress.epoch, count: task.count, shuffles: configuration.shuffles, seed: configuration.seed)
    self.order = order
    return order
  }

  /// Whether all data of the epoch are used.
  var isAtEndOfEpoch: Bool {
    progress.position >= EpochOrder.end(count: task.count, configuration: configuration)
  }

  /// Counts the epoch that is complete.
  mutating func endEpoch() -> TrainingEpoch {
    progress.epoch += 1
    progress.position = 0
    progress.epochLoss = progress.inEpoch.mean
    progress.inEpoch = .init()
    return TrainingEpoch(epoch: progress.epoch, step: progress.step, loss: progress.epochLoss ?? 0)
  }
}
