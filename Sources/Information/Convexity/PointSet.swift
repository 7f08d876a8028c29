import SurprisalCore

/// A set of points, given by whether a point belongs to it.
public struct PointSet: Sendable {
  /// Whether a point belongs to the set.
  public let contains: @Sendable ([Double]) -> Bool

  /// The set of the points for which `contains` is true.
  public init(_ contains: @escaping @Sendable ([Double]) -> Bool) { self.contains = contains }

  /// The below-set {x ∈ domain | f(x) ≤ level}, convex if f and the domain are.
  public static func below(
    _ level: Double, of function: @escaping @Sendable ([Double]) -> Double, in domain: PointSet? = nil
  ) -> PointSet {
    PointSet { point in (domain?.contains(point) ?? true) && function(point) <= level }
  }

  /// The points that belong to both sets, a convex set if both are.
  public func intersection(_ other: PointSet) -> PointSet {
    PointSet { point in contains(point) && other.contains(point) }
  }

  /// The points that belong to either set; of convex sets it need not be convex.
  public func union(_ other: PointSet) -> PointSet {
    PointSet { point in contains(point) || other.contains(point) }
  }

  /// A point between points of the set that does not belong to it.
  public struct Counterexample: Sendable, Hashable {
    /// Points of the set.
    public var points: [[Double]]
    /// Their weights, with sum 1.
    public var weights: [Double]
    /// Σ wᵢxᵢ, outside the set.
    public var combination: [Double]
  }

  /// The first convex combination of sampled points that leaves the set; nil if none was found.
  ///
  /// Midpoints and random points of the segments between pairs, all pairs of up to `trialCount` or else that many random
  /// ones; then as many random combinations of up to dimension + 1 points. Samples that are not in the set are left out.
  /// - Parameters:
  ///   - points: Samples, of equal length.
  ///   - trialCount: The most pairs, and the number of combinations.
  ///   - generator: Draws points and weights.
  /// - Throws: `data` if there are no samples, their lengths differ, or none is in the set.
  public func convexityCounterexample(
    among points: [[Double]], trialCount: Int = 10_000, using generator: inout RandomGenerator
  ) throws -> Counterexample? {
    let dimension = try Checks.points(points, "samples")
    let inside = points.filter(contains)
    if inside.isEmpty { throw SurprisalError(.data, "samples: none of \(points.count) is in the set") }
    var found: Counterexample?
    func check(_ chosen: [[Double]], _ weights: [Double]) {
      guard found == nil else { return }
      let combination = Convexity.combination(chosen, weights, dimension)
      if !contains(combination) {
        found = Counterexample(points: chosen, weights: weights, combination: combination)
      }
    }
    Convexity.forEachPair(inside.count, trialCount, &generator) { i, j, generator in
      let weight = generator.nextUniform()
      check([inside[i], inside[j]], [0.5, 0.5])
      check([inside[i], inside[j]], [weight, 1 - weight])
    }
    for _ in 0..<(dimension > 1 ? trialCount : 0) where found == nil {
      let chosen = (0...dimension).map { _ in inside[generator.nextInteger(below: inside.count)] }
      let weights = chosen.map { _ in generator.nextUniform() + 0x1p-54 }
      let total = weights.reduce(0, +)
      check(chosen, weights.map { $0 / total })
    }
    return found
  }
}
