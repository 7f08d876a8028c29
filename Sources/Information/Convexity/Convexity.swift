import SurprisalCore

/// Tests of convexity on samples: a counterexample proves that a function or set is not convex, its absence proves
/// nothing beyond the points looked at.
public enum Convexity {
  /// Where the chord of a function lies lowest against it.
  public struct FunctionWitness: Sendable, Hashable {
    /// f(λa + (1 − λ)b) − λf(a) − (1 − λ)f(b): at most 0 for a convex function, up to rounding.
    public var violation: Double
    /// a.
    public var first: [Double]
    /// b.
    public var second: [Double]
    /// λ.
    public var weight: Double
    /// Whether the violation is more than rounding explains: 1e-12 of the largest magnitude of f at the three points.
    public var isCounterexample: Bool
  }

  /// The pair and weight among `points` at which f(λa + (1 − λ)b) ≤ λf(a) + (1 − λ)f(b) fails worst, or is nearest
  /// to failing.
  ///
  /// All pairs of up to `trialCount` are looked at, at their midpoint and at one random λ; of more, `trialCount` random
  /// ones. Pairs at which f is infinite or NaN at an end are left out: outside its domain f says nothing.
  /// - Parameters:
  ///   - points: Points of the function's (convex) domain, of equal length.
  ///   - trialCount: The most pairs to look at.
  ///   - generator: Draws pairs and weights.
  ///   - function: f.
  /// - Returns: The worst witness, or nil if no pair was left.
  /// - Throws: `data` if there are no points or their lengths differ.
  public static func worstViolation(
    among points: [[Double]], trialCount: Int = 10_000, using generator: inout RandomGenerator,
    of function: ([Double]) throws -> Double
  ) throws -> FunctionWitness? {
    let dimension = try Checks.points(points, "points")
    let values = try points.map(function)
    var worst: FunctionWitness?
    try forEachPair(points.count, trialCount, &generator) { i, j, generator in
      guard values[i].isFinite, values[j].isFinite else { return }
      for weight in [0.5, generator.nextUniform()] {
        let between = try function(combination([points[i], points[j]], [weight, 1 - weight], dimension))
        let chord = weight * values[i] + (1 - weight) * values[j]
        // Not a number between two numbers: the domain itself has a hole there.
        let violation = between.isNaN ? .infinity : between - chord
        guard violation > worst?.violation ?? -.infinity else { continue }
        let scale = max(values[i].magnitude, values[j].magnitude, between.isFinite ? between.magnitude : 0)
        worst = FunctionWitness(
          violation: violation, first: points[i], second: points[j], weight: weight,
          isCounterexample: violation > 1e-12 * scale)
      }
    }
    return worst
  }

  /// All pairs if they are at most `trialCount`, else that many random ones.
  static func forEachPair(
    _ count: Int, _ trialCount: Int, _ generator: inout RandomGenerator,
    _ body: (Int, Int, inout RandomGenerator) throws -> Void
  ) rethrows {
    guard count > 1 else { return }
    if Double(count) * Double(count - 1) / 2 <= Double(trialCount) {
      for i in 1..<count {
        for j in 0..<i { try body(i, j, &generator) }
      }
    } else {
      for _ in 0..<max(0, trialCount) {
        let i = generator.nextInteger(below: count)
        let j = generator.nextInteger(below: count - 1)
        try body(i, j < i ? j : j + 1, &generator)
      }
    }
  }

  /// Σ wᵢxᵢ/Σ wᵢ, exactly the point if all are equal.
  static func combination(_ points: [[Double]], _ weights: [Double], _ dimension: Int) -> [Double] {
    let total = weights.reduce(into: DoubleDouble.zero) { $0 += $1 }
    return (0..<dimension).map { axis in
      let base = points[0][axis]
      var sum = DoubleDouble.zero
      for (point, weight) in zip(points, weights) where point[axis] != base { sum += weight * (point[axis] - base) }
      return base + sum.high / total.high
    }
  }
}
