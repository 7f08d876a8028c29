import SurprisalTensors

// Student's t of location 0 and scale 1; ν is the degrees of freedom.
extension Tensor {
  /// log p(t).
  static func studentLogDensity(_ freedom: Tensor, _ t: Tensor) -> Tensor {
    elementwise([freedom, t]) { freedom, t, _ in
      SpecialFunctions.studentLogDensity(freedom, t)
    } derivative: { inputs, _, argument in
      let (freedom, t) = (inputs[0], inputs[1])
      let isFinite = t.abs() .< .infinity
      // (ν + 1) t / (ν + t²), with no square beyond float64.
      let slope = Tensor(where: t .== 0, t, else: (freedom + 1) / (freedom / t + t))
      if argument == 1 { return Tensor(where: isFinite, -slope, else: 0) }
      // ψ(½ (ν + 1)) − ψ(½ ν) − 1 / ν − log(1 + t² / ν) + t² (ν + 1) / (ν (ν + t²)).
      let rests = digammaRest((freedom + 1) * 0.5) - digammaRest(freedom * 0.5)
      let steps = rests + (SurprisalTensors.log(onePlus: freedom.reciprocal()) - freedom.reciprocal())
      let value = (steps - studentLogFactor(freedom, t) + slope * t / freedom) * 0.5
      return Tensor(where: isFinite, value, else: 0)
    }
  }

  /// log(1 + t² / ν).
  private static func studentLogFactor(_ freedom: Tensor, _ t: Tensor) -> Tensor {
    elementwise([freedom, t]) { freedom, t, _ in
      SpecialFunctions.studentLogFactor(freedom, t)
    } derivative: { inputs, _, argument in
      let (freedom, t) = (inputs[0], inputs[1])
      let share = Tensor(where: t .== 0, t, else: (freedom / t + t).reciprocal())
      return argument == 1 ? share * 2 : -share * t / freedom
    }
  }

  /// P(T ≤ t).
  static func studentLower(_ freedom: Tensor, _ t: Tensor) -> Tensor {
    elementwise([freedom, t]) { freedom, t, _ in
      SpecialFunctions.studentLower(freedom, t)
    } derivative: { inputs, _, argument in
      let (freedom, t) = (inputs[0], inputs[1])
      let density = studentLogDensity(freedom, t).exp()
      if argument == 1 { return density }
      return Tensor(where: t.abs() .< .infinity, -density * studentPathwise(freedom, t), else: 0)
    }
  }

  /// t with P(T ≤ t) = p.
  static func studentQuantile(_ freedom: Tensor, lower p: Tensor) -> Tensor {
    elementwise([freedom, p]) { freedom, p, _ in
      SpecialFunctions.studentQuantile(freedom, lower: p)
    } derivative: { inputs, t, argument in
      argument == 0 ? studentPathwise(inputs[0], t) : (-studentLogDensity(inputs[0], t)).exp()
    }
  }

  /// dt / dν at fixed P(T ≤ t), 0 at infinity.
  static func studentPathwise(_ freedom: Tensor, _ t: Tensor) -> Tensor {
    elementwise([freedom, t]) { freedom, t, _ in
      SpecialFunctions.studentPathwise(freedom, t)
    } derivative: { inputs, y, _ in
      unknownDerivative(y)
    }
  }

  /// The entropy of Student's t.
  static func studentEntropy(_ freedom: Tensor) -> Tensor {
    elementwise([freedom]) { freedom, _, _ in
      SpecialFunctions.studentEntropy(freedom)
    } derivative: { inputs, _, _ in
      let freedom = inputs[0]
      let step = ((freedom + 1) * 0.5).polygamma(order: 1) - (freedom * 0.5).polygamma(order: 1)
      return (freedom + 1) * 0.25 * step + 0.5 / freedom
    }
  }
}
