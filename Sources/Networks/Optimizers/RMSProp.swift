import CSurprisalKernels
import SurprisalTensors

/// RMSProp: steps scaled by a running mean of the squared gradient (Hinton 2012, lecture 6e).
///
///     g ← g + λ θ
///     s ← γ s + (1 − γ) g²
///     d = g / (√s + ε)                       θ ← θ − η d
///
/// Centered (Graves 2013, equations 38–45): a ← γ a + (1 − γ) g, and √(s − a²) in the place of √s. With momentum:
/// v ← μ v + d, θ ← θ − η v. The defaults are PyTorch's: γ = 0.99, where the lecture has 0.9. Unlike Graves' the ε is
/// beside the root.
public struct RMSProp: ParameterwiseOptimizer {
  /// η, the length of a step.
  public var learningRate: Double
  /// γ, how much of the running means stays.
  public var decay: Double
  /// ε, beside the root.
  public var epsilon: Double
  /// μ, how much of the velocity stays.
  public var momentum: Double
  /// Whether the mean gradient is subtracted.
  public let isCentered: Bool
  /// λ, in the gradient.
  public var weightDecay: Double
  /// The running means and velocities.
  public var states: ParameterStates

  /// An optimizer that has not yet taken a step.
  public init(
    learningRate: Double = 1e-2, decay: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0,
    isCentered: Bool = false, weightDecay: Double = 0, groups: [ParameterGroup] = []
  ) {
    self.learningRate = learningRate
    self.decay = decay
    self.epsilon = epsilon
    self.momentum = momentum
    self.isCentered = isCentered
    self.weightDecay = weightDecay
    states = ParameterStates(groups: groups)
  }

  /// The mean square; if centered the mean; with momentum the velocity.
  public var stateKinds: KeyValuePairs<String, Double> {
    switch (isCentered, momentum != 0) {
    case (false, false): ["meanSquare": 0]
    case (false, true): ["meanSquare": 0, "velocity": 0]
    case (true, false): ["meanSquare": 0, "mean": 0]
    case (true, true): ["meanSquare": 0, "mean": 0, "velocity": 0]
    }
  }

  /// One step of the formula.
  public func step(
    _ parameter: inout Tensor, along gradient: Tensor, _ state: inout ParameterState, _ rates: StepRates
  ) {
    let rule =
      switch (isCentered, momentum != 0) {
      case (false, false): SURPRISAL_RMSPROP
      case (false, true): SURPRISAL_RMSPROP_MOMENTUM
      case (true, false): SURPRISAL_RMSPROP_CENTERED
      case (true, true): SURPRISAL_RMSPROP_CENTERED_MOMENTUM
      }
    FusedRule(rule, rates, decay1: momentum, decay2: decay, epsilon: epsilon)
      .step(&parameter, along: gradient, &state)
  }
}
