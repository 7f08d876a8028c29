import CSurprisalKernels
import SurprisalTensors

/// Gradient descent, on batches (Robbins and Monro 1951) or on all data at once, with momentum (Polyak 1964) or
/// Nesterov's (Sutskever et al. 2013).
///
///     g ← g + λ θ
///     v ← μ v + (1 − τ) g      (v ← g in a parameter's first step)
///     θ ← θ − η v              (Nesterov: θ ← θ − η (g + μ v))
///
/// Without momentum v = g. As in PyTorch the velocity v is in units of the gradient, so that a change of the rate η
/// takes effect at once. With `isDecayDecoupled` θ ← (1 − η λ) θ comes before, and g is the gradient alone.
public struct SGD: ParameterwiseOptimizer {
  /// η, the length of a step.
  public var learningRate: Double
  /// μ, how much of the velocity stays.
  public var momentum: Double
  /// τ, by how much a gradient counts less in the velocity.
  public var dampening: Double
  /// Whether the step looks ahead along the velocity.
  public var isNesterov: Bool
  /// λ.
  public var weightDecay: Double
  /// Whether the decay goes around the velocity (Loshchilov and Hutter 2019) instead of into the gradient.
  public var isDecayDecoupled: Bool
  /// The velocities.
  public var states: ParameterStates

  /// An optimizer that has not yet taken a step.
  public init(
    learningRate: Double, momentum: Double = 0, dampening: Double = 0, isNesterov: Bool = false,
    weightDecay: Double = 0, isDecayDecoupled: Bool = false, groups: [ParameterGroup] = []
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.dampening = dampening
    self.isNesterov = isNesterov
    self.weightDecay = weightDecay
    self.isDecayDecoupled = isDecayDecoupled
    states = ParameterStates(groups: groups)
  }

  /// The velocity, if there is momentum.
  public var stateKinds: KeyValuePairs<String, Double> { momentum == 0 ? [:] : ["velocity": 0] }

  /// One step of the formula.
  public func step(
    _ parameter: inout Tensor, along gradient: Tensor, _ state: inout ParameterState, _ rates: StepRates
  ) {
    if momentum == 0 {
      FusedRule(SURPRISAL_DESCENT, rates, isDecoupled: isDecayDecoupled).step(&parameter, along: gradient, &state)
      return
    }
    let weight = state.stepCount == 1 ? 1 : 1 - dampening
    FusedRule(
      isNesterov ? SURPRISAL_NESTEROV : SURPRISAL_MOMENTUM, rates, isDecoupled: isDecayDecoupled, decay1: momentum,
      weight: weight
    ).step(&parameter, along: gradient, &state)
  }
}
