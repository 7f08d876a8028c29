import SurprisalCore

/// The directions in which rows vary most: the eigenvectors of their covariance, by falling variance.
///
/// With unit vectors v_k and the mean m, a row's scores are s_k = v_kᵀ (x − m), and m + Σ s_k v_k is the nearest
/// point to x in the plane that they span. Of all planes of K dimensions it is the one with the smallest mean
/// squared distance (Pearson 1901; Hotelling 1933). Variances have the divisor Σ w − 1, as in scikit-learn and R.
/// With `isStandardized` every column is first divided by its standard deviation: the components of the
/// correlation matrix.
public struct PrincipalComponents: Sendable, Hashable {
  /// The names of the D columns.
  public let columnNames: [String]
  /// Whether every column is divided by its standard deviation.
  public let isStandardized: Bool
  /// y = (x − mean) / scale: one common power of two, or the columns' standard deviations.
  let map: ColumnMap
  /// v, [K][D]; the entry of largest magnitude in each is positive.
  let vectors: [Double]
  /// The standard deviations of the scores in units of y, [K].
  let deviations: [Double]
  /// The sum of the variances of all columns, in units of y squared.
  let total: Double

  /// The number of components, K.
  public var componentCount: Int { deviations.count }
  /// The number of columns, D.
  public var columnCount: Int { columnNames.count }
  /// The mean of every column, in its unit.
  public var mean: [Double] { map.mean }
  /// v_k, [K][D]: orthonormal, by falling variance; the entry of largest magnitude is positive.
  public var components: [[Double]] {
    (0..<componentCount).map { Array(vectors[$0 * columnCount..<($0 + 1) * columnCount]) }
  }
  /// The standard deviation of each score, [K], in the unit of the scores.
  public var standardDeviations: [Double] { deviations.map { $0 * unit } }
  /// The variance of each score, [K]: an eigenvalue of the covariance, or of the correlation matrix.
  public var explainedVariance: [Double] { standardDeviations.map { $0 * $0 } }
  /// Each score's share of the variance of all columns, [K]; 0 where nothing varies.
  public var explainedVarianceRatio: [Double] { deviations.map { total > 0 ? $0 * $0 / total : 0 } }
  /// The sum of the variances of all columns; of standardized ones, the number that vary.
  public var totalVariance: Double { total * unit * unit }
  /// The variance that the components leave, with the divisor of the others: the mean squared distance of a row
  /// from its reconstruction.
  public var remainingVariance: Double { remaining * unit * unit }
  /// The standard deviations that the columns are divided by, [D]; nil where they are not.
  public var columnDeviations: [Double]? { isStandardized ? map.scale : nil }

  var remaining: Double { max(0, deviations.reduce(total) { $0 - $1 * $1 }) }
  /// What a score in units of y is multiplied by.
  var unit: Double { isStandardized ? 1 : map.scale[0] }
}

/// How many principal components are kept.
public enum ComponentSelection: Sendable, Hashable {
  /// As many as rows and columns allow.
  case all
  /// A given number.
  case count(Int)
  /// The fewest that explain at least this share of the variance, between 0 and 1.
  case varianceShare(Double)
}

/// Fitted principal components and what they were fitted to.
public struct PrincipalComponentsFit: Sendable {
  /// The components.
  public let model: PrincipalComponents
  /// The number of rows.
  public let rowCount: Int
  /// Σ w: the number of rows where they are unweighted.
  public let totalWeight: Double
  /// How many of all components have a variance above rounding.
  public let rank: Int
  /// What the user should know.
  public let warnings: [String]
  /// The wall-clock time of the fit in seconds.
  public let seconds: Double
}

extension PrincipalComponents: CustomStringConvertible {
  /// The numbers of components and columns.
  public var description: String {
    "\(componentCount.counted("principal component")) of \(columnCount.counted("column"))"
  }
}
