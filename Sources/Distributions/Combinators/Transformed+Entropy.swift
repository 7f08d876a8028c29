import SurprisalCore
import SurprisalTensors

extension Transformed: EntropyByQuadrature {
  /// The entropy in nats, within 1e-10 · max(1, |entropy|): h(X) + E log |det ∂y / ∂x|; see
  /// `boundedEntropy(tolerance:)`.
  ///
  /// - Throws: `usage` for maps of vectors, for bases whose elements have no known distribution function, and where the
  ///   bound of the error is larger; the error names what to call instead.
  public func entropy() throws -> Tensor { try boundedEntropy(tolerance: 1e-10).entropy }

  /// The base's entropy and the expected log-determinant: log |scale| of an `AffineBijection` map, the mean of an
  /// `ExpBijection` one if there is one (infinite if that is), and by quadrature of other functions of each number.
  ///
  /// Events may be vectors of independent or jointly normal numbers. What is omitted in the tails is bounded by twice
  /// the integral of an exponential (in tails of power laws, of a power) with the slope found there, which is an
  /// extrapolation. The derivative is that of the integral over fixed x.
  ///
  /// - Throws: `usage` as `entropy()`, and for parameters with a derivative that move the ends of the base's support.
  public func boundedEntropy(tolerance: Double) throws -> BoundedEntropy {
    let tolerance = BoundedEntropy.reachable(tolerance, dtype)
    let remedy = "call estimateDifferentialEntropy(of:samples:using:)"
    var part = try EntropyParts.entropy(of: base, tolerance: tolerance)
    if bijection is AffineBijection {
      let change = logDeterminant(at: Tensor(zeros: batchShape + base.eventShape, dtype: dtype))
      for (index, value) in change.doubleValues.enumerated() {
        part.bounds[index] += BoundedEntropy.rounding(dtype) * abs(value)
      }
      return try BoundedEntropy(
        part.value + change, bounds: part.bounds, tolerance: tolerance, of: self, remedy: remedy)
    }
    guard bijection.eventRank == 0, let marginal = EntropyParts.marginal(of: base) else {
      throw SurprisalError(
        .usage,
        "the entropy of \(Divergence.name(base)) by \(bijection) has no closed form, and quadrature is of "
          + "functions of numbers that have a distribution function only", remedy: remedy)
    }
    let expected = try ExpectedLogDeterminant(bijection, of: marginal, target: tolerance / 50)
    guard expected.bounds.allSatisfy(\.isFinite) else {
      throw SurprisalError(
        .usage,
        "the entropy of \(Divergence.name(Divergence.unwrapped(base))) by \(bijection) is infinite, not defined or out "
          + "of reach: the tails are so heavy that the mean of the map's log-derivative does not converge",
        remedy: "choose a base with lighter tails")
    }
    let size = base.eventShape.reduce(1, *)
    for (index, bound) in expected.bounds.enumerated() { part.bounds[index / size] += bound }
    let axes = Array(-base.eventShape.count..<0)
    let change = axes.isEmpty ? expected.value : expected.value.sum(alongAxes: axes)
    return try BoundedEntropy(part.value + change, bounds: part.bounds, tolerance: tolerance, of: self, remedy: remedy)
  }
}

extension EntropyParts {
  /// The distribution of each number of an event, [batchShape, eventShape], if it is known.
  static func marginal(of distribution: any Distribution) -> (any UnivariateDistribution)? {
    let distribution = Divergence.unwrapped(distribution)
    if distribution.eventShape.isEmpty { return distribution as? any UnivariateDistribution }
    if let independent = distribution as? any IndependentForm { return marginal(of: independent.part) }
    switch distribution {
    case is DiagonalNormal, is MultivariateNormal, is LowRankMultivariateNormal:
      return Normal(uncheckedMean: distribution.mean, standardDeviation: distribution.variance.squareRoot())
    default: return nil
    }
  }
}
