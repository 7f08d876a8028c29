import SurprisalCore

/// A hard bound of a measure in nats.
struct Bound {
  var text: String
  var least = -Double.infinity
  var most = Double.infinity

  init(_ text: String, least: Double = -.infinity, most: Double = .infinity) {
    (self.text, self.least, self.most) = (text, least, most)
  }

  /// `value` within all bounds, and those that moved it by more than rounding.
  static func clamp(_ value: Double, to bounds: [Bound]) -> (value: Double, clamped: [Clamp]) {
    var (value, clamped) = (value, [Clamp]())
    for bound in bounds {
      let moved = max(bound.least, min(bound.most, value))
      if abs(moved - value) > 1e-12 * max(1, abs(value)) { clamped.append(Clamp(bound: bound.text, nats: value)) }
      value = moved
    }
    return (value, clamped)
  }
}

extension EntropySum {
  static let assumptions = [
    "rows are independent and equally distributed", "levels that no row shows are many and rare, or none",
  ]

  /// The estimate with its interval, both within the bounds.
  func estimate(
    _ estimator: DiscreteEstimator, _ boundary: Boundary, _ bounds: [Bound], ends: ClosedRange<Double>
  ) throws -> Estimate<Information> {
    let (value, clamped) = Bound.clamp(try value(estimator), to: bounds)
    let (standardError, found) = interval(boundary)
    return Estimate(
      value: value, standardError: standardError, low: min(value, found.lowerBound),
      high: max(value, found.upperBound), within: ends, estimator: estimator.rawValue, sampleCount: table.rowCount,
      assumptions: Self.assumptions, clamped: clamped)
  }
}

extension Estimate where Quantity == Information {
  /// An estimate in nats whose interval is moved into `ends`, which is reported.
  init(
    value: Double, standardError: Double, low: Double, high: Double, within ends: ClosedRange<Double>,
    estimator: String, sampleCount: Int, assumptions: [String], clamped: [Clamp]
  ) {
    var clamped = clamped
    if low < ends.lowerBound - 1e-12 {
      clamped.append(Clamp(bound: "the interval begins at \(ends.lowerBound) nats or above", nats: low))
    }
    if high > ends.upperBound + 1e-12 {
      clamped.append(Clamp(bound: "the interval ends at \(ends.upperBound) nats or below", nats: high))
    }
    let low = min(value, max(low, ends.lowerBound))
    let high = max(value, min(high, ends.upperBound))
    self.init(
      value: Information(nats: value), standardError: standardError,
      interval: Information(nats: low)...Information(nats: high), estimator: estimator, sampleCount: sampleCount,
      assumptions: assumptions, clamped: clamped)
  }
}
