/// The distribution of a row given its state in a hidden Markov model.
public enum EmissionFamily: Sendable, Hashable {
  /// Gaussians whose covariances share what the covariance model says: `.vvv` for full ones, `.vvi` for diagonal.
  case gaussian(CovarianceModel)
  /// Independent categorical distributions of the columns, which hold levels 0, 1, 2, …; the number of levels of each
  /// column, or nil to take one more than the largest in the data.
  case categorical(levels: [Int]?)
  /// Independent Poisson distributions of the columns, which hold counts.
  case poisson

  /// What files and messages call it.
  public var name: String {
    switch self {
    case .gaussian: "gaussian"
    case .categorical: "categorical"
    case .poisson: "poisson"
    }
  }
}
