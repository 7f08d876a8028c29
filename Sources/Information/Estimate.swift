import SurprisalCore

/// A quantity estimated from a sample, with what must be said beside it: how far off it may be, how it was found, and
/// under which assumptions.
public struct Estimate<Quantity: EntropyQuantity>: Sendable, Hashable {
  /// The estimate.
  public var value: Quantity
  /// The standard error of the estimate, in nats.
  public var standardError: Double
  /// An interval that holds the true value in 95 of 100 samples, under the assumptions.
  public var interval: ClosedRange<Quantity>
  /// The estimator and its parameters, such as "KSG 1, k = 3".
  public var estimator: String
  /// Rows that the estimate rests on.
  public var sampleCount: Int
  /// What must hold of the rows for the interval to hold, a clause each, such as "rows are independent".
  public var assumptions: [String]
  /// Bounds that moved the estimate or an end of its interval; empty if none did.
  public var clamped: [Clamp]

  /// An estimate of all parts.
  public init(
    value: Quantity, standardError: Double, interval: ClosedRange<Quantity>, estimator: String, sampleCount: Int,
    assumptions: [String], clamped: [Clamp] = []
  ) {
    self.value = value
    self.standardError = standardError
    self.interval = interval
    self.estimator = estimator
    self.sampleCount = sampleCount
    self.assumptions = assumptions
    self.clamped = clamped
  }
}

/// A bound that an estimate had left, and was moved back to.
public struct Clamp: Sendable, Hashable {
  /// The bound, such as "mutual information is at least 0".
  public var bound: String
  /// The estimate before, in nats.
  public var nats: Double

  /// The estimate `nats` was beyond `bound`.
  public init(bound: String, nats: Double) {
    self.bound = bound
    self.nats = nats
  }
}

extension Estimate: CustomStringConvertible {
  /// The estimate with its standard error, estimator and sample size.
  public var description: String {
    "\(value.nats) ± \(standardError) nats (\(estimator), \(sampleCount) rows)"
  }
}
