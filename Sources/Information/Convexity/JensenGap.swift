import SurprisalCore

/// The two sides of Jensen's inequality E[f(X)] ≥ f(E[X]) and what is between them.
public struct JensenGap: Sendable, Hashable {
  /// E[f(X)].
  public var meanOfFunction: Double
  /// f(E[X]).
  public var functionOfMean: Double
  /// E[f(X)] − f(E[X]): at least 0 for convex f, 0 if X is one point or f is affine where X is.
  ///
  /// Formed as Σ w (f(x) − f(E[X])), so that a small gap keeps its digits. Not clamped: a negative value beyond rounding
  /// says that f is not convex. ∞ where f is ∞ at a point that has weight; NaN where f is so at E[X] too.
  public var gap: Double

  /// The gap of a function of one number.
  ///
  /// - Parameters:
  ///   - points: The values of X.
  ///   - weights: Their probabilities, with sum 1 within 1e-9; nil for equal ones.
  ///   - function: f.
  /// - Throws: `data` if there are no points, or the weights are not probabilities of that many.
  public init(
    of points: [Double], weights: [Double]? = nil, _ function: (Double) throws -> Double
  ) throws {
    try self.init(of: points.map { [$0] }, weights: weights) { try function($0[0]) }
  }

  /// The gap of a function of vectors.
  ///
  /// - Parameters:
  ///   - points: The values of X, of equal length.
  ///   - weights: Their probabilities, with sum 1 within 1e-9; nil for equal ones.
  ///   - function: f.
  /// - Throws: `data` if there are no points, their lengths differ, or the weights are not probabilities of that many.
  public init(
    of points: [[Double]], weights: [Double]? = nil, _ function: ([Double]) throws -> Double
  ) throws {
    let weights = weights ?? [Double](repeating: 1 / Double(points.count), count: points.count)
    let dimension = try Checks.points(points, "points")
    try Checks.probabilities(weights, "weights")
    guard weights.count == points.count else {
      throw SurprisalError(.data, "\(weights.count) weights of \(points.count) points")
    }
    let used = weights.indices.filter { weights[$0] > 0 }
    let mean = Convexity.combination(used.map { points[$0] }, used.map { weights[$0] }, dimension)
    let functionOfMean = try function(mean)
    var (total, sum) = (DoubleDouble.zero, DoubleDouble.zero)
    for index in used {
      total += weights[index]
      sum += weights[index] * (try function(points[index]) - functionOfMean)
    }
    gap = sum.high / total.high
    self.functionOfMean = functionOfMean
    meanOfFunction = functionOfMean + gap
  }
}

extension Checks {
  /// Points of one length, of which there is at least one; gives the length.
  static func points(_ points: [[Double]], _ name: String) throws -> Int {
    guard let dimension = points.first?.count else { throw SurprisalError(.data, "\(name): there are none") }
    for (index, point) in points.enumerated() where point.count != dimension {
      throw SurprisalError(
        .data, "\(name): point \(index) has \(point.count) coordinates, point 0 has \(dimension)")
    }
    return dimension
  }
}
