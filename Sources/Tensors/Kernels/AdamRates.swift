import CSurprisalKernels

/// Steps of Adam in place: the rates and the kernel that takes one.
package struct AdamRates: Sendable {
  private var rates: surprisal_adam
  /// The number of the step that the rates are corrected for.
  private var number = 0

  package init(learningRate: Double, beta1: Double, beta2: Double, epsilon: Double) {
    rates = surprisal_adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, correction1: 0, correction2: 0)
  }

  /// Changes a parameter and its two moments along a gradient of the same shape, in step number `number`, which counts
  /// from 1; `name` is for the message. The moments are of one floating type that the kernels compute in.
  package mutating func step(
    _ parameter: inout Tensor, along gradient: Tensor, first: inout Tensor, second: inout Tensor, number: Int,
    name: @autoclosure () -> String
  ) {
    precondition(
      gradient.shape == parameter.shape,
      "Adam: the gradient of \(name()) has the shape \(gradient.shape), the parameter \(parameter.shape)")
    let dtype = first.dtype
    if parameter.dtype != dtype {
      // bfloat16: the step is taken in float32 and rounded once.
      var wide = parameter.converted(to: dtype)
      step(&wide, along: gradient, first: &first, second: &second, number: number, name: name())
      parameter = wide.converted(to: parameter.dtype)
      return
    }
    if gradient.dtype != dtype || gradient.node != nil || !gradient.isContiguous {
      let gradient = Kernels.contiguous(gradient.withoutDerivative().converted(to: dtype))
      step(&parameter, along: gradient, first: &first, second: &second, number: number, name: name())
      return
    }
    correct(for: number)
    // Memory of arguments lives to the end of the call.
    surprisal_adam_step(
      dtype.code, parameter.count, &rates, gradient.pointer, parameter.mutablePointer(), first.mutablePointer(),
      second.mutablePointer())
  }

  /// The moments start at 0, which 1 − βᵗ makes up for.
  private mutating func correct(for number: Int) {
    if number == self.number { return }
    self.number = number
    rates.correction1 = -surprisal_expm1(Double(number) * surprisal_log(rates.beta1))
    rates.correction2 = -surprisal_expm1(Double(number) * surprisal_log(rates.beta2))
  }
}
