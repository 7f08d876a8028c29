import SurprisalCore
import SurprisalNetworks

/// Which optimizer, and its numbers: a value that files hold.
public struct OptimizerConfiguration: Codable, Sendable, Hashable {
  /// The optimizers by name.
  public enum Name: String, Codable, Sendable, CaseIterable {
    /// Stochastic gradient descent, with momentum if there is one.
    case sgd
    /// SGD with Nesterov's momentum.
    case nesterov
    /// AdaGrad.
    case adagrad
    /// RMSProp.
    case rmsprop
    /// AdaDelta.
    case adadelta
    /// Adam.
    case adam
    /// Adam with decoupled weight decay.
    case adamw
  }

  /// Which one.
  public var name: Name
  /// The length of a step; the base of the schedule.
  public var learningRate: Double
  /// The momentum of sgd, nesterov and rmsprop; the others have none.
  public var momentum: Double
  /// λ of the weight decay: λ w is added to the gradient, or with adamw taken from the weight beside the step.
  public var weightDecay: Double
  /// Whether biases, and scales and shifts of normalizations, decay too.
  public var decaysVectors: Bool

  /// An optimizer with these numbers.
  public init(
    _ name: Name, learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, decaysVectors: Bool = false
  ) {
    self.name = name
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.decaysVectors = decaysVectors
  }

  /// The optimizer before its first step.
  ///
  /// - Throws: a usage error for a number out of range.
  public func optimizer() throws -> any Optimizer {
    func check(_ setting: String, _ isSound: Bool, _ range: String) throws {
      guard !isSound else { return }
      throw SurprisalError(.usage, "optimizer: `\(setting)` is out of range", remedy: "give \(range)")
    }
    try check("learningRate", learningRate > 0 && learningRate.isFinite, "a number above 0")
    try check("momentum", (0..<1).contains(momentum), "a number from 0 to below 1")
    try check("weightDecay", weightDecay >= 0 && weightDecay.isFinite, "a number from 0 on")
    let groups: [ParameterGroup] = decaysVectors || weightDecay == 0 ? [] : [.vectors(weightDecay: 0)]
    switch name {
    case .sgd:
      return SGD(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, groups: groups)
    case .nesterov:
      return SGD(
        learningRate: learningRate, momentum: momentum, isNesterov: momentum > 0, weightDecay: weightDecay,
        groups: groups)
    case .adagrad: return AdaGrad(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
    case .rmsprop:
      return RMSProp(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, groups: groups)
    case .adadelta: return AdaDelta(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
    case .adam: return Adam(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
    case .adamw: return AdamW(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
    }
  }
}

/// How the learning rate changes over a training: a value that files hold.
public struct ScheduleConfiguration: Codable, Sendable, Hashable {
  /// The courses by name.
  public enum Name: String, Codable, Sendable, CaseIterable {
    /// It stays.
    case constant
    /// Down along half a cosine.
    case cosine
    /// Down along a line.
    case linear
    /// Up and down again, each along half a cosine.
    case oneCycle = "one-cycle"
    /// A tenth after half of the training and after three quarters.
    case step
    /// A tenth whenever the validation's first figure has not improved for so many validations.
    case plateau
  }

  /// Which course.
  public var name: Name
  /// The share of the training in which the rate first rises along a line; one-cycle's own share is 0.3.
  public var warmUp: Double
  /// The rate at the end, as a factor on the base; for cosine and linear.
  public var end: Double
  /// For plateau, the validations without improvement.
  public var patience: Int

  /// A course.
  public init(_ name: Name, warmUp: Double = 0, end: Double = 0, patience: Int = 5) {
    self.name = name
    self.warmUp = warmUp
    self.end = end
    self.patience = patience
  }

  /// The learning rate by step for a training of `steps` steps.
  ///
  /// - Throws: a usage error for a number out of range.
  public func schedule(steps: Int) throws -> Schedule {
    guard (0..<1).contains(warmUp), (0...1).contains(end), patience >= 0 else {
      throw SurprisalError(
        .usage, "schedule: a number is out of range",
        remedy: "give a warmUp from 0 to below 1, an end from 0 to 1 and a patience from 0")
    }
    let rising = Int((warmUp * Double(steps)).rounded())
    let rest = steps - rising
    let course: Schedule =
      switch name {
      case .constant, .plateau: .constant
      case .cosine: .cosine(steps: rest, end: end)
      case .linear: .polynomial(steps: rest, end: end)
      case .oneCycle: .oneCycle(steps: rest)
      case .step: .milestones([rest / 2, rest * 3 / 4], factor: 0.1)
      }
    return rising > 0 ? .warmUp(steps: rising, start: 1 / Double(rising + 1), then: course) : course
  }
}
