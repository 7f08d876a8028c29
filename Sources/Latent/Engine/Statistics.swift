/// What one E-step sums over the observations: four totals that every model has, and the model's own
/// sufficient statistics behind them.
///
/// Statistics are additive: those of two sets of observations are the sum of theirs. So threads, files and
/// machines can each sum a part.
public struct Statistics: Sendable, Hashable {
  /// The numbers in front of the model's own.
  package static let totalCount = 4

  /// The totals and the model's sums in one vector.
  package var storage: [Double]

  /// Statistics of no observations with room for `count` sums of the model's.
  public init(count: Int) {
    storage = [Double](repeating: 0, count: Statistics.totalCount + count)
  }

  /// Σ w_n.
  public var weight: Double { storage[0] }
  /// Σ w_n log p(x_n | θ), in nats, in the model's own coordinates.
  public var logLikelihood: Double { storage[1] }
  /// Σ w_n |log p(x_n | θ)|, which scales the rounding bound.
  public var logLikelihoodMagnitude: Double { storage[2] }
  /// Σ w_n H[q_n], in nats.
  public var posteriorEntropy: Double { storage[3] }

  /// The model's own sums.
  public var sums: ArraySlice<Double> { storage[Statistics.totalCount...] }

  /// Adds the statistics of other observations.
  public mutating func add(_ other: Statistics) {
    precondition(other.storage.count == storage.count, "statistics of different models cannot be added")
    for index in storage.indices { storage[index] += other.storage[index] }
  }
}
