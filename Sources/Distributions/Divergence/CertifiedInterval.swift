import SurprisalCore
import SurprisalInformation

/// Bounds that are proved to hold the true value, and an estimate of it from samples.
///
/// The bounds allow for rounding. The estimate does not know of them: its interval is statistical.
public struct CertifiedInterval<Quantity: EntropyQuantity>: Sendable, Hashable {
  /// The true value is not below `lowerBound` and not above `upperBound`.
  public var bounds: ClosedRange<Quantity>
  /// The inequality that the lower end rests on.
  public var lowerBoundName: String
  /// The inequality that the upper end rests on.
  public var upperBoundName: String
  /// The mean over samples, with its standard error.
  public var estimate: Estimate<Quantity>

  init(_ lower: Bound, _ upper: Bound, estimate: Estimate<Quantity>) {
    // A lower end beyond the upper one by rounding is moved to it.
    bounds = Quantity(nats: min(lower.nats, upper.nats))...Quantity(nats: upper.nats)
    (lowerBoundName, upperBoundName) = (lower.name, upper.name)
    self.estimate = estimate
  }
}

extension CertifiedInterval: CustomStringConvertible {
  /// The bounds and the estimate in nats.
  public var description: String {
    "\(bounds.lowerBound.nats) … \(bounds.upperBound.nats) nats "
      + "(\(lowerBoundName); \(upperBoundName)), estimated \(estimate)"
  }
}

/// One side of an interval, in nats.
struct Bound {
  var nats: Double
  var name: String
}
