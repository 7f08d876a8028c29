import CSurprisalKernels
import SurprisalTensors

/// AdaDelta: steps in the parameter's own unit, from running means of squared gradients and squared steps (Zeiler
/// 2012, algorithm 1).
///
///     g ← g + λ θ
///     s ← ρ s + (1 − ρ) g²
///     d = g √(u + ε) / √(s + ε)
///     u ← ρ u + (1 − ρ) d²
///     θ ← θ − η d
///
/// The paper has η = 1 and no decay; ρ and ε are its section 4.1's up to PyTorch's ρ = 0.9 where it has 0.95.
public struct AdaDelta: ParameterwiseOptimizer {
  /// η, a factor on the step.
  public var learningRate: Double
  /// ρ, how much of the running means stays.
  public var decay: Double
  /// ε, under the roots.
  public var epsilon: Double
  /// λ, in the gradient.
  public var weightDecay: Double
  /// The running means.
  public var states: ParameterStates

  /// An optimizer that has not yet taken a step.
  public init(
    learningRate: Double = 1, decay: Double = 0.9, epsilon: Double = 1e-6, weightDecay: Double = 0,
    groups: [ParameterGroup] = []
  ) {
    self.learningRate = learningRate
    self.decay = decay
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    states = ParameterStates(groups: groups)
  }

  /// The mean square of the gradient and of the step.
  public var stateKinds: KeyValuePairs<String, Double> { ["gradientMeanSquare": 0, "stepMeanSquare": 0] }

  /// One step of the formula.
  public func step(
    _ parameter: inout Tensor, along gradient: Tensor, _ state: inout ParameterState, _ rates: StepRates
  ) {
    FusedRule(SURPRISAL_ADADELTA, rates, decay2: decay, epsilon: epsilon).step(&parameter, along: gradient, &state)
  }
}
