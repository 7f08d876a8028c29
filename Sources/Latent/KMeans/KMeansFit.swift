/// A fitted k-means model and how it was reached.
public struct KMeansFit: Sendable {
  /// The centers; by falling weight of their clusters, unless they were started from given ones.
  public let model: KMeans
  /// Σ w_n min_k |x_n − c_k|² at the centers, in squared units of x; may overflow to infinity.
  public let inertia: Double
  /// The assignments that the winning run needed.
  public let iterations: Int
  /// Whether the run ended because no row changed its cluster (or the gain fell to the tolerance).
  public let converged: Bool
  /// How many starts ended within 1e-9 of the lowest inertia, in relative terms.
  public let startsAtBest: Int
  /// How many starts were made.
  public let starts: Int
  /// On how many rows the starts were compared: all, or a random sample of a large set.
  public let startRowCount: Int
  /// Σ w of each cluster.
  public let counts: [Double]
  /// The inertia of every iteration's assignment in the winning run on all rows; never rises.
  public let history: [Double]
  /// What a user should know about the answer, one sentence each.
  public let warnings: [String]
  /// The time the fit took.
  public let seconds: Double
}
