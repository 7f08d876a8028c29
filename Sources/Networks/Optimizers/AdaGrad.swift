import CSurprisalKernels
import SurprisalTensors

/// AdaGrad: each coordinate's rate falls with the gradients it has had (Duchi, Hazan and Singer 2011, figure 1,
/// diagonal).
///
///     g ← g + λ θ
///     s ← s + g²
///     θ ← θ − η g / (√s + ε)
///
/// The defaults are PyTorch's; the paper leaves η and δ = ε open. t counts the steps that had a gradient of the
/// parameter.
public struct AdaGrad: ParameterwiseOptimizer {
  /// η, the length of a first step.
  public var learningRate: Double
  /// ε, beside the root.
  public var epsilon: Double
  /// What every s starts at.
  public var initialSum: Double
  /// By how much the rate falls: η / (1 + (t − 1) · rateDecay).
  public var rateDecay: Double
  /// λ, in the gradient.
  public var weightDecay: Double
  /// The sums of squares.
  public var states: ParameterStates

  /// An optimizer that has not yet taken a step.
  public init(
    learningRate: Double = 1e-2, epsilon: Double = 1e-10, initialSum: Double = 0, rateDecay: Double = 0,
    weightDecay: Double = 0, groups: [ParameterGroup] = []
  ) {
    self.learningRate = learningRate
    self.epsilon = epsilon
    self.initialSum = initialSum
    self.rateDecay = rateDecay
    self.weightDecay = weightDecay
    states = ParameterStates(groups: groups)
  }

  /// The sum of squared gradients.
  public var stateKinds: KeyValuePairs<String, Double> { ["sum": initialSum] }

  /// One step of the formula.
  public func step(
    _ parameter: inout Tensor, along gradient: Tensor, _ state: inout ParameterState, _ rates: StepRates
  ) {
    var rates = rates
    rates.learningRate /= 1 + Double(state.stepCount - 1) * rateDecay
    FusedRule(SURPRISAL_ADAGRAD, rates, epsilon: epsilon).step(&parameter, along: gradient, &state)
  }
}
