import CSurprisalKernels
import SurprisalTensors

// Terms of entropies and divergences, each exact to rounding where the naive form would subtract equal numbers.
extension Tensor {
  /// eˣ − 1 − x, at least 0 and about x² / 2 near 0; the derivative is eˣ − 1.
  func exponentialExcess() -> Tensor {
    Tensor.elementwise([self]) { x, _, _ in
      SpecialFunctions.exponentialRemainder(x)
    } derivative: { inputs, _, _ in
      inputs[0].expMinusOne()
    }
  }

  /// log((1 − a) / (1 − b)) of probabilities, exact to rounding near a = b; no derivative follows it.
  static func logComplementRatio(_ a: Tensor, _ b: Tensor) -> Tensor {
    Tensor.elementwise([a.withoutDerivative(), b.withoutDerivative()]) { a, b, _ in
      let difference = b - a
      return difference.magnitude < 0.5 * (1 - b)
        ? surprisal_log1p(difference / (1 - b)) : surprisal_log1p(-a) - surprisal_log1p(-b)
    } derivative: { inputs, _, _ in
      Tensor(zeros: inputs[0].shape, dtype: inputs[0].dtype)
    }
  }

  /// log(σ(a) / σ(b)) of logits, exact to rounding near a = b; no derivative follows it.
  static func logSigmoidRatio(_ a: Tensor, _ b: Tensor) -> Tensor {
    // σ(b) / σ(a) = σ(b) + σ(−b) e^(b − a) = 1 + σ(−b) (e^(b − a) − 1).
    let (a, b) = (a.withoutDerivative(), b.withoutDerivative())
    return -SurprisalTensors.log(onePlus: (-b).sigmoid() * (b - a).expMinusOne())
  }

  /// log(a / b) of positive numbers, exact to rounding near a = b and without overflow of the ratio.
  static func logRatio(_ a: Tensor, _ b: Tensor) -> Tensor {
    Tensor.elementwise([a, b]) { a, b, _ in
      let difference = a - b
      return difference.magnitude < 0.5 * b
        ? surprisal_log1p(difference / b) : surprisal_log(a) - surprisal_log(b)
    } derivative: { inputs, _, argument in
      argument == 0 ? inputs[0].reciprocal() : -inputs[1].reciprocal()
    }
  }

  /// −p log p of this tensor's log p, and 0 with derivative 0 for p = 0.
  func entropyTerm() -> Tensor {
    Tensor.elementwise([self]) { logP, _, _ in
      logP == -.infinity ? 0 : -surprisal_exp(logP) * logP
    } derivative: { inputs, _, _ in
      let isZero = inputs[0] .== -.infinity
      let logP = Tensor(where: isZero, 0, else: inputs[0])
      return Tensor(where: isZero, 0, else: -(logP.exp() * (logP + 1)))
    }
  }

  /// q − p − p log(q / p) of log p and log q: at least 0, q for p = 0 and +∞ for q = 0 < p, with derivative 0 by p
  /// in both cases.
  ///
  /// Over the events of two probability tables these terms add up to KL(p ‖ q), none of which takes away from another.
  /// Near p = q the term is about ½ p log²(q / p).
  ///
  /// - Parameter refined: log(q / p) with more digits near 0 than the difference of the logarithms has; it is not used
  ///   where it is far from that, or NaN. No derivative follows it.
  static func divergenceTerm(logP: Tensor, logQ: Tensor, refined: Tensor? = nil) -> Tensor {
    let refined = refined ?? Tensor(.nan, dtype: logP.dtype)
    return Tensor.elementwise([logP, logQ, refined.withoutDerivative()]) { logP, logQ, refined in
      let (p, q) = (surprisal_exp(logP), surprisal_exp(logQ))
      if p == 0 { return q }
      let difference = logQ - logP
      let t = (refined - difference).magnitude < 1e-3 ? refined : difference
      return t.magnitude < 1 ? p * SpecialFunctions.exponentialRemainder(t) : q - p - p * t
    } derivative: { inputs, _, argument in
      let (logP, logQ) = (inputs[0], inputs[1])
      let p = logP.exp()
      if argument == 1 { return logQ.exp() - p }
      let isFlat = (p .== 0) .| (logQ .== -.infinity)
      return Tensor(where: isFlat, 0, else: p * (Tensor(where: isFlat, 0, else: logP - logQ)))
    }
  }

  /// The logarithm of a probability: −∞ at 0 and there with derivative 0, where that of `log()` is +∞.
  func logOfProbability() -> Tensor {
    let isZero = self .== 0
    return Tensor(where: isZero, -.infinity, else: Tensor(where: isZero, 1, else: self).log())
  }

  /// These log-densities at x where `inside` holds, NaN where x is NaN and −∞ elsewhere, with derivative 0.
  func restricted(to inside: Tensor, at x: Tensor) -> Tensor {
    Tensor(where: inside, self, else: Tensor(where: x .!= x, .nan, else: Tensor(-.infinity, dtype: dtype)))
  }

  /// These numbers where p is within 0 … 1, NaN elsewhere.
  func whereProbability(_ p: Tensor) -> Tensor { Tensor(where: (p .>= 0) .& (p .<= 1), self, else: .nan) }
}
