import SurprisalCore

extension GaussianMixture {
  /// A mixture with given parameters in the unit of x.
  ///
  /// `weights` are K positive numbers that sum to 1 within 1e-6 (they are divided by their sum), `means` are
  /// [K][D], `covariances` [K][D][D], symmetric and positive definite; diagonal models read the diagonals
  /// only. Throws a data error that names the component and the value.
  public init(
    weights: [Double], means: [[Double]], covariances: [[[Double]]],
    covarianceModel: CovarianceModel = .vvv, columnNames: [String]? = nil
  ) throws {
    let K = weights.count
    guard K > 0, means.count == K, covariances.count == K else {
      throw SurprisalError(
        .data, "\(K) weights, \(means.count) means and \(covariances.count) covariances",
        remedy: "give one of each for every component")
    }
    let D = means[0].count
    let names = columnNames ?? (1...max(1, D)).map { "x\($0)" }
    guard D > 0, names.count == D else {
      throw SurprisalError(.data, "\(names.count) column names for \(D) columns", remedy: "name every column once")
    }
    let sum = try GaussianMixture.checkedSum(weights)
    for k in 0..<K { try GaussianMixture.check(k, means[k], covariances[k], D) }
    let standardization = GaussianMixture.standardization(weights, sum, means, covariances)
    var flatMeans: [Double] = []
    var flatCovariances: [Double] = []
    for k in 0..<K {
      for d in 0..<D { flatMeans.append((means[k][d] - standardization.shift[d]) / standardization.scale[d]) }
      for i in 0..<D {
        for j in covarianceModel.isDiagonal ? i...i : 0...(D - 1) {
          flatCovariances.append(covariances[k][i][j] / standardization.scale[i] / standardization.scale[j])
        }
      }
      let isDefinite =
        GaussianParameters(
          covarianceModel: covarianceModel, weights: [1], means: Array(flatMeans.suffix(D)),
          covariances: Array(flatCovariances.suffix(covarianceModel.entryCount(columns: D)))) != nil
      guard isDefinite else {
        throw SurprisalError(
          .data, "the covariance of component \(k + 1) is not positive definite",
          remedy: "give symmetric matrices with positive eigenvalues")
      }
    }
    guard
      let parameters = GaussianParameters(
        covarianceModel: covarianceModel, weights: weights.map { $0 / sum }, means: flatMeans,
        covariances: flatCovariances)
    else {
      throw SurprisalError(.data, "the parameters are outside float64's range", remedy: "rescale the columns")
    }
    self.init(parameters: parameters, standardization: standardization, columnNames: names)
  }

  private static func checkedSum(_ weights: [Double]) throws -> Double {
    for (k, weight) in weights.enumerated() where !(weight > 0 && weight.isFinite) {
      throw SurprisalError(
        .data, "the weight of component \(k + 1) is \(weight)", remedy: "weights are positive and sum to 1")
    }
    let sum = weights.reduce(0, +)
    guard (sum - 1).magnitude <= 1e-6 else {
      throw SurprisalError(.data, "the weights sum to \(sum)", remedy: "weights are positive and sum to 1")
    }
    return sum
  }

  private static func check(_ k: Int, _ mean: [Double], _ covariance: [[Double]], _ D: Int) throws {
    guard mean.count == D, covariance.count == D, covariance.allSatisfy({ $0.count == D }) else {
      throw SurprisalError(
        .data, "component \(k + 1) does not have \(D) columns", remedy: "give every component the same columns")
    }
    for (d, value) in mean.enumerated() where !value.isFinite {
      throw SurprisalError(
        .data, "the mean of component \(k + 1) is \(value) in column \(d + 1)", remedy: "give finite numbers")
    }
    for i in 0..<D {
      for j in 0..<D {
        let (upper, lower) = (covariance[i][j], covariance[j][i])
        guard upper.isFinite else {
          throw SurprisalError(
            .data, "the covariance of component \(k + 1) has \(upper) at \(i + 1), \(j + 1)",
            remedy: "give finite numbers")
        }
        guard (upper - lower).magnitude <= 1e-8 * max(upper.magnitude, lower.magnitude) else {
          throw SurprisalError(
            .data, "the covariance of component \(k + 1) has \(upper) at \(i + 1), \(j + 1) and \(lower) across",
            remedy: "give symmetric matrices")
        }
      }
    }
  }

  private static func standardization(
    _ weights: [Double], _ sum: Double, _ means: [[Double]], _ covariances: [[[Double]]]
  ) -> Standardization {
    let D = means[0].count
    var shift = [Double](repeating: 0, count: D)
    var scale = [Double](repeating: 1, count: D)
    for d in 0..<D {
      for k in weights.indices { shift[d] += weights[k] / sum * means[k][d] }
      var deviation = 0.0
      for k in weights.indices {
        deviation = max(
          deviation, covariances[k][d][d].magnitude.squareRoot(), (means[k][d] - shift[d]).magnitude)
      }
      if deviation > 0, deviation.isFinite {
        scale[d] = Double(sign: .plus, exponent: min(1000, max(-1000, deviation.exponent)), significand: 1)
      }
    }
    return Standardization(shift: shift, scale: scale)
  }

  /// The parameters in the coordinates of `target`, for a warm start there.
  func parameters(in target: Standardization, covarianceModel model: CovarianceModel) -> GaussianParameters? {
    let (K, D) = (componentCount, columnCount)
    var means: [Double] = []
    var covariances: [Double] = []
    for k in 0..<K {
      for d in 0..<D {
        let offset = standardization.shift[d] - target.shift[d]
        means.append((offset + parameters.means[k * D + d] * standardization.scale[d]) / target.scale[d])
      }
      for i in 0..<D {
        for j in model.isDiagonal ? i...i : 0...(D - 1) {
          let ratio =
            (standardization.scale[i] / target.scale[i]) * (standardization.scale[j] / target.scale[j])
          covariances.append(standardizedCovariance(k, i, j) * ratio)
        }
      }
    }
    return GaussianParameters(
      covarianceModel: model, weights: weights, means: means, covariances: covariances)
  }
}
