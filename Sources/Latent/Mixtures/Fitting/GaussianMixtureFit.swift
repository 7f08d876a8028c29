import SurprisalCore

/// A fitted Gaussian mixture with the evidence for it. Totals are in nats at the unit of x.
public struct GaussianMixtureFit: Sendable {
  /// The mixture, its components by falling weight.
  public internal(set) var model: GaussianMixture
  /// How it was fitted; `components` is the number asked for.
  public var configuration: GaussianMixtureConfiguration
  /// The number of rows.
  public internal(set) var rowCount: Int
  /// Σ w of the rows that have a cell: their number where they are unweighted.
  public internal(set) var totalWeight: Double
  /// log p(x | θ) at the returned parameters, evaluated in the centered form.
  public internal(set) var logLikelihood: Double
  /// What was ascended: the log-likelihood, plus log p(θ) under a prior.
  public internal(set) var objective: Double
  /// The bound and its gap at the returned parameters.
  public internal(set) var evidence: Evidence
  /// The E-steps of the winning run.
  public internal(set) var iterations: Int
  /// Whether the stop rule ended the winning run.
  public internal(set) var converged: Bool
  /// p ln n − 2 log p(x): smaller is better (Schwarz 1978); n is the sum of the weights.
  public internal(set) var bic: Double
  /// 2p − 2 log p(x): smaller is better (Akaike 1974).
  public internal(set) var aic: Double
  /// BIC − 2 Σ log r of the most probable components: smaller is better (Biernacki et al. 2000).
  public internal(set) var icl: Double
  /// How many of the polished starts ended at the best objective.
  public internal(set) var startsAtBest: Int
  /// How many starts were run to convergence.
  public internal(set) var polishedStarts: Int
  /// How many starts there were.
  public internal(set) var starts: Int
  /// The winning run, iteration by iteration.
  public internal(set) var ledger: [LedgerEntry]
  /// What the user should know.
  public internal(set) var warnings: [String]
  /// The wall-clock time of the fit in seconds.
  public internal(set) var seconds: Double
  /// The candidates among which the number of components was chosen; empty if it was given.
  public internal(set) var selection: [MixtureCandidate]

  /// The two-part description length in bits: −log₂ p(x) + ½ p log₂ n (Rissanen 1978), at the unit of x.
  public var descriptionLength: Double { Information(nats: bic / 2).bits }
}

/// One candidate of a model selection.
public struct MixtureCandidate: Sendable {
  /// K.
  public var components: Int
  /// What its covariances share.
  public var covarianceModel: CovarianceModel
  /// log p(x | θ) in nats.
  public var logLikelihood: Double?
  /// Smaller is better.
  public var bic: Double?
  /// Smaller is better.
  public var aic: Double?
  /// Smaller is better.
  public var icl: Double?
  /// The mean log-density of held-out rows in nats per row, by k-fold cross-validation.
  public var heldOutLogLikelihood: Double?
  /// The two-part description length in bits.
  public var descriptionLength: Double?
  /// The number of free parameters.
  public var parameterCount: Int
  /// How many of the polished starts ended at the best objective.
  public var startsAtBest: Int
  /// How many starts there were.
  public var starts: Int
  /// Whether the stop rule ended the winning run.
  public var converged: Bool
  /// Why there is no fit.
  public var failure: String?

  init(components: Int, covarianceModel: CovarianceModel, columns: Int, fit: GaussianMixtureFit) {
    self.init(components: components, covarianceModel: covarianceModel, columns: columns)
    logLikelihood = fit.logLikelihood
    bic = fit.bic
    aic = fit.aic
    icl = fit.icl
    descriptionLength = fit.descriptionLength
    startsAtBest = fit.startsAtBest
    starts = fit.starts
    converged = fit.converged
  }

  init(components: Int, covarianceModel: CovarianceModel, columns: Int, failure: String? = nil) {
    self.components = components
    self.covarianceModel = covarianceModel
    self.failure = failure
    parameterCount =
      components - 1 + components * columns
      + covarianceModel.parameterCount(components: components, columns: columns)
    startsAtBest = 0
    starts = 0
    converged = false
  }
}
