/// How a training runs: everything that decides its course beside data, network and optimizer.
///
/// One value that can be written as JSON, edited and read again (`json`, `init(_:)`).
public struct TrainingConfiguration: Sendable, Hashable, Codable {
  /// The training ends after so many passes over the data; nil for no such limit.
  public var epochs: Int? = 10
  /// The training ends after so many steps of the optimizer; nil for no such limit.
  public var steps: Int?
  /// How many data a gradient is taken over.
  public var batchSize = 32
  /// How many batches' gradients are averaged, each weighted by its data, for one step.
  public var accumulation = 1
  /// Whether data at the end of an epoch that do not fill a batch are left out of that epoch.
  public var dropsLastBatch = false
  /// Whether each epoch has its own order, a function of the seed and the epoch; otherwise that of the data.
  public var shuffles = true
  /// The seed of the orders and of the random numbers in forward passes.
  public var seed: UInt64 = 0
  /// Gradients are scaled down to this norm over all parameters; nil leaves them.
  public var clipNorm: Double?
  /// Each element of a gradient is brought into ± this value, before the norm is taken; nil leaves them.
  public var clipValue: Double?
  /// d in θ̄ ← d θ̄ + (1 − d) θ after each step; θ̄ is what is validated and kept as the best. Nil for no average.
  public var averageDecay: Double?
  /// Validation after every so many epochs.
  public var validationEpochs = 1
  /// Validation after every so many steps, besides.
  public var validationSteps: Int?
  /// The training ends when the first figure has not improved in so many validations; nil for never.
  public var patience: Int?
  /// By how much a figure must be better than the best one to be an improvement.
  public var minimumImprovement = 0.0
  /// A checkpoint after every so many epochs.
  public var checkpointEpochs = 1
  /// A checkpoint after every so many steps, besides.
  public var checkpointSteps: Int?
  /// How many checkpoints are kept beside the last.
  public var keptCheckpoints = 1
  /// A line of the log for every so many steps.
  public var logSteps = 10

  /// Ten epochs in batches of 32.
  public init() {}

  /// As given, the rest by default.
  public init(epochs: Int? = nil, steps: Int? = nil, batchSize: Int = 32, seed: UInt64 = 0) {
    self.epochs = epochs
    self.steps = steps
    self.batchSize = batchSize
    self.seed = seed
  }
}
