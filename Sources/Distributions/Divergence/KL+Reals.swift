import SurprisalTensors

// Normal, Laplace and logistic: what each knows of itself, and what its log-density asks of others.

extension Normal: KnownExpectations {
  /// σ √(2/π) e^(−z²/2) + (μ − c) erf(z / √2) with z = (μ − c) / σ.
  func expectedDistance(from c: Tensor) -> Tensor? {
    let z = (mean - c) / standardDeviation
    let tail = standardDeviation * ((z.square() * -0.5).exp() * 0.797_884_560_802_865_4)
    return tail + (mean - c) * (z * 0.707_106_781_186_547_5).erf()
  }
}

extension Normal: LogDensityOfExpectations {
  /// −log σ − ½ log 2π − E[(X − μ)²] / (2 σ²).
  func expectedLogDensity(under p: any KnownExpectations) -> Tensor? {
    p.expectedSquare(around: mean).map { square in
      -(standardDeviation.log() + SpecialFunctions.halfLogTwoPi) - square / (variance * 2)
    }
  }
}

extension Laplace: KnownExpectations {
  /// |μ − c| + b e^(−|μ − c| / b).
  func expectedDistance(from c: Tensor) -> Tensor? {
    let distance = (location - c).abs()
    return distance + scale * (-(distance / scale)).exp()
  }
}

extension Laplace: LogDensityOfExpectations {
  /// −log 2b − E|X − μ| / b.
  func expectedLogDensity(under p: any KnownExpectations) -> Tensor? {
    p.expectedDistance(from: location).map { -(scale * 2).log() - $0 / scale }
  }
}

extension Logistic: KnownExpectations {
  /// s (softplus(d) + softplus(−d)) with d = (c − μ) / s: the integrals of F below c and of 1 − F above.
  func expectedDistance(from c: Tensor) -> Tensor? {
    let d = (c - location) / scale
    return scale * (d.softplus() + (-d).softplus())
  }
}
