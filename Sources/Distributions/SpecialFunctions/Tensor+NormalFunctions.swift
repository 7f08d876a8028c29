import SurprisalTensors

extension Tensor {
  /// Φ(z), the distribution function of the standard normal distribution.
  static func normalCumulative(_ z: Tensor) -> Tensor {
    elementwise([z]) { z, _, _ in
      SpecialFunctions.normalCumulative(z)
    } derivative: { inputs, _, _ in
      (inputs[0].square() * -0.5 - SpecialFunctions.halfLogTwoPi).exp()
    }
  }

  /// log Φ(z).
  static func logNormalCumulative(_ z: Tensor) -> Tensor {
    elementwise([z]) { z, _, _ in
      SpecialFunctions.logNormalCumulative(z)
    } derivative: { inputs, _, _ in
      normalRatio(inputs[0])
    }
  }

  /// φ(z) / Φ(z).
  static func normalRatio(_ z: Tensor) -> Tensor {
    elementwise([z]) { z, _, _ in
      SpecialFunctions.normalRatio(z)
    } derivative: { inputs, ratio, _ in
      -ratio * (inputs[0] + ratio)
    }
  }

  /// z with Φ(z) = p.
  static func normalQuantile(lower p: Tensor) -> Tensor {
    elementwise([p]) { p, _, _ in
      SpecialFunctions.normalQuantile(lower: p)
    } derivative: { _, z, _ in
      (z.square() * 0.5 + SpecialFunctions.halfLogTwoPi).exp()
    }
  }

  /// z with 1 − Φ(z) = q.
  static func normalQuantile(upper q: Tensor) -> Tensor { -normalQuantile(lower: q) }

  /// log B(a, b).
  static func logBeta(_ a: Tensor, _ b: Tensor) -> Tensor {
    elementwise([a, b]) { a, b, _ in
      SpecialFunctions.logBeta(a, b)
    } derivative: { inputs, _, argument in
      inputs[argument].digamma() - (inputs[0] + inputs[1]).digamma()
    }
  }

  /// log (n over k) of numbers; the derivative is that of the logarithms of Γ.
  static func logBinomial(_ n: Tensor, _ k: Tensor) -> Tensor {
    elementwise([n, k]) { n, k, _ in
      SpecialFunctions.logBinomial(n, k)
    } derivative: { inputs, _, argument in
      let (n, k) = (inputs[0], inputs[1])
      let rest = (n - k + 1).digamma()
      let slope = argument == 0 ? (n + 1).digamma() - rest : rest - (k + 1).digamma()
      return Tensor(where: (k .>= 0) .& (k .<= n), slope, else: 0)
    }
  }
}
