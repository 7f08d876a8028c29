import CSurprisalKernels
import SurprisalCore

extension GaussianMixture {
  /// The mixture of the other columns given values of some: p(x_free | x_given).
  ///
  /// Component k keeps weight π_k N(x_given; …) (normalized), mean m_f + B (x_g − m_g) and covariance
  /// Σ_ff − B Σ_gf with B = Σ_fg Σ_gg⁻¹. Columns are numbered from 0. Throws a usage error for columns out of
  /// range, given twice, or all given. Source: Bishop 2006, equations 2.81 and 2.82.
  public func conditioned(on values: [(column: Int, value: Double)]) throws -> GaussianMixture {
    let given = values.map(\.column)
    let conditional = try Conditional(self, given: given)
    for (column, value) in values where !value.isFinite {
      throw SurprisalError(
        .data, "column \(columnNames[column]) is given as \(value)", remedy: "give finite numbers")
    }
    let z = values.map { ($0.value - standardization.shift[$0.column]) / standardization.scale[$0.column] }
    let (weights, means) = conditional.posterior(z)
    let free = conditional.free
    // A weight that underflows keeps the smallest normal number, so that every component stays defined.
    let floored = weights.map { max($0, Double.leastNormalMagnitude) }
    guard
      let parameters = GaussianParameters(
        covarianceModel: covarianceModel.isDiagonal ? .vvi : .vvv, weights: floored,
        means: means.flatMap { $0 },
        covariances: conditional.covariances.flatMap { matrix in
          covarianceModel.isDiagonal ? free.indices.map { matrix[$0 * (free.count + 1)] } : matrix
        })
    else {
      throw SurprisalError(
        .data, "the conditional covariance is singular", remedy: "leave out columns that determine others")
    }
    return GaussianMixture(
      parameters: parameters,
      standardization: Standardization(
        shift: free.map { standardization.shift[$0] }, scale: free.map { standardization.scale[$0] }),
      columnNames: free.map { columnNames[$0] })
  }

  /// For every row of given columns, the mean and variance of each of the other columns.
  ///
  /// `rows` holds the columns `givenColumns` (numbered from 0) in that order; the results have the others in
  /// the model's order. Means are in the unit of x, variances in its square, and include the spread between
  /// the components (law of total variance).
  public func condition(
    rows: RowMatrix, givenColumns: [Int]
  ) throws -> (means: RowMatrix, variances: RowMatrix) {
    let conditional = try Conditional(self, given: givenColumns)
    guard rows.columnCount == givenColumns.count else {
      throw SurprisalError(
        .data, "\(rows.columnCount) columns of data for \(givenColumns.count) given columns",
        remedy: "give exactly the columns to condition on")
    }
    try RowValidation.requireFinite(rows, columnNames: givenColumns.map { columnNames[$0] })
    let free = conditional.free
    var means: [Double] = []
    var variances: [Double] = []
    means.reserveCapacity(rows.rowCount * free.count)
    variances.reserveCapacity(rows.rowCount * free.count)
    for row in 0..<rows.rowCount {
      let z = rows.row(row).enumerated().map { index, value in
        (value - standardization.shift[givenColumns[index]]) / standardization.scale[givenColumns[index]]
      }
      let (weights, componentMeans) = conditional.posterior(z)
      guard weights.allSatisfy(\.isFinite) else {
        throw SurprisalError(
          .data, "row \(row + 1) lies further from every component than float64 can square",
          remedy: "check its unit, or leave it out")
      }
      for (position, column) in free.enumerated() {
        var mean = 0.0
        for k in weights.indices { mean += weights[k] * componentMeans[k][position] }
        var variance = 0.0
        for k in weights.indices {
          let offset = componentMeans[k][position] - mean
          variance +=
            weights[k] * (conditional.covariances[k][position * (free.count + 1)] + offset * offset)
        }
        let scale = standardization.scale[column]
        means.append(standardization.shift[column] + mean * scale)
        variances.append(variance * scale * scale)
      }
    }
    return (
      RowMatrix(unchecked: means, columnCount: free.count),
      RowMatrix(unchecked: variances, columnCount: free.count)
    )
  }
}

/// The parts of conditioning that do not depend on the given values, in standardized coordinates.
private struct Conditional {
  let free: [Int]
  private let given: [Int]
  private let mixture: GaussianMixture
  /// Per component: the Cholesky factor of Σ_gg, and B as [free][given].
  private var factors: [[Double]] = []
  private var slopes: [[Double]] = []
  /// Per component: Σ_ff − B Σ_gf, [free][free].
  private(set) var covariances: [[Double]] = []

  init(_ mixture: GaussianMixture, given: [Int]) throws {
    let D = mixture.columnCount
    guard !given.isEmpty, given.count < D, Set(given).count == given.count,
      given.allSatisfy({ (0..<D).contains($0) })
    else {
      throw SurprisalError(
        .usage, "columns \(given.map { $0 + 1 }) cannot be given for a model of \(D)",
        remedy: "give at least one column, each once, and leave at least one out")
    }
    self.mixture = mixture
    self.given = given
    free = (0..<D).filter { !given.contains($0) }
    let (G, F) = (given.count, free.count)
    for k in 0..<mixture.componentCount {
      let block = given.flatMap { i in given.map { j in mixture.standardizedCovariance(k, i, j) } }
      guard let factor = Cholesky.factor(block, dimension: G) else {
        throw SurprisalError(
          .data, "the given columns are collinear in component \(k + 1)",
          remedy: "leave out columns that determine others")
      }
      // Rows of A = L⁻¹ Σ_gf per free column; B = Aᵀ L⁻¹, and Σ_ff − Aᵀ A is the conditional covariance.
      let whitened = free.map { f in
        Triangular.solve(factor, given.map { mixture.standardizedCovariance(k, $0, f) })
      }
      var covariance = [Double](repeating: 0, count: F * F)
      for i in 0..<F {
        for j in 0..<F {
          var value = mixture.standardizedCovariance(k, free[i], free[j])
          for g in 0..<G { value -= whitened[i][g] * whitened[j][g] }
          covariance[i * F + j] = value
        }
      }
      factors.append(factor)
      slopes.append(whitened.flatMap { $0 })
      covariances.append(covariance)
    }
  }

  /// The weights and means of the components given standardized values.
  func posterior(_ z: [Double]) -> (weights: [Double], means: [[Double]]) {
    let (K, D, G) = (mixture.componentCount, mixture.columnCount, given.count)
    var logits: [Double] = []
    var means: [[Double]] = []
    for k in 0..<K {
      let offset = given.enumerated().map { z[$0.offset] - mixture.parameters.means[k * D + $0.element] }
      let y = Triangular.solve(factors[k], offset)
      var logit = surprisal_log(mixture.weights[k])
      for g in 0..<G { logit -= surprisal_log(factors[k][g * (G + 1)]) + 0.5 * y[g] * y[g] }
      logits.append(logit)
      means.append(
        free.enumerated().map { position, column in
          var mean = mixture.parameters.means[k * D + column]
          for g in 0..<G { mean += slopes[k][position * G + g] * y[g] }
          return mean
        })
    }
    let top = logits.max() ?? 0
    let terms = logits.map { surprisal_exp($0 - top) }
    let sum = terms.reduce(0, +)
    return (terms.map { $0 / sum }, means)
  }
}
