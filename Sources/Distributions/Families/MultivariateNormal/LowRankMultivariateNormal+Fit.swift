import SurprisalCore
import SurprisalTensors

extension LowRankMultivariateNormal: RefittableDistribution {
  /// Σ w, the mean and the scatter matrix of rows of vectors, for a fit of a factor of known rank.
  public struct Statistics: SufficientStatistics {
    /// The number R of columns of the factor.
    public let rank: Int
    var moments = ScatterSums()

    /// Statistics of no rows, for a factor of `rank` columns.
    public init(rank: Int) { self.rank = rank }

    /// Takes in finite vectors [rows, batchShape, D].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      try moments.add(x, weights: weights, "LowRankMultivariateNormal")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws {
      guard rank == other.rank else {
        throw SurprisalError(
          .usage, "LowRankMultivariateNormal: rows for a factor of rank \(other.rank) follow rows for one of \(rank)")
      }
      try moments.merge(other.moments, "LowRankMultivariateNormal")
    }
  }

  /// Statistics of no rows, for a factor of the same rank.
  public func statistics() -> Statistics { Statistics(rank: factor.shape[factor.rank - 1]) }

  /// The weighted mean, and the factor and diagonal of greatest likelihood: maximum-likelihood factor analysis, by
  /// Newton's steps on the profile likelihood of the diagonal (Jöreskog 1967; Clarke 1970).
  ///
  /// The best of three starts, each until a step promises less than 1e-12 nats a row, at most 500; the likelihood may have
  /// other maxima. A diagonal element whose likelihood grows towards 0 (a Heywood case) ends at 1e-8 of its column's
  /// variance. W is determined up to
  /// rotation: here Wᵀ diag(d)⁻¹ W is diagonal and falling, and each column's largest scaled element is positive.
  ///
  /// - Throws: `usage` unless 0 ≤ rank < D; `data` if there is no weight, if a column has no spread, or if columns depend
  ///   on each other so that the likelihood has no bound.
  public init(fitting statistics: Statistics) throws {
    let family = "LowRankMultivariateNormal"
    let (mean, covariance) = try statistics.moments.meanAndCovariance(family)
    let (rank, extent) = (statistics.rank, mean.shape[mean.rank - 1])
    guard rank >= 0, rank < extent else {
      throw SurprisalError(
        .usage, "\(family): the rank \(rank) is not within 0 … \(extent - 1), below the \(extent) columns",
        remedy: "fit a MultivariateNormal")
    }
    var (factors, diagonals): ([Double], [Double]) = ([], [])
    let numbers = covariance.scalars(as: Double.self)
    for start in stride(from: 0, to: numbers.count, by: extent * extent) {
      let fit = try FactorFit(
        Array(numbers[start..<start + extent * extent]), count: extent, rank: rank, family)
      factors += fit.factor
      diagonals += fit.diagonal
    }
    try self.init(
      mean: mean, factor: Tensor(factors, shape: mean.shape + [rank]),
      diagonal: Tensor(diagonals, shape: mean.shape))
  }

  /// The fit to rows of vectors x, [rows, batchShape, D], with a factor of `rank` columns and weights [rows] or
  /// [rows, batchShape], all 1 if nil.
  public init(fitting x: Tensor, rank: Int, weights: Tensor? = nil) throws {
    var statistics = Statistics(rank: rank)
    try statistics.add(x, weights: weights)
    try self.init(fitting: statistics)
  }
}
