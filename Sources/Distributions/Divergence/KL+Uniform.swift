import SurprisalTensors

// What the uniform distribution knows of itself, and what its log-density asks of others.

extension Uniform: KnownExpectations {
  /// ((c − l)² + (u − c)²) / (2 (u − l)) within the ends, the distance from the middle outside.
  func expectedDistance(from c: Tensor) -> Tensor? {
    let inside = Tensor.minimum(Tensor.maximum(c, lower), upper)
    return ((inside - lower).square() + (upper - inside).square()) / ((upper - lower) * 2) + (inside - c).abs()
  }
  /// (u log u − l log l) / (u − l) − 1.
  var expectedLog: Tensor? { Uniform.meanLog(lower, upper) }
  /// E[log² X] − 2 c E[log X] + c².
  func expectedLogSquare(around c: Tensor) -> Tensor? {
    // ∫ (log x − c)² = x ((log x − c)² − 2 (log x − c) + 2).
    func integral(_ x: Tensor) -> Tensor {
      let z = Tensor(where: x .> 0, x, else: 1).log() - c
      return Tensor(where: x .> 0, x * (z.square() - z * 2 + 2), else: 0)
    }
    // For narrow intervals by y = log(X / l), of which E[y²] = (1 + d) log²(1 + d) / d − 2 E[y].
    let (isNarrow, l, d, meanLog) = Uniform.narrow(lower, upper)
    let square = ((d + 1) * log(onePlus: d).square() - meanLog * d * 2) / d
    let start = l.log() - c
    let wide = (integral(upper) - integral(lower)) / (upper - lower)
    return Tensor(where: isNarrow, square + (meanLog * 2 + start) * start, else: wide)
  }
  /// The mean logarithm between 1 − u and 1 − l.
  var expectedLogOfComplement: Tensor? { Uniform.meanLog(1 - upper, 1 - lower) }
  /// log(u / l) / (u − l), +∞ from 0 on.
  var expectedReciprocal: Tensor? {
    Tensor.whereFinite(lower .> 0, lower, replacedBy: 1) { Tensor.logRatio(upper.abs(), $0) / (upper - lower) }
  }

  /// The mean of the logarithm of numbers of at least 0 between two ends.
  private static func meanLog(_ lower: Tensor, _ upper: Tensor) -> Tensor {
    func integral(_ x: Tensor) -> Tensor { x * Tensor(where: x .> 0, x, else: 1).log() }
    let (isNarrow, l, _, meanLog) = narrow(lower, upper)
    return Tensor(
      where: isNarrow, l.log() + meanLog, else: (integral(upper) - integral(lower)) / (upper - lower) - 1)
  }

  /// Where d = (u − l) / l is below 1: l, d and the mean of log(X / l), ((1 + d) log(1 + d) − d) / d, which does not
  /// cancel as the difference of the integrals would; elsewhere l and d are 1.
  private static func narrow(
    _ lower: Tensor, _ upper: Tensor
  ) -> (isNarrow: Tensor, l: Tensor, d: Tensor, meanLog: Tensor) {
    let isNarrow = (lower .> 0) .& (upper - lower .< lower)
    let l = Tensor(where: isNarrow, lower, else: 1)
    let d = Tensor(where: isNarrow, upper - lower, else: 1) / l
    return (isNarrow, l, d, d + (d + 1) * Tensor.logOnePlusMinus(d) / d)
  }
}

extension Uniform: LogDensityOfExpectations {
  /// −log(u − l).
  func expectedLogDensity(under p: any KnownExpectations) -> Tensor? { -(upper - lower).log() }
}
