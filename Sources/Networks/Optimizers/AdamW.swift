import SurprisalTensors

/// Adam with weight decay kept apart from the gradient (Loshchilov and Hutter 2019, algorithm 2).
///
///     θ ← (1 − α λ) θ
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
///     θ ← θ − α · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// As in PyTorch the decay is multiplied by the learning rate; in the paper only by its schedule. The defaults are
/// PyTorch's. t counts the steps that had a gradient of the parameter.
public struct AdamW: ParameterwiseOptimizer {
  /// α, the length of a step.
  public var learningRate: Double
  /// β₁, the decay of the first moment.
  public var beta1: Double
  /// β₂, the decay of the second moment.
  public var beta2: Double
  /// ε, beside the root.
  public var epsilon: Double
  /// λ.
  public var weightDecay: Double
  /// The moments.
  public var states: ParameterStates

  /// An optimizer that has not yet taken a step.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 1e-2, groups: [ParameterGroup] = []
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    states = ParameterStates(groups: groups)
  }

  /// Both moments start at 0, which 1 − βᵗ makes up for.
  public var stateKinds: KeyValuePairs<String, Double> { ["first": 0, "second": 0] }

  /// One step of the formula.
  public func step(
    _ parameter: inout Tensor, along gradient: Tensor, _ state: inout ParameterState, _ rates: StepRates
  ) {
    adamRule(rates, isDecoupled: true, beta1, beta2, epsilon, state.stepCount)
      .step(&parameter, along: gradient, &state)
  }
}
