import CSurprisalKernels
import SurprisalTensors

// Functions of tensors that broadcast together, in float64 inside, with derivative rules. Where an argument is outside
// its domain the derivative by it is 0.
extension Tensor {
  /// P(a, x), the distribution function of the gamma distribution of rate 1.
  static func gammaLower(_ a: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, x]) { a, x, _ in
      SpecialFunctions.gammaLower(a, x)
    } derivative: { inputs, _, argument in
      argument == 0
        ? gammaLowerByShape(inputs[0], inputs[1]) : standardGammaLogDensity(inputs[0], inputs[1]).exp()
    }
  }

  /// Q(a, x) = 1 − P(a, x).
  static func gammaUpper(_ a: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, x]) { a, x, _ in
      SpecialFunctions.gammaUpper(a, x)
    } derivative: { inputs, _, argument in
      argument == 0
        ? -gammaLowerByShape(inputs[0], inputs[1]) : -standardGammaLogDensity(inputs[0], inputs[1]).exp()
    }
  }

  /// ∂P(a, x) / ∂a; its own derivative by a is not known and NaN.
  static func gammaLowerByShape(_ a: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, x]) { a, x, _ in
      SpecialFunctions.gammaLowerByShape(a, x)
    } derivative: { inputs, _, argument in
      let (a, x) = (inputs[0], inputs[1])
      if argument == 0 { return unknownDerivative(a * x) }
      let slope = standardGammaLogDensity(a, x).exp() * (x.log() - a.digamma())
      return Tensor(where: x .> 0, slope, else: 0)
    }
  }

  /// x with P(a, x) = p.
  static func gammaQuantile(_ a: Tensor, lower p: Tensor) -> Tensor {
    elementwise([a, p]) { a, p, _ in
      SpecialFunctions.gammaQuantile(a, lower: p)
    } derivative: { inputs, x, argument in
      argument == 0 ? gammaPathwise(inputs[0], x) : (-standardGammaLogDensity(inputs[0], x)).exp()
    }
  }

  /// x with Q(a, x) = q.
  static func gammaQuantile(_ a: Tensor, upper q: Tensor) -> Tensor {
    elementwise([a, q]) { a, q, _ in
      SpecialFunctions.gammaQuantile(a, upper: q)
    } derivative: { inputs, x, argument in
      argument == 0 ? gammaPathwise(inputs[0], x) : -(-standardGammaLogDensity(inputs[0], x)).exp()
    }
  }

  /// dx / da at fixed P(a, x); 0 at the ends x = 0 and x = ∞.
  static func gammaPathwise(_ a: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, x]) { a, x, _ in
      x > 0 && x < .infinity ? x * SpecialFunctions.gammaLogPathwise(a, logX: surprisal_log(x)) : x.isNaN ? x : 0
    } derivative: { inputs, _, _ in
      unknownDerivative(inputs[0] * inputs[1])
    }
  }

  /// d log x / da of a gamma number with the logarithm log x at fixed P(a, x).
  static func gammaLogPathwise(_ a: Tensor, logX: Tensor) -> Tensor {
    elementwise([a, logX]) { a, logX, _ in
      SpecialFunctions.gammaLogPathwise(a, logX: logX)
    } derivative: { inputs, _, _ in
      unknownDerivative(inputs[0] * inputs[1])
    }
  }

  /// log (xᵃ⁻¹ e⁻ˣ / Γ(a)), −∞ outside x ≥ 0.
  ///
  /// At x = 0 it is ∞ for a < 1 and 0 for a = 1.
  static func standardGammaLogDensity(_ a: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, x]) { a, x, _ in
      SpecialFunctions.gammaLogDensity(a, 1, x)
    } derivative: { inputs, _, argument in
      let (a, x) = (inputs[0], inputs[1])
      let isInside = (x .>= 0) .& (x .< .infinity)
      if argument == 0 { return Tensor(where: isInside, x.log() - a.digamma(), else: 0) }
      let byX = Tensor(where: a .== 1, x * 0 - 1, else: (a - 1) / x - 1)
      return Tensor(where: isInside, byX, else: 0)
    }
  }

  /// NaN of the shape of what has no derivative rule.
  static func unknownDerivative(_ like: Tensor) -> Tensor {
    Tensor(repeating: .nan, shape: like.shape, dtype: like.dtype)
  }
}
