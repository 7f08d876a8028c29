import SurprisalTensors

// What the beta distribution knows of itself, and what its log-density asks of others.

extension Beta: KnownExpectations {
  /// By the distribution function of concentration1 + 1, the mean's part below c.
  func expectedDistance(from c: Tensor) -> Tensor? {
    let isWithin = (c .> 0) .& (c .< 1)
    let inside = Tensor(where: isWithin, c, else: 0.5)
    let part = mean * Tensor.betaLower(concentration1 + 1, concentration0, inside)
    return Tensor(where: isWithin, distance(from: inside, mean: mean, partBelow: part), else: (mean - c).abs())
  }
  /// ψ(a) − ψ(a + b).
  var expectedLog: Tensor? { concentration1.digamma() - (concentration1 + concentration0).digamma() }
  /// ψ′(a) − ψ′(a + b) + (E[log X] − c)².
  func expectedLogSquare(around c: Tensor) -> Tensor? {
    let sum = concentration1 + concentration0
    let spread = concentration1.polygamma(order: 1) - sum.polygamma(order: 1)
    return spread + (concentration1.digamma() - sum.digamma() - c).square()
  }
  /// ψ(b) − ψ(a + b).
  var expectedLogOfComplement: Tensor? { concentration0.digamma() - (concentration1 + concentration0).digamma() }
  /// (a + b − 1) / (a − 1), +∞ up to a = 1.
  var expectedReciprocal: Tensor? {
    Tensor.whereFinite(concentration1 .> 1, concentration1, replacedBy: 2) { ($0 + concentration0 - 1) / ($0 - 1) }
  }
}

extension Beta: LogDensityOfExpectations {
  /// (a − 1) E[log X] + (b − 1) E[log(1 − X)] − log B(a, b).
  func expectedLogDensity(under p: any KnownExpectations) -> Tensor? {
    guard let log = p.expectedLog, let other = p.expectedLogOfComplement else { return nil }
    let normalization = Tensor.logBeta(concentration1, concentration0)
    return (concentration1 - 1) * log + (concentration0 - 1) * other - normalization
  }
}
