import SurprisalCore

/// Estimators of information and entropy from continuous and mixed samples by distances to nearest neighbors.
///
/// No density is fitted: the distance to the `neighborCount`-th neighbor stands for the local density, so the estimates
/// follow any smooth shape. Fewer neighbors mean less bias and more variance. Columns are divided by their standard
/// deviation first, so that results do not change if a column is shifted or rescaled; distances are in the maximum
/// norm.
///
/// Ties: two columns on grids (counts, ratings, rounded measurements) that fill few cells are counted as discrete ones.
/// Else values on a grid are spread evenly over one step by a generator of fixed seed, which changes no mutual
/// information, because the grid value can be read back from the spread one. Other repeated values (an atom in a mixed
/// column) are left as they are and counted (Gao, Kannan, Oh and Viswanath 2017).
///
/// Work is O(n log n) for few columns; above about ten columns, neighbors stop being near, and estimates are biased
/// towards 0.
public struct NeighborEstimator: Sendable, Hashable {
  /// Which of the two estimators of mutual information of Kraskov, Stögbauer and Grassberger (2004).
  public enum Variant: Sendable, Hashable {
    /// Equation 8: one distance for all columns; less variance, a small positive bias of strong dependence.
    case kraskov1
    /// Equation 9: a distance for each side; less bias among many columns.
    case kraskov2
  }

  /// The number k of neighbors, at least 1.
  public var neighborCount: Int
  /// The estimator of mutual information between continuous columns.
  public var variant: Variant
  /// How counts become entropies where two columns on grids are counted.
  public var discreteEstimator = DiscreteEstimator.millerMadow
  /// Threads to use; nil for all processors. The results do not depend on it.
  public var threads: Int?

  /// An estimator with `neighborCount` neighbors, 3 as Kraskov, Stögbauer and Grassberger advise (2 to 4).
  public init(neighborCount: Int = 3, variant: Variant = .kraskov1, threads: Int? = nil) {
    self.neighborCount = neighborCount
    self.variant = variant
    self.threads = threads
  }

  /// Refuses k < 1, and fewer rows than k + 1.
  func check(rows: Int, _ name: String) throws {
    if neighborCount < 1 {
      throw SurprisalError(.usage, "\(name): \(neighborCount) neighbors", remedy: "use at least 1")
    }
    if rows <= neighborCount {
      throw SurprisalError(
        .data, "\(name): \(rows) rows are too few for \(neighborCount) neighbors",
        remedy: "give at least \(neighborCount + 1) rows")
    }
  }
}
