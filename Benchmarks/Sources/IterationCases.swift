import Surprisal

extension IterationBenchmark {
  /// A Gaussian mixture.
  func runMixture(covariance: String) throws {
    let weights = try start("weights")
    let means = try start("means")
    let width = means.count / weights.count
    let common = try GaussianMixture(
      weights: weights, means: means.split(every: width),
      covariances: start("covariances").split(every: width * width).map { $0.split(every: width) },
      covarianceModel: covariance == "diagonal" ? .vvi : .vvv)
    try run { rows, engine in
      let fit = try GaussianMixture.fit(
        rows,
        configuration: GaussianMixtureConfiguration(
          components: weights.count, covarianceModel: common.covarianceModel, starts: 1, start: .given(common),
          engine: engine))
      return (fit.ledger.count, fit.logLikelihood)
    }
  }

  /// A Bernoulli mixture.
  func runBernoulli() throws {
    let weights = try start("weights")
    let probabilities = try start("probabilities")
    let common = try ProductMixture(
      weights: weights,
      components: probabilities.split(every: probabilities.count / weights.count).map { component in
        component.map { .bernoulli(probability: $0) }
      })
    try run { rows, engine in
      let fit = try ProductMixture.fit(
        rows, families: .all(.bernoulli), components: weights.count, start: common,
        configuration: FitConfiguration(starts: 1, engine: engine))
      return (fit.ledger.count, fit.logLikelihood)
    }
  }

  /// A hidden Markov model with Gaussian states.
  func runChain() throws {
    let initial = try start("initial")
    let means = try start("means")
    let width = means.count / initial.count
    let common = try HiddenMarkov(
      initialProbabilities: initial, transitions: start("transitions").split(every: initial.count),
      means: means.split(every: width),
      covariances: start("covariances").split(every: width * width).map { $0.split(every: width) })
    try run { rows, engine in
      let fit = try HiddenMarkov.fit(
        rows, states: initial.count, start: common, configuration: FitConfiguration(starts: 1, engine: engine))
      return (fit.ledger.count, fit.logLikelihood)
    }
  }
}
