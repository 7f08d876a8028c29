import SurprisalTensors
import Testing

extension Tensor {
  /// The elements as float64, in row-major order.
  var doubles: [Double] { withoutDerivative().converted(to: .float64).scalars(as: Double.self) }
}

/// Whether two tensors hold the same numbers, NaN equal to NaN.
func same(_ a: Tensor, _ b: Tensor) -> Bool {
  a.count == b.count && zip(a.doubles, b.doubles).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
}

/// Within `tolerance` · max(1, |expected|).
func expect(
  _ found: Tensor, _ expected: Numbers, _ tolerance: Double, _ what: @autoclosure () -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  compare(found, expected, what(), sourceLocation) { tolerance * max(1, abs($0)) }
}

/// Within 1e-12 of the value itself, and of numbers that float64 holds with fewer digits within the smallest.
func expectRelative(
  _ found: Tensor, _ expected: Numbers, _ what: @autoclosure () -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  compare(found, expected, what(), sourceLocation) { 1e-12 * abs($0) + .leastNormalMagnitude }
}

private func compare(
  _ found: Tensor, _ expected: Numbers, _ what: String, _ sourceLocation: SourceLocation, tolerance: (Double) -> Double
) {
  #expect(found.shape == expected.shape, "\(what)", sourceLocation: sourceLocation)
  let pairs = Array(zip(found.doubles, expected.values))
  #expect(pairs.count == expected.values.count, "\(what)", sourceLocation: sourceLocation)
  for (a, b) in pairs where !(a == b || a.isNaN && b.isNaN) {
    let isNear = b.isFinite && abs(a - b) <= tolerance(b)
    #expect(isNear, "\(what): \(a), not \(b)", sourceLocation: sourceLocation)
  }
}
