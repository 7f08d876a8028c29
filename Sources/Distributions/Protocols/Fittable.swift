import SurprisalCore
import SurprisalTensors

/// What a maximum-likelihood fit needs to know of the rows: weighted sums that can be taken in pieces and merged.
public protocol SufficientStatistics: Sendable {
  /// Takes in rows of x, [rows, batchShape, eventShape], with weights of at least 0, [rows] or [rows, batchShape].
  ///
  /// - Throws: `data` with the index of a row outside the support, or of a weight below 0 or not finite.
  mutating func add(_ x: Tensor, weights: Tensor?) throws
  /// Takes in what another has taken in.
  mutating func merge(_ other: Self) throws
}

/// A distribution whose parameters have a weighted maximum-likelihood fit.
public protocol FittableDistribution: Distribution {
  /// The sums that the fit needs.
  associatedtype Statistics: SufficientStatistics
  /// The member of greatest likelihood.
  ///
  /// - Throws: `data` if there is none: no weight at all, or values without spread.
  init(fitting statistics: Statistics) throws
  /// Statistics of no rows.
  static func statistics() -> Statistics
}

extension FittableDistribution {
  /// The member of greatest likelihood for rows of x, [rows, batchShape, eventShape], with weights [rows] or
  /// [rows, batchShape], all 1 if nil.
  public init(fitting x: Tensor, weights: Tensor? = nil) throws {
    var statistics = Self.statistics()
    try statistics.add(x, weights: weights)
    try self.init(fitting: statistics)
  }
}
