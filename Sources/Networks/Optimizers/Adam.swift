import CSurprisalKernels
import SurprisalTensors

/// Adam: steps scaled by running moments of the gradient (Kingma and Ba 2015, algorithm 1).
///
///     g ← g + λ θ
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
///     θ ← θ − α · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// The defaults are the paper's, without decay λ. t counts the steps that had a gradient of the parameter.
public struct Adam: ParameterwiseOptimizer {
  /// α, the length of a step.
  public var learningRate: Double
  /// β₁, the decay of the first moment.
  public var beta1: Double
  /// β₂, the decay of the second moment.
  public var beta2: Double
  /// ε, beside the root.
  public var epsilon: Double
  /// λ, in the gradient; `AdamW` keeps it apart.
  public var weightDecay: Double
  /// The moments.
  public var states: ParameterStates

  /// An optimizer that has not yet taken a step.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0, groups: [ParameterGroup] = []
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
    adamRule(rates, isDecoupled: false, beta1, beta2, epsilon, state.stepCount)
      .step(&parameter, along: gradient, &state)
  }
}

/// Step number `number` of Adam, from 1 on.
func adamRule(
  _ rates: StepRates, isDecoupled: Bool, _ beta1: Double, _ beta2: Double, _ epsilon: Double, _ number: Int
) -> FusedRule {
  func correction(_ beta: Double) -> Double { -surprisal_expm1(Double(number) * surprisal_log(beta)) }
  return FusedRule(
    SURPRISAL_ADAM, rates, isDecoupled: isDecoupled, decay1: beta1, decay2: beta2, weight: 1 / correction(beta1),
    root: 1 / correction(beta2).squareRoot(), epsilon: epsilon)
}
