import SurprisalCore

extension RowSample {
  /// The most operations of one E-step that is worth its time for a start.
  private static let imputationBudget = 2e8

  /// Fills the missing cells of standardized rows with what a single Gaussian, fitted to them, expects.
  ///
  /// Partitions of the rows start from these: with the columns' means in their place, rows that lack cells would
  /// make clusters of their own. Where the Gaussian costs too much, the means must do.
  static func impute(
    _ values: inout [Double], _ observations: WeightedRows, _ standardization: Standardization, threads: Int
  ) {
    guard let runs = observations.missing else { return }
    let D = standardization.scale.count
    let single = gaussian(observations, runs, standardization, threads: threads)
    for index in values.indices where values[index].isNaN { values[index] = 0 }
    guard let single else { return }
    let scratch = Scratch(capacity: PatternPosterior.workspaceCount(single))
    var posterior = PatternPosterior(single, standardization: standardization, workspace: scratch.base)
    observations.rows.withUnsafeValues { rows in
      runs.forEachRun(in: runs.completeCount..<observations.count) { pattern, range in
        posterior.prepare(pattern)
        for row in range {
          _ = posterior.evaluate(rows + row * D)
          for position in pattern.observedCount..<D {
            let mean = posterior.conditionalMean(0, position)
            if mean.isFinite { values[row * D + pattern.order[position]] = mean }
          }
        }
      }
    }
  }

  private static func gaussian(
    _ observations: WeightedRows, _ runs: MissingRuns, _ standardization: Standardization, threads: Int
  ) -> GaussianParameters? {
    let D = standardization.scale.count
    let cost = Double(runs.patterns.count) * Double(D * D * D) + Double(observations.count) * Double(D * D)
    guard cost <= imputationBudget else { return nil }
    let unit = (0..<D * D).map { $0 % (D + 1) == 0 ? 1.0 : 0 }
    let variances = [Double](repeating: 1, count: D)
    let center = [Double](repeating: 0, count: D)
    let setting = MixtureSetting(
      covarianceModel: .vvv, standardization: standardization, columnVariances: variances,
      prior: ScaledPrior(MixturePrior(), columnVariances: variances, center: center, components: 1),
      hasMissingCells: true)
    guard
      let start = GaussianParameters(covarianceModel: .vvv, weights: [1], means: center, covariances: unit)
    else { return nil }
    let options = EngineOptions(tolerance: 1e-5, maximumIterations: 30, acceleration: .none, threads: threads)
    let outcome = try? ExpectationMaximization.run(
      from: GaussianMixtureEM(setting: setting, parameters: start), over: observations,
      control: .init(options: options, isCancelled: { false }))
    return outcome?.model.parameters
  }
}
