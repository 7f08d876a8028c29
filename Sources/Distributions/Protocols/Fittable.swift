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

/// A distribution whose parameters have a weighted maximum-likelihood fit, some of them perhaps given what is known: the
/// trials of a binomial distribution, the rank of a low-rank normal one.
public protocol RefittableDistribution: Distribution {
  /// The sums that the fit needs, and what is known.
  associatedtype Statistics: SufficientStatistics
  /// The member of greatest likelihood.
  ///
  /// - Throws: `data` if there is none: no weight at all, or values without spread.
  init(fitting statistics: Statistics) throws
  /// Statistics of no rows, for a fit that keeps of this member what a fit must know.
  func statistics() -> Statistics
}

extension RefittableDistribution {
  /// The member of greatest likelihood for rows of x, [rows, batchShape, eventShape], with weights [rows] or
  /// [rows, batchShape], all 1 if nil; it keeps of this member only what a fit must know.
  public func refitted(to x: Tensor, weights: Tensor? = nil) throws -> Self {
    var statistics = statistics()
    try statistics.add(x, weights: weights)
    return try Self(fitting: statistics)
  }
}

/// A distribution all of whose parameters have a weighted maximum-likelihood fit.
public protocol FittableDistribution: RefittableDistribution {
  /// Statistics of no rows.
  static func statistics() -> Statistics
}

extension FittableDistribution {
  /// Statistics of no rows.
  public func statistics() -> Statistics { Self.statistics() }

  /// The member of greatest likelihood for rows of x, [rows, batchShape, eventShape], with weights [rows] or
  /// [rows, batchShape], all 1 if nil.
  public init(fitting x: Tensor, weights: Tensor? = nil) throws {
    var statistics = Self.statistics()
    try statistics.add(x, weights: weights)
    try self.init(fitting: statistics)
  }
}
