import SurprisalTensors

/// A density with expectations in closed form, of which E_p[log q] of other families is made.
///
/// A value is +∞ where the expectation is, and nil if the family does not know it. All are [batchShape], or broadcast
/// with the argument.
protocol KnownExpectations: Distribution {
  /// E[X].
  var expectedValue: Tensor? { get }
  /// E[(X − c)²].
  func expectedSquare(around c: Tensor) -> Tensor?
  /// E|X − c|.
  func expectedDistance(from c: Tensor) -> Tensor?
  /// E[log X] of numbers above 0.
  var expectedLog: Tensor? { get }
  /// E[(log X − c)²] of numbers above 0.
  func expectedLogSquare(around c: Tensor) -> Tensor?
  /// E[log(1 − X)] of numbers in 0 … 1.
  var expectedLogOfComplement: Tensor? { get }
  /// E[1 / X] of numbers above 0.
  var expectedReciprocal: Tensor? { get }
}

/// A density whose logarithm is a combination of such expectations.
protocol LogDensityOfExpectations: Distribution {
  /// E_p[log q(X)] in nats for this q, if p's support is within q's; nil if p does not know an expectation.
  func expectedLogDensity(under p: any KnownExpectations) -> Tensor?
}

extension KnownExpectations {
  var expectedValue: Tensor? { mean }
  func expectedSquare(around c: Tensor) -> Tensor? { variance + (mean - c).square() }
  var expectedLog: Tensor? { nil }
  func expectedLogSquare(around c: Tensor) -> Tensor? { nil }
  var expectedLogOfComplement: Tensor? { nil }
  var expectedReciprocal: Tensor? { nil }
}

extension Tensor {
  /// Values where `isFinite` holds, computed from a parameter that is replaced by `other` elsewhere so that no
  /// derivative is NaN, and +∞ elsewhere.
  static func whereFinite(
    _ isFinite: Tensor, _ parameter: Tensor, replacedBy other: Double, _ value: (Tensor) -> Tensor
  ) -> Tensor {
    let result = value(Tensor(where: isFinite, parameter, else: other))
    return Tensor(where: isFinite, result, else: .infinity)
  }
}

extension UnivariateDistribution {
  /// E|X − c| = c (2 F(c) − 1) + E[X] − 2 E[X; X ≤ c], from the distribution function and the part of the mean below c.
  func distance(from c: Tensor, mean: Tensor, partBelow: Tensor) -> Tensor {
    c * (cumulative(at: c) * 2 - 1) + (mean - partBelow * 2)
  }
}
