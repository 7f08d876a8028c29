import SurprisalCore

/// What a training reports while it runs.
public enum TrainingEvent: Sendable {
  /// The training starts, or goes on, behind the step of `progress`.
  case started(TrainingProgress)
  /// The optimizer took a step.
  case stepped(TrainingStep)
  /// A pass over the data is complete.
  case finishedEpoch(TrainingEpoch)
  /// The network was measured on the data kept for validation.
  case validated(TrainingValidation)
  /// A checkpoint of the whole state was written.
  case saved(path: String, step: Int)
  /// A checkpoint could not be written for this reason; it is tried again.
  case waiting(SurprisalError)
  /// The training is complete.
  case finished(TrainingOutcome)
}

/// One step of the optimizer.
public struct TrainingStep: Sendable, Hashable {
  /// Its number, from 1.
  public var step: Int
  /// The epoch it belongs to, from 1.
  public var epoch: Int
  /// How many data of that epoch were used, this step's included.
  public var position: Int
  /// How many data its gradient was taken over.
  public var count: Int
  /// The mean loss over them, before the step.
  public var loss: Double
  /// The learning rate.
  public var learningRate: Double
}

/// A complete pass over the data.
public struct TrainingEpoch: Sendable, Hashable {
  /// Its number, from 1.
  public var epoch: Int
  /// The steps so far.
  public var step: Int
  /// The mean of the losses of its steps, weighted by their data; each is of the parameters before that step.
  public var loss: Double
}

/// The figures of the network on the data kept for validation.
public struct TrainingValidation: Sendable, Hashable {
  /// The steps so far.
  public var step: Int
  /// The epoch of the last step, from 1.
  public var epoch: Int
  /// The figures; the first decides which network is best.
  public var metrics: [Metric]
  /// Whether the first is the best so far.
  public var isBest: Bool
}

/// How a training ended.
public struct TrainingOutcome: Sendable, Hashable {
  /// Why it ended.
  public enum Reason: String, Sendable, Hashable {
    /// All epochs or steps are done.
    case completed
    /// The first figure did not improve for as many validations as the patience.
    case stoppedEarly
  }

  /// Why it ended.
  public var reason: Reason
  /// The state at the end.
  public var progress: TrainingProgress
  /// The seconds that this run took; earlier runs that it resumed are not counted.
  public var seconds: Double
}
