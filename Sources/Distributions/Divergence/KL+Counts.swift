import SurprisalTensors

// Poisson and geometric: finite supports are summed, these two are not finite.

extension Poisson: KnownExpectations {
  /// Not known.
  func expectedDistance(from c: Tensor) -> Tensor? { nil }
}

extension Geometric: LogDensityOfExpectations {
  /// log p + E[X] log(1 − p).
  func expectedLogDensity(under p: any KnownExpectations) -> Tensor? {
    guard p is Poisson, let value = p.expectedValue else { return nil }
    return logDensity(of: Tensor(0, dtype: dtype)) + value * complementaryCumulative(at: Tensor(0, dtype: dtype)).log()
  }
}
