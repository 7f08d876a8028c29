import SurprisalCore

/// All entropies of two variables (or sets of variables) of a table, with what was checked of them.
public struct PairMeasures: Sendable, Hashable {
  /// H(X).
  public var firstEntropy: Information
  /// H(Y).
  public var secondEntropy: Information
  /// H(X, Y).
  public var jointEntropy: Information
  /// H(X | Y).
  public var firstGivenSecond: Information
  /// H(Y | X).
  public var secondGivenFirst: Information
  /// I(X; Y).
  public var mutualInformation: Information
  /// By how much the identities H(X, Y) = H(X) + H(Y | X) = H(Y) + H(X | Y) and I = H(X, Y) − H(X | Y) − H(Y | X)
  /// fail, in nats: rounding, at most 1e-12 · max(1, H(X, Y)).
  public var largestResidual: Double
  /// Bounds to which rounding made the mutual information be moved, with its value before; empty if none.
  public var clamped: [Clamp]
}

extension ProbabilityTable {
  /// Entropies and mutual information of two sets of variables, each computed on its own, with the chain rules and
  /// bounds between them checked.
  ///
  /// - Throws: `usage` if a variable is not there or none is given; `internal` if a bound or identity fails by more
  ///   than rounding.
  public func pairMeasures(of first: Variables, and second: Variables) throws -> PairMeasures {
    let mutual = try boundedMutualInformation(first, second, given: [])
    var result = PairMeasures(
      firstEntropy: try entropy(of: first), secondEntropy: try entropy(of: second),
      jointEntropy: try entropy(of: [first, second]),
      firstGivenSecond: try entropy(of: first, given: second),
      secondGivenFirst: try entropy(of: second, given: first),
      mutualInformation: Information(nats: mutual.value), largestResidual: 0, clamped: mutual.clamped)
    let joint = result.jointEntropy
    let residuals = [
      joint - result.firstEntropy - result.secondGivenFirst, joint - result.secondEntropy - result.firstGivenSecond,
      joint - result.firstGivenSecond - result.secondGivenFirst - result.mutualInformation,
    ]
    result.largestResidual = residuals.map(\.nats.magnitude).reduce(0, max)
    guard result.largestResidual <= 1e-12 * max(1, joint.nats) else {
      throw SurprisalError(.internal, "entropies miss their chain rules by \(result.largestResidual) nats")
    }
    return result
  }
}
