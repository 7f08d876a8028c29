import SurprisalTensors

// Exponential and log-normal: what each knows of itself, and what its log-density asks of others.

extension Exponential: KnownExpectations {
  /// |c − 1/λ| changed by twice the part beyond: c − 1/λ + 2 e^(−λ c) / λ above 0.
  func expectedDistance(from c: Tensor) -> Tensor? {
    let inside = Tensor.maximum(c, 0)
    let beyond = (-(rate * inside)).exp() / rate * 2
    // Below 0 it is 1/λ − c.
    return inside - rate.reciprocal() + beyond + (inside - c)
  }
  /// −γ − log λ.
  var expectedLog: Tensor? { -(rate.log() + Exponential.eulerGamma) }
  /// π²/6 + (E[log X] − c)².
  func expectedLogSquare(around c: Tensor) -> Tensor? {
    (rate.log() + c + Exponential.eulerGamma).square() + 1.644_934_066_848_226_4
  }
  /// +∞.
  var expectedReciprocal: Tensor? { Tensor(repeating: .infinity, shape: batchShape, dtype: dtype) }

  private static let eulerGamma = 0.577_215_664_901_532_9
}

extension Exponential: LogDensityOfExpectations {
  /// log λ − λ E[X].
  func expectedLogDensity(under p: any KnownExpectations) -> Tensor? { p.expectedValue.map { rate.log() - rate * $0 } }
}

extension LogNormal: KnownExpectations {
  /// The mean's part below c is that of the log-normal distribution of location μ + σ².
  func expectedDistance(from c: Tensor) -> Tensor? {
    let isAbove = c .> 0
    let inside = Tensor(where: isAbove, c, else: 1)
    let part = mean * Tensor.normalCumulative((inside.log() - location) / scale - scale)
    return Tensor(where: isAbove, distance(from: inside, mean: mean, partBelow: part), else: mean - c)
  }
  /// μ.
  var expectedLog: Tensor? { location }
  /// σ² + (μ − c)².
  func expectedLogSquare(around c: Tensor) -> Tensor? { scale.square() + (location - c).square() }
  /// e^(−μ + σ²/2).
  var expectedReciprocal: Tensor? { (scale.square() * 0.5 - location).exp() }
}

extension LogNormal: LogDensityOfExpectations {
  /// −E[log X] − log σ − ½ log 2π − E[(log X − μ)²] / (2 σ²).
  func expectedLogDensity(under p: any KnownExpectations) -> Tensor? {
    guard let log = p.expectedLog, let square = p.expectedLogSquare(around: location) else { return nil }
    return -log - (scale.log() + SpecialFunctions.halfLogTwoPi) - square / (scale.square() * 2)
  }
}
