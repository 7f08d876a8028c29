import SurprisalCore

extension GaussianMixture {
  /// Fits a mixture to rows by EM, from many starts.
  ///
  /// - Parameters:
  ///   - rows: n × D finite numbers, each column in its own unit; NaN marks a missing cell where
  ///     `configuration.missingCells` is `.model`. Rows without any cell are left out with a warning.
  ///   - weights: one non-negative number a row; a weight of w counts as w equal rows.
  ///   - columnNames: one name a column; x1, x2, … if nil.
  ///   - configuration: the model and how it is fitted.
  ///   - progress: told of every iteration, on the calling thread.
  /// - Returns: the mixture with its evidence, ledger and criteria.
  /// - Throws: `SurprisalError` for data that cannot be fitted (with row, column or component), for collapse
  ///   and for a failed certificate; `CancellationError` within one iteration of the task's cancellation.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil,
    configuration: GaussianMixtureConfiguration = GaussianMixtureConfiguration(),
    progress: (@Sendable (FitProgress) -> Void)? = nil
  ) throws -> GaussianMixtureFit {
    try fit(
      rows, weights: weights, columnNames: columnNames, configuration: configuration, progress: progress,
      isCancelled: { Task.isCancelled })
  }

  /// Fits as the synchronous function does, on the calling task; cancelling the task ends the fit within one
  /// iteration with `CancellationError`.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil,
    configuration: GaussianMixtureConfiguration = GaussianMixtureConfiguration(),
    progress: (@Sendable (FitProgress) -> Void)? = nil
  ) async throws -> GaussianMixtureFit {
    await Task.yield()
    return try fit(
      rows, weights: weights, columnNames: columnNames, configuration: configuration, progress: progress,
      isCancelled: { Task.isCancelled })
  }

  /// Fits as the others do, asking `isCancelled` once per iteration.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil,
    configuration: GaussianMixtureConfiguration = GaussianMixtureConfiguration(),
    progress: (@Sendable (FitProgress) -> Void)? = nil, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> GaussianMixtureFit {
    let clock = Stopwatch()
    let data = try MixtureData(
      rows: rows, weights: weights, columnNames: columnNames, configuration: configuration)
    var fitter = MixtureFitter(
      data: data, configuration: configuration, progress: progress, isCancelled: isCancelled)
    var result: GaussianMixtureFit
    if let components = fixedComponents(configuration) {
      result = try fitter.fit(components: components, covarianceModel: configuration.covarianceModel)
    } else {
      let most = min(9, data.observations.count)
      result = try fitter.best(
        components: Array(1...max(1, most)), covarianceModels: [configuration.covarianceModel],
        criterion: .bic, folds: 0
      ).winner
    }
    result.seconds = clock.seconds
    return result
  }

  private static func fixedComponents(_ configuration: GaussianMixtureConfiguration) -> Int? {
    if let components = configuration.components { return components }
    if case .given(let mixture) = configuration.start { return mixture.componentCount }
    return nil
  }
}
