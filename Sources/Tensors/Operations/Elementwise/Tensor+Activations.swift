import CSurprisalKernels

extension Tensor {
  /// σ(x) = 1 / (1 + e⁻ˣ), without overflow for any x; the derivative is σ(x) (1 − σ(x)).
  public func sigmoid() -> Tensor {
    asFloat().mapped(SURPRISAL_SIGMOID, keepingOutput: { y, g in g * y * (1 - y) })
  }

  /// log(1 + eˣ), without overflow for any x; the derivative is σ(x).
  public func softplus() -> Tensor {
    asFloat().mapped(SURPRISAL_SOFTPLUS, keepingInput: { x, g in g * x.sigmoid() })
  }

  /// max(x, 0); the derivative at 0 is 0.
  public func relu() -> Tensor {
    asFloat().mapped(SURPRISAL_RELU, keepingInput: { x, g in Tensor(where: x .> 0, g, else: 0) })
  }

  /// x above 0 and `slope` · x below; the derivative at 0 is `slope` (Maas et al. 2013).
  public func leakyReLU(slope: Double = 0.01) -> Tensor {
    asFloat().mapped(
      SURPRISAL_LEAKY_RELU, slope, keepingInput: { x, g in Tensor(where: x .> 0, g, else: g * slope) })
  }

  /// x above 0 and `alpha` (eˣ − 1) below; the derivative at 0 is `alpha` (Clevert et al. 2016).
  public func elu(alpha: Double = 1) -> Tensor {
    asFloat().mapped(
      SURPRISAL_ELU, alpha,
      // The exponent stays below 0, so that no infinity stands on the side not taken.
      keepingInput: { x, g in Tensor(where: x .> 0, g, else: g * Tensor.minimum(x, 0).exp() * alpha) })
  }

  /// x σ(x), also called swish; the derivative is σ(x) + x σ(x) (1 − σ(x)) (Elfwing et al. 2018).
  public func silu() -> Tensor {
    asFloat().mapped(
      SURPRISAL_SILU,
      keepingInput: { x, g in
        let x = x.limited
        let s = x.sigmoid()
        return g * (s + x * s * (1 - s))
      })
  }

  /// x Φ(x) with the normal distribution function Φ; the derivative is Φ(x) + x φ(x) (Hendrycks and Gimpel 2016).
  public func gelu() -> Tensor {
    asFloat().mapped(
      SURPRISAL_GELU,
      keepingInput: { x, g in
        let x = x.limited
        let cumulative = ((x * 0.5.squareRoot()).erf() + 1) * 0.5
        let density = (x.square() * -0.5).exp() * 0.398_942_280_401_432_7
        return g * (cumulative + x * density)
      })
  }

  /// The approximation ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))) of `gelu()`, as GPT-2 has it.
  public func geluTanh() -> Tensor {
    asFloat().mapped(
      SURPRISAL_GELU_TANH,
      keepingInput: { x, g in
        // ½ (1 + tanh u) = σ(2 u), and c = 2 √(2/π).
        let c = 1.595_769_121_605_730_8
        let x = x.limited
        let square = x.square()
        let s = (x * (square * 0.044715 + 1) * c).sigmoid()
        return g * (s + x * s * (1 - s) * (square * 0.134145 + 1) * c)
      })
  }

  /// Itself within ±1000, for derivatives that are constant to rounding long before: no power of it overflows, and no
  /// infinity meets 0.
  var limited: Tensor { clamped(to: -1000...1000) }
}
