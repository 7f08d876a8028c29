import CSurprisalKernels

extension Tensor {
  /// Changes this parameter and its states in place by one step of `rule` along a gradient of the same shape.
  ///
  /// The states have the parameter's shape and one floating type that the kernels compute in; a bfloat16 parameter is
  /// stepped in float32 and rounded once. `name` is for the message.
  package mutating func step(
    _ rule: surprisal_step_rule, _ rates: surprisal_step_rates, along gradient: Tensor, states: inout [Tensor],
    name: @autoclosure () -> String
  ) {
    precondition(
      gradient.shape == shape,
      "Optimizer: the gradient of \(name()) has the shape \(gradient.shape), the parameter \(shape)")
    let computed = dtype.ofOptimizerState
    if dtype != computed {
      var wide = converted(to: computed)
      wide.step(rule, rates, along: gradient, states: &states, name: name())
      self = wide.converted(to: dtype)
      return
    }
    if gradient.dtype != computed || gradient.node != nil || !gradient.isContiguous {
      let gradient = Kernels.contiguous(gradient.withoutDerivative().converted(to: computed))
      step(rule, rates, along: gradient, states: &states, name: name())
      return
    }
    func place(_ index: Int) -> UnsafeMutableRawPointer? {
      states.count > index ? states[index].mutablePointer() : nil
    }
    // Memory of arguments lives to the end of the call.
    var places = (place(0), place(1), place(2))
    Swift.withUnsafeBytes(of: &places) { places in
      var rates = rates
      surprisal_optimizer_step(
        rule, computed.code, count, &rates, gradient.pointer, mutablePointer(),
        places.assumingMemoryBound(to: UnsafeMutableRawPointer?.self).baseAddress)
    }
  }
}

extension DType {
  /// The type of an optimizer's state for a parameter of this one.
  package var ofOptimizerState: DType { self == .float64 ? .float64 : .float32 }
}
