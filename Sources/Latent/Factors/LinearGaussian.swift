import SurprisalCore
import SurprisalDistributions
import SurprisalTensors

/// x = m + Λ z + ε with independent z ~ N(0, 1) of Q factors and ε ~ N(0, diag ψ): what `ProbabilisticPCA` and
/// `FactorAnalysis` have in common.
public struct LinearGaussian: Sendable {
  /// y = (x − shift) / scale − location; scales are powers of two.
  package let map: ColumnMap
  /// Λ and ψ in units of y.
  package let parameters: FactorParameters

  package init(map: ColumnMap, parameters: FactorParameters) {
    (self.map, self.parameters) = (map, parameters)
  }

  /// The number of columns, D.
  public var columnCount: Int { parameters.columnCount }
  /// The number of factors, Q.
  public var factorCount: Int { parameters.factorCount }
  /// m, [D], in the unit of x.
  public var mean: [Double] { map.mean }
  /// Λ, [D][Q], in the unit of x.
  public var loadings: [[Double]] {
    let Q = factorCount
    return (0..<columnCount).map { d in (0..<Q).map { parameters.loadings[d * Q + $0] * map.scale[d] } }
  }
  /// ψ, [D], in the unit of x squared.
  public var noiseVariances: [Double] {
    parameters.noise.indices.map { parameters.noise[$0] * map.scale[$0] * map.scale[$0] }
  }
  /// The covariance of z given a row, M⁻¹ with M = 1 + Λᵀ Ψ⁻¹ Λ, [Q][Q]: the same for every row.
  public var posteriorCovariance: [[Double]] {
    let Q = factorCount
    return (0..<Q).map { Array(parameters.posteriorCovariance[$0 * Q..<($0 + 1) * Q]) }
  }
  /// The share of each column's variance that the factors explain, Σ_k Λ_dk² / (Σ_k Λ_dk² + ψ_d), [D].
  public var communalities: [Double] {
    let Q = factorCount
    return parameters.noise.indices.map { d in
      let common = parameters.loadings[d * Q..<(d + 1) * Q].reduce(0) { $0 + $1 * $1 }
      return common / (common + parameters.noise[d])
    }
  }

  /// The covariance Λ Λᵀ + diag ψ, [D][D], in the unit of x squared.
  public var covariance: [[Double]] {
    let (loadings, noise) = (loadings, noiseVariances)
    return (0..<columnCount).map { i in
      (0..<columnCount).map { j in
        zip(loadings[i], loadings[j]).reduce(i == j ? noise[i] : 0) { $0 + $1.0 * $1.1 }
      }
    }
  }
}

/// A model that explains the columns of a row by a few independent factors and noise.
public protocol FactorModel: FittedModel {
  /// The mean, loadings and noise.
  var gaussian: LinearGaussian { get }
}

extension FactorModel {
  /// The number of columns, D.
  public var columnCount: Int { gaussian.columnCount }
  /// The number of factors, Q.
  public var factorCount: Int { gaussian.factorCount }
  /// m, [D], in the unit of x.
  public var mean: [Double] { gaussian.mean }
  /// Λ, [D][Q], in the unit of x.
  public var loadings: [[Double]] { gaussian.loadings }
  /// The share of each column's variance that the factors explain, [D].
  public var communalities: [Double] { gaussian.communalities }
  /// The covariance of z given a row, [Q][Q]: the same for every row.
  public var posteriorCovariance: [[Double]] { gaussian.posteriorCovariance }
  /// Λ Λᵀ + diag ψ, [D][D], in the unit of x squared.
  public var covariance: [[Double]] { gaussian.covariance }

  /// The model as a distribution of rows: a normal distribution with a covariance of low rank and a diagonal.
  ///
  /// Throws where a variance in the unit of x is beyond float64.
  public var distribution: any Distribution {
    get throws {
      let (D, Q) = (columnCount, factorCount)
      return try LowRankMultivariateNormal(
        mean: Tensor(mean, shape: [D], dtype: .float64),
        factor: Tensor(loadings.flatMap { $0 }, shape: [D, Q], dtype: .float64),
        diagonal: Tensor(gaussian.noiseVariances, shape: [D], dtype: .float64))
    }
  }

  /// log p(x_n) of every row in nats, [n]; it depends on the unit of x.
  ///
  /// With z the posterior mean, −½ (Σ (y − Λ z)²/ψ + |z|² + ln|Σ| + D ln 2π): a sum of squares, in which nothing
  /// cancels. Throws a data error for rows with other columns or numbers that are not finite.
  public func logDensities(of rows: RowMatrix, threads: Int? = nil) throws -> [Double] {
    try FactorRows.require(rows, columnNames: columnNames)
    return gaussian.terms(of: rows, threads: threads).map(\.logDensity)
  }

  /// The evidence of rows: log p(x | θ), the bound at q = posterior, and their difference.
  ///
  /// Sums over rows times `weights`, in nats at the unit of x; exact to rounding.
  public func evidence(of rows: RowMatrix, weights: [Double]? = nil, threads: Int? = nil) throws -> Evidence {
    try FactorRows.require(rows, columnNames: columnNames)
    try RowValidation.requireWeights(weights, rowCount: rows.rowCount)
    return gaussian.evidence(of: rows, weights: weights, threads: threads)
  }

  /// E[z | x] = M⁻¹ Λᵀ Ψ⁻¹ (x − m) of every row, n × Q (regression scores; Thomson 1951).
  ///
  /// Throws a data error for rows with other columns or numbers that are not finite.
  public func scores(of rows: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    try FactorRows.require(rows, columnNames: columnNames)
    return gaussian.posteriorMeans(of: rows, threads: threads)
  }

  /// m + Λ E[z | x] of every row, n × D in the unit of x: what the factors say of it.
  ///
  /// Throws as `scores(of:threads:)` does.
  public func reconstruction(of rows: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    try reconstruction(fromScores: scores(of: rows, threads: threads), threads: threads)
  }

  /// m + Λ z of given factors n × Q, n × D in the unit of x.
  ///
  /// Throws a data error for another number of factors or numbers that are not finite.
  public func reconstruction(fromScores scores: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    try FactorRows.require(scores, columnNames: (0..<factorCount).map { "factor \($0 + 1)" })
    return gaussian.reconstruction(scores, threads: threads)
  }

  /// `count` rows drawn from the model: x = m + Λ z + ε; there are no components.
  public func drawn(_ count: Int, using generator: inout RandomGenerator) -> (rows: RowMatrix, components: [Int]?) {
    (gaussian.drawn(count, using: &generator), nil)
  }
}
