/// The map from data to drawing positions along one axis.
package struct AxisScale: Sendable, Hashable {
  /// The smallest and largest value shown.
  package let domain: ClosedRange<Double>
  /// The position of the smallest value.
  package let start: Double
  /// The position of the largest value.
  package let end: Double
  /// Whether equal ratios, not equal differences, are equally far apart.
  package let isLogarithmic: Bool

  /// Values beyond ±10³⁰⁰ are not drawn: the differences of two of them must stay finite.
  static let limit = 1e300

  /// A scale over `domain`; it must be finite, not empty and, where logarithmic, positive.
  package init(domain: ClosedRange<Double>, start: Double, end: Double, isLogarithmic: Bool = false) {
    self.domain = domain
    self.start = start
    self.end = end
    self.isLogarithmic = isLogarithmic
  }

  /// A linear scale that shows all drawable values, with `padding` (a part of the span) at both ends.
  package init(
    fitting values: some Sequence<Double>, padding: Double = 0.05, start: Double, end: Double
  ) {
    let domain = AxisScale.domain(of: values) ?? 0...1
    let pad = (domain.upperBound - domain.lowerBound) * padding
    self.init(domain: (domain.lowerBound - pad)...(domain.upperBound + pad), start: start, end: end)
  }

  /// The drawable range of `values`, widened where they are all (nearly) the same; nil if there are none.
  package static func domain(of values: some Sequence<Double>) -> ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.magnitude <= limit {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else { return nil }
    let size = max(low.magnitude, high.magnitude)
    if high - low <= max(size * 1e-12, 1e-290) {
      let pad = size < 1e-280 ? 1 : size * 0.05
      return (low - pad)...(high + pad)
    }
    return low...high
  }

  /// A logarithmic scale over the decades around the positive values.
  package init(logarithmicFitting values: some Sequence<Double>, start: Double, end: Double) {
    let positive = values.lazy.filter { $0 > 1e-290 && $0 < AxisScale.limit }
    let low = positive.min() ?? 1
    let high = positive.max() ?? 10
    let first = Int(System.decimalLogarithm(low).rounded(.down))
    let last = max(Int(System.decimalLogarithm(high).rounded(.up)), first + 1)
    self.init(
      domain: System.powerOfTen(first)...System.powerOfTen(last), start: start, end: end,
      isLogarithmic: true)
  }

  /// The position of `value`; nil where it cannot be drawn. Values outside the domain get positions outside.
  package func position(_ value: Double) -> Double? {
    guard value.magnitude <= AxisScale.limit else { return nil }
    let fraction: Double
    if isLogarithmic {
      guard value > 0 else { return nil }
      let low = System.decimalLogarithm(domain.lowerBound)
      fraction =
        (System.decimalLogarithm(value) - low) / (System.decimalLogarithm(domain.upperBound) - low)
    } else {
      fraction = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    }
    let position = start + fraction * (end - start)
    return position.isFinite ? position : nil
  }

  /// Drawing units per data unit of a linear scale.
  var factor: Double { (end - start) / (domain.upperBound - domain.lowerBound) }
}
