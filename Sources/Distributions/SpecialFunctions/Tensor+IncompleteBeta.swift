import SurprisalTensors

extension Tensor {
  /// I_x(a, b), the distribution function of the beta distribution.
  static func betaLower(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, b, x]) { a, b, x in
      SpecialFunctions.betaLower(a, b, x)
    } derivative: { inputs, _, argument in
      betaDerivative(inputs, argument)
    }
  }

  /// 1 − I_x(a, b).
  static func betaUpper(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, b, x]) { a, b, x in
      SpecialFunctions.betaUpper(a, b, x)
    } derivative: { inputs, _, argument in
      -betaDerivative(inputs, argument)
    }
  }

  /// ∂I_x(a, b) / ∂a; its own derivatives by a and b are not known and NaN.
  static func betaLowerByFirst(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, b, x]) { a, b, x in
      SpecialFunctions.betaLowerByFirst(a, b, x)
    } derivative: { inputs, _, argument in
      let (a, b, x) = (inputs[0], inputs[1], inputs[2])
      if argument < 2 { return unknownDerivative(a * b * x) }
      let slope = betaLogDensity(a, b, x).exp() * (x.log() - a.digamma() + (a + b).digamma())
      return Tensor(where: (x .> 0) .& (x .< 1), slope, else: 0)
    }
  }

  /// ∂I_x(a, b) / ∂b; its own derivatives by a and b are not known and NaN.
  static func betaLowerBySecond(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, b, x]) { a, b, x in
      SpecialFunctions.betaLowerBySecond(a, b, x)
    } derivative: { inputs, _, argument in
      let (a, b, x) = (inputs[0], inputs[1], inputs[2])
      if argument < 2 { return unknownDerivative(a * b * x) }
      let slope = betaLogDensity(a, b, x).exp() * (SurprisalTensors.log(onePlus: -x) - b.digamma() + (a + b).digamma())
      return Tensor(where: (x .> 0) .& (x .< 1), slope, else: 0)
    }
  }

  /// x with I_x(a, b) = p.
  static func betaQuantile(_ a: Tensor, _ b: Tensor, lower p: Tensor) -> Tensor {
    elementwise([a, b, p]) { a, b, p in
      SpecialFunctions.betaQuantile(a, b, lower: p)
    } derivative: { inputs, x, argument in
      argument < 2
        ? betaPathwise(inputs[0], inputs[1], x, first: argument == 0)
        : (-betaLogDensity(inputs[0], inputs[1], x)).exp()
    }
  }

  /// x with 1 − I_x(a, b) = q.
  static func betaQuantile(_ a: Tensor, _ b: Tensor, upper q: Tensor) -> Tensor {
    elementwise([a, b, q]) { a, b, q in
      SpecialFunctions.betaQuantile(a, b, upper: q)
    } derivative: { inputs, x, argument in
      argument < 2
        ? betaPathwise(inputs[0], inputs[1], x, first: argument == 0)
        : -(-betaLogDensity(inputs[0], inputs[1], x)).exp()
    }
  }

  /// dx / da, or by b, at fixed I_x(a, b); 0 at the ends.
  static func betaPathwise(_ a: Tensor, _ b: Tensor, _ x: Tensor, first: Bool) -> Tensor {
    elementwise([a, b, x]) { a, b, x in
      let y = 1 - x
      if !(x > 0 && y > 0) { return x.isNaN ? x : 0 }
      return x * y * SpecialFunctions.betaLogitPathwise(a, b, x, y, first: first)
    } derivative: { inputs, _, _ in
      unknownDerivative(inputs[0] * inputs[1] * inputs[2])
    }
  }

  /// d logit / da, or by b, of a beta number of the given logit at fixed I_x(a, b).
  static func betaLogitPathwise(_ a: Tensor, _ b: Tensor, logit: Tensor, first: Bool) -> Tensor {
    elementwise([a, b, logit]) { a, b, logit in
      SpecialFunctions.betaLogitPathwise(a, b, logit: logit, first: first)
    } derivative: { inputs, y, _ in
      unknownDerivative(y)
    }
  }

  /// log (xᵃ⁻¹ (1 − x)ᵇ⁻¹ / B(a, b)), −∞ outside 0 ≤ x ≤ 1; at x = 0 it is ∞ for a < 1 and log b for a = 1.
  static func betaLogDensity(_ a: Tensor, _ b: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, b, x]) { a, b, x in
      SpecialFunctions.betaLogDensity(a, b, x)
    } derivative: { inputs, _, argument in
      let (a, b, x) = (inputs[0], inputs[1], inputs[2])
      let isInside = (x .>= 0) .& (x .<= 1)
      switch argument {
      case 0: return Tensor(where: isInside, x.log() - a.digamma() + (a + b).digamma(), else: 0)
      case 1:
        return Tensor(where: isInside, SurprisalTensors.log(onePlus: -x) - b.digamma() + (a + b).digamma(), else: 0)
      default:
        let lower = Tensor(where: a .== 1, 0, else: (a - 1) / x)
        let upper = Tensor(where: b .== 1, 0, else: (b - 1) / (1 - x))
        return Tensor(where: isInside, lower - upper, else: 0)
      }
    }
  }

  private static func betaDerivative(_ inputs: [Tensor], _ argument: Int) -> Tensor {
    let (a, b, x) = (inputs[0], inputs[1], inputs[2])
    return switch argument {
    case 0: betaLowerByFirst(a, b, x)
    case 1: betaLowerBySecond(a, b, x)
    default: betaLogDensity(a, b, x).exp()
    }
  }
}
