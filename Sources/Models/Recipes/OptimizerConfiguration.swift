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
    /// L-BFGS on all data at once, one search along a line in each epoch: for losses without noise, as those of the
    /// linear recipes.
    case lbfgs
  }

  /// Which one.
  public var name: Name
  /// The length of a step; the base of the schedule.
  public var learningRate: Double
  /// The momentum of sgd, nesterov and rmsprop; the others have none.
  public var momentum: Double
  /// λ of the weight decay: λ w is added to the gradient, or taken from the weight beside the step where the decay is
  /// decoupled. lbfgs has none.
  public var weightDecay: Double
  /// Whether biases, and scales and shifts of normalizations, decay too.
  public var decaysVectors: Bool
  /// Whether the decay of sgd and nesterov goes around momentum and gradient (Loshchilov and Hutter 2019); adamw's always
  /// does, the others' never.
  public var decoupled: Bool

  /// An optimizer with these numbers.
  public init(
    _ name: Name, learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, decaysVectors: Bool = false,
    decoupled: Bool = false
  ) {
    self.name = name
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.decaysVectors = decaysVectors
    self.decoupled = decoupled
  }

  /// Whether what is lowered is the loss plus λ/2 Σ w²: a decay that is decoupled is no part of a loss.
  public var hasDecayInLoss: Bool { weightDecay == 0 || !(decoupled || name == .adamw) }

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
    guard !decoupled || [.sgd, .nesterov, .adamw].contains(name) else {
      throw SurprisalError(
        .usage, "optimizer: `decoupled` is true, and \(name.rawValue) has no decoupled decay",
        remedy: "take sgd, nesterov or adamw")
    }
    guard name != .lbfgs || weightDecay == 0 else {
      throw SurprisalError(
        .usage, "optimizer: `weightDecay` is \(weightDecay), and lbfgs has no weight decay",
        remedy: "give 0, or take another optimizer")
    }
    let groups: [ParameterGroup] = decaysVectors || weightDecay == 0 ? [] : [.vectors(weightDecay: 0)]
    switch name {
    case .sgd:
      return SGD(
        learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, isDecayDecoupled: decoupled,
        groups: groups)
    case .nesterov:
      return SGD(
        learningRate: learningRate, momentum: momentum, isNesterov: momentum > 0, weightDecay: weightDecay,
        isDecayDecoupled: decoupled, groups: groups)
    case .adagrad: return AdaGrad(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
    case .rmsprop:
      return RMSProp(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, groups: groups)
    case .adadelta: return AdaDelta(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
    case .adam: return Adam(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
    case .adamw: return AdamW(learningRate: learningRate, weightDecay: weightDecay, groups: groups)
    // A step is one direction with as many trials as PyTorch allows one of twenty.
    case .lbfgs: return LBFGS(learningRate: learningRate, maximumIterations: 1, maximumEvaluations: 25)
    }
  }
}
