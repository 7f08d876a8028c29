import CSurprisalKernels
import SurprisalTensors

/// A step of one rule in one pass over the memory, in place: the rule and its numbers.
struct FusedRule {
  var rule: surprisal_step_rule
  var rates: surprisal_step_rates

  /// With weight decay coupled, as part of the gradient, or decoupled from it.
  init(
    _ rule: surprisal_step_rule, _ rates: StepRates, isDecoupled: Bool = false, decay1: Double = 0,
    decay2: Double = 0, weight: Double = 1, root: Double = 1, epsilon: Double = 0
  ) {
    self.rule = rule
    self.rates = surprisal_step_rates(
      learningRate: rates.learningRate, gradientScale: 1,
      coupledDecay: isDecoupled ? 0 : rates.weightDecay, decoupledDecay: isDecoupled ? rates.weightDecay : 0,
      decay1: decay1, decay2: decay2, weight: weight, root: root, epsilon: epsilon)
  }

  func step(_ parameter: inout Tensor, along gradient: Tensor, _ state: inout ParameterState) {
    let path = state.path
    parameter.step(rule, rates, along: gradient, states: &state.tensors, name: path)
  }
}
