import SurprisalCore

/// A column of a sample: numbers with a density, or outcomes from a finite set.
public enum SampleColumn: Sendable {
  /// Numbers, by nearest neighbors; repeated ones are safe.
  case continuous([Double])
  /// Levels, by counting.
  case discrete(DiscreteColumn)
}

extension NeighborEstimator {
  /// The mutual information of two columns by the method for their kinds, which the estimate names: two continuous
  /// columns as `mutualInformation(_:_:)`, a discrete and a continuous one as `mutualInformation(levels:columns:)`,
  /// two discrete ones by counting, where a column with itself has exactly its entropy.
  ///
  /// - Parameter discreteEstimator: how counts become entropies; that of the estimator if nil.
  /// - Throws: as these.
  public func mutualInformation(
    _ x: SampleColumn, _ y: SampleColumn, discreteEstimator: DiscreteEstimator? = nil
  ) throws -> Estimate<Information> {
    var estimator = self
    estimator.discreteEstimator = discreteEstimator ?? self.discreteEstimator
    return switch (x, y) {
    case (.continuous(let x), .continuous(let y)): try estimator.mutualInformation(x, y)
    case (.continuous(let column), .discrete(let levels)), (.discrete(let levels), .continuous(let column)):
      try mutualInformation(levels: levels, columns: [column])
    case (.discrete(let x), .discrete(let y)):
      try x.mutualInformation(with: y, estimator: estimator.discreteEstimator)
    }
  }
}
