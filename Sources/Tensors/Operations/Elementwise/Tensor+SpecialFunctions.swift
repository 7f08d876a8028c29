import CSurprisalKernels

extension Tensor {
  /// The error function 2/√π ∫₀ˣ exp(−t²) dt; the derivative is 2/√π exp(−x²).
  public func erf() -> Tensor {
    asFloat().mapped(
      SURPRISAL_ERF, keepingInput: { x, g in g * (-x.limited.square()).exp() * 1.128_379_167_095_512_6 })
  }

  /// log |Γ(x)|, +∞ at 0, −1, −2, …; the derivative is the digamma function.
  public func logGamma() -> Tensor {
    differentiable(asFloat()) {
      Kernels.unary(SURPRISAL_LGAMMA, $0)
    } pullback: { x, _ in
      { $0 * x.digamma() }
    }
  }

  /// ψ(x) = d/dx log Γ(x), NaN at −1, −2, … and infinite at 0; the derivative is the trigamma function.
  public func digamma() -> Tensor {
    differentiable(asFloat()) {
      Kernels.unary(SURPRISAL_DIGAMMA, $0)
    } pullback: { x, _ in
      { $0 * x.polygamma(order: 1) }
    }
  }

  /// ψ⁽ⁿ⁾(x), the derivative of the digamma function of the given order from 0 on, at which it is `digamma()` itself.
  public func polygamma(order: Int) -> Tensor {
    precondition(order >= 0, "polygamma: the order \(order) is below 0")
    if order == 0 { return digamma() }
    return differentiable(asFloat()) {
      Kernels.unary(SURPRISAL_POLYGAMMA, $0, Double(order))
    } pullback: { x, _ in
      { $0 * x.polygamma(order: order + 1) }
    }
  }
}
