import SurprisalTensors

// Gamma and inverse gamma: what each knows of itself, and what its log-density asks of others.

extension Gamma: KnownExpectations {
  /// By the distribution function of concentration + 1, the mean's part below c.
  func expectedDistance(from c: Tensor) -> Tensor? {
    let isAbove = c .> 0
    let inside = Tensor(where: isAbove, c, else: 1)
    let part = mean * Tensor.gammaLower(concentration + 1, rate * inside)
    return Tensor(where: isAbove, distance(from: inside, mean: mean, partBelow: part), else: mean - c)
  }
  /// ψ(a) − log β.
  var expectedLog: Tensor? { concentration.digamma() - rate.log() }
  /// ψ′(a) + (E[log X] − c)².
  func expectedLogSquare(around c: Tensor) -> Tensor? {
    concentration.polygamma(order: 1) + (concentration.digamma() - rate.log() - c).square()
  }
  /// β / (a − 1), +∞ up to a = 1.
  var expectedReciprocal: Tensor? {
    Tensor.whereFinite(concentration .> 1, concentration, replacedBy: 2) { rate / ($0 - 1) }
  }
}

extension Gamma: LogDensityOfExpectations {
  /// a log β − log Γ(a) + (a − 1) E[log X] − β E[X].
  func expectedLogDensity(under p: any KnownExpectations) -> Tensor? {
    guard let log = p.expectedLog, let value = p.expectedValue else { return nil }
    let normalization = concentration * rate.log() - concentration.logGamma()
    return normalization + (concentration - 1) * log - rate * value
  }
}

extension InverseGamma: KnownExpectations {
  /// s / (a − 1), +∞ up to a = 1.
  var expectedValue: Tensor? {
    Tensor.whereFinite(concentration .> 1, concentration, replacedBy: 2) { scale / ($0 - 1) }
  }
  /// Var + (E[X] − c)², +∞ up to a = 2.
  func expectedSquare(around c: Tensor) -> Tensor? {
    Tensor.whereFinite(concentration .> 2, concentration, replacedBy: 3) { a in
      let mean = scale / (a - 1)
      return mean.square() / (a - 2) + (mean - c).square()
    }
  }
  /// By the distribution function of concentration − 1, the mean's part below c; +∞ up to a = 1.
  func expectedDistance(from c: Tensor) -> Tensor? {
    let isAbove = c .> 0
    let inside = Tensor(where: isAbove, c, else: 1)
    return Tensor.whereFinite(concentration .> 1, concentration, replacedBy: 2) { a in
      let mean = scale / (a - 1)
      let part = mean * Tensor.gammaUpper(a - 1, scale / inside)
      let near = distance(from: inside, mean: mean, partBelow: part)
      return Tensor(where: isAbove, near, else: mean - c)
    }
  }
  /// log s − ψ(a).
  var expectedLog: Tensor? { scale.log() - concentration.digamma() }
  /// ψ′(a) + (E[log X] − c)².
  func expectedLogSquare(around c: Tensor) -> Tensor? {
    concentration.polygamma(order: 1) + (scale.log() - concentration.digamma() - c).square()
  }
  /// a / s.
  var expectedReciprocal: Tensor? { concentration / scale }
}

extension InverseGamma: LogDensityOfExpectations {
  /// a log s − log Γ(a) − (a + 1) E[log X] − s E[1 / X].
  func expectedLogDensity(under p: any KnownExpectations) -> Tensor? {
    guard let log = p.expectedLog, let reciprocal = p.expectedReciprocal else { return nil }
    let normalization = concentration * scale.log() - concentration.logGamma()
    return normalization - (concentration + 1) * log - scale * reciprocal
  }
}
