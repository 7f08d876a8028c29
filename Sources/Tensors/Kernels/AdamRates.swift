import CSurprisalKernels

/// One step of Adam in place: its rates and the kernel that takes it.
package struct AdamRates: Sendable {
  private let rates: surprisal_adam

  /// The rates of step number `step`, which counts from 1. `decoupledDecay` is that of AdamW (Loshchilov and Hutter
  /// 2019): θ ← θ − α λ θ before the step.
  package init(
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, step: Int, decoupledDecay: Double = 0
  ) {
    rates = surprisal_adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      correction1: -surprisal_expm1(Double(step) * surprisal_log(beta1)),
      correction2: -surprisal_expm1(Double(step) * surprisal_log(beta2)), decoupledDecay: decoupledDecay)
  }

  /// Changes a parameter and its two moments along a gradient of the same shape; `name` is for the message.
  package func step(
    _ parameter: inout Tensor, along gradient: Tensor, first: inout Tensor, second: inout Tensor, name: String
  ) {
    precondition(
      gradient.shape == parameter.shape,
      "Adam: the gradient of \(name) has the shape \(gradient.shape), the parameter \(parameter.shape)")
    if parameter.dtype != first.dtype {
      // bfloat16: the step is taken in float32 and rounded once.
      var wide = parameter.converted(to: first.dtype)
      step(&wide, along: gradient, first: &first, second: &second, name: name)
      parameter = wide.converted(to: parameter.dtype)
      return
    }
    let gradient = Kernels.contiguous(gradient.withoutDerivative().converted(to: parameter.dtype))
    let (count, code) = (parameter.count, parameter.dtype.code)
    withUnsafePointer(to: rates) { rates in
      parameter.withUnsafeMutableElements { parameter in
        first.withUnsafeMutableElements { first in
          second.withUnsafeMutableElements { second in
            surprisal_adam_step(code, count, rates, gradient.pointer, parameter, first, second)
          }
        }
      }
    }
    _ = consume gradient
  }
}
