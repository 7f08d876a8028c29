import CSurprisalKernels
import SurprisalCore

/// A mixture of Gaussians over D columns: p(x) = Σ_k π_k N(x; m_k, Σ_k).
///
/// It is itself a distribution: it has a density, can be sampled, and conditioned on some of its columns.
/// Parameters are kept in standardized coordinates (see `Standardization`), so that scales from 1e-300 to
/// 1e300 and large offsets cost no digits; `means` and `covariances` give them in the unit of x.
public struct GaussianMixture: Sendable {
  /// The names of the columns, [D].
  public internal(set) var columnNames: [String]
  /// What the components' covariances share.
  public let covarianceModel: CovarianceModel
  /// The coordinates that the parameters are kept in.
  public let standardization: Standardization
  package let parameters: GaussianParameters

  package init(
    parameters: GaussianParameters, standardization: Standardization, columnNames: [String]
  ) {
    self.parameters = parameters
    self.standardization = standardization
    self.columnNames = columnNames
    covarianceModel = parameters.covarianceModel
  }

  /// K.
  public var componentCount: Int { parameters.componentCount }
  /// D.
  public var columnCount: Int { parameters.columnCount }
  /// The number of free parameters: K − 1 weights, K·D means and the covariances' own.
  public var parameterCount: Int {
    componentCount - 1 + componentCount * columnCount
      + covarianceModel.parameterCount(components: componentCount, columns: columnCount)
  }

  /// π, [K], summing to 1; after a fit in falling order.
  public var weights: [Double] { parameters.weights }

  /// m, [K][D], in the unit of x.
  public var means: [[Double]] {
    (0..<componentCount).map { k in
      (0..<columnCount).map { d in
        standardization.shift[d] + parameters.means[k * columnCount + d] * standardization.scale[d]
      }
    }
  }

  /// Σ, [K][D][D], in the squared unit of x; entries beyond float64's range are infinite.
  public var covariances: [[[Double]]] {
    (0..<componentCount).map { k in
      (0..<columnCount).map { i in
        (0..<columnCount).map { j in
          standardizedCovariance(k, i, j) * standardization.scale[i] * standardization.scale[j]
        }
      }
    }
  }

  /// Entry i, j of component k's covariance in standardized coordinates.
  package func standardizedCovariance(_ k: Int, _ i: Int, _ j: Int) -> Double {
    if covarianceModel.isDiagonal {
      return i == j ? parameters.covariances[k * columnCount + i] : 0
    }
    return parameters.covariances[(k * columnCount + i) * columnCount + j]
  }

  /// The standard deviation of each column over the whole mixture, [D], in the unit of x.
  public var columnStandardDeviations: [Double] {
    (0..<columnCount).map { d in
      var mean = 0.0
      for k in 0..<componentCount { mean += weights[k] * parameters.means[k * columnCount + d] }
      var variance = 0.0
      for k in 0..<componentCount {
        let offset = parameters.means[k * columnCount + d] - mean
        variance += weights[k] * (standardizedCovariance(k, d, d) + offset * offset)
      }
      return variance.squareRoot() * standardization.scale[d]
    }
  }

  /// Throws unless `rows` has the mixture's columns and finite numbers.
  func validate(_ rows: RowMatrix) throws {
    try requireColumns(of: rows)
    try RowValidation.requireFinite(rows, columnNames: columnNames)
  }

  /// Throws unless `rows` has the mixture's columns.
  func requireColumns(of rows: RowMatrix) throws {
    guard rows.columnCount == columnCount else {
      throw SurprisalError(
        .data, "the data have \(rows.columnCount) columns and the model \(columnCount)",
        remedy: "give the columns that the model was fitted to: \(columnNames.joined(separator: ", "))")
    }
  }
}
