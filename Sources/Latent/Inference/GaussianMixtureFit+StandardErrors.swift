import SurprisalCore

extension GaussianMixtureFit {
  /// The standard errors of the parameters, from the rows that the mixture was fitted to.
  ///
  /// Information methods invert a p × p matrix at the estimate and carry it to weights, means and covariances of all
  /// fourteen models by the delta method; they trust that log p is quadratic there, which small components are not.
  /// Bootstraps refit from the estimate, with components matched to it. Throws a data error where the information is
  /// singular or indefinite (a component too many) or the fit is not at a maximum (of other rows, or not converged),
  /// for data that `fit` refuses, and `CancellationError`.
  public func standardErrors(
    of rows: RowMatrix, weights: [Double]? = nil, method: StandardErrorMethod = .observedInformation,
    isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
  ) throws -> MixtureStandardErrors {
    try model.requireColumns(of: rows)
    let data = try MixtureData(
      rows: rows, weights: weights, columnNames: model.columnNames, configuration: configuration)
    switch method {
    case .bootstrap(let replicates, let seed), .parametricBootstrap(let replicates, let seed):
      guard replicates >= 2 else {
        throw SurprisalError(.usage, "\(replicates) replicates", remedy: "ask for at least 2, better 200 or more")
      }
      return try MixtureBootstrap(self, data, isCancelled: isCancelled)
        .standardErrors(method, replicates: replicates, seed: seed)
    case .observedInformation, .empiricalInformation:
      let setting = data.setting(
        model.covarianceModel, components: model.componentCount, prior: configuration.prior,
        collapseEigenvalue: configuration.collapseEigenvalue)
      guard
        let parameters = model.parameters(in: setting.standardization, covarianceModel: model.covarianceModel)
      else {
        throw SurprisalError(
          .data, "the model is singular beside the scale of these rows", remedy: "give the rows it was fitted to")
      }
      let information = MixtureInformation(
        setting: setting, chart: MixtureChart(parameters), observations: data.observations, threads: data.threads,
        isCancelled: isCancelled)
      let matrix = method == .observedInformation ? try information.observed() : try information.empirical()
      let flat = try matrix.flatMap { try information.standardErrors($0) }
      guard let flat else { throw MixtureInformation.singular }
      var result = GaussianMixture(
        parameters: parameters, standardization: setting.standardization, columnNames: model.columnNames)
      result.columnNames = model.columnNames
      return MixtureStandardErrors(result, method: method, flat: flat)
    }
  }
}

extension MixtureInformation {
  static var singular: SurprisalError {
    SurprisalError(
      .data, "the information of these rows on the parameters is singular: some parameters are not determined",
      remedy: "ask for fewer components or a simpler covariance, give a --prior, or use the bootstrap")
  }

  /// √diag(J I⁻¹ Jᵀ), with J = ∂θ/∂ψ; nil where I is not positive definite.
  func standardErrors(_ information: [Double]) throws -> [Double]? {
    let p = chart.count
    let scales = (0..<p).map { information[$0 * (p + 1)].squareRoot() }
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let scaled = information.indices.map { information[$0] / (scales[$0 / p] * scales[$0 % p]) }
    // Differences leave about 1e-11 of the largest entry.
    guard let (values, vectors) = SymmetricEigen.decompose(scaled, dimension: p),
      let least = values.last, let most = values.first, least > 1e-10 * most
    else { return nil }
    let origin = [Double](repeating: 0, count: p)
    guard let score = try score(origin), let priorScore = priorScore(origin) else { return nil }
    var newtonGain = 0.0
    var variances = [Double](repeating: 0, count: chart.flatCount)
    let jacobian = chart.jacobian(origin)
    for e in 0..<p {
      if isCancelled() { throw CancellationError() }
      var image = [Double](repeating: 0, count: chart.flatCount)
      var slope = 0.0
      for i in 0..<p {
        let factor = vectors[e * p + i] / scales[i]
        slope += factor * (score[i] + priorScore[i])
        for (index, slope) in jacobian[i] { image[index] += factor * slope }
      }
      newtonGain += 0.5 * slope * slope / values[e]
      for index in image.indices { variances[index] += image[index] * image[index] / values[e] }
    }
    // At a maximum nothing is left to gain; half a nat is a step of one standard error.
    guard newtonGain < 0.5 else {
      throw SurprisalError(
        .data, "the parameters are not at a maximum for these rows: a Newton step would gain \(newtonGain) nats",
        remedy: "give the rows they were fitted to, or raise --maximum-iterations")
    }
    return variances.map { $0.squareRoot() }
  }
}
