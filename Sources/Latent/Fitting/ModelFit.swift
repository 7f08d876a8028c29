import CSurprisalKernels
import SurprisalCore

/// A fitted latent-variable model with the evidence for it. Totals are in nats; for densities at the unit of x.
public struct ModelFit<Model: Sendable>: Sendable {
  /// The model at the returned parameters.
  public package(set) var model: Model
  /// How it was fitted.
  public package(set) var configuration: FitConfiguration
  /// The number of rows.
  public package(set) var rowCount: Int
  /// Σ w: the number of rows where they are unweighted.
  public package(set) var totalWeight: Double
  /// The number of free parameters p.
  public package(set) var parameterCount: Int
  /// log p(x | θ) at the returned parameters.
  public package(set) var logLikelihood: Double
  /// What was ascended: the log-likelihood, plus log p(θ) under a prior.
  public package(set) var objective: Double
  /// The bound and its gap at the returned parameters.
  public package(set) var evidence: Evidence
  /// Whether the stop rule ended the winning run.
  public package(set) var converged: Bool
  /// How many of the polished starts ended at the best objective.
  public package(set) var startsAtBest: Int
  /// How many starts were run to convergence.
  public package(set) var polishedStarts: Int
  /// How many starts there were.
  public package(set) var starts: Int
  /// The winning run, iteration by iteration.
  public package(set) var ledger: [LedgerEntry]
  /// What the user should know.
  public package(set) var warnings: [String]
  /// Σ w log max_k p(k | x), at most 0, for models that assign rows to components; nil for others.
  public package(set) var classification: Double?
  /// The wall-clock time of the fit in seconds.
  public package(set) var seconds: Double
  /// The sizes among which this one was chosen; nil where it was given. Set it and the report shows the choice.
  public var comparison: SizeComparison?

  /// The E-steps of the winning run.
  public var iterations: Int { ledger.count }
  /// p ln n − 2 log p(x): smaller is better (Schwarz 1978); n is the sum of the weights.
  public var bic: Double { Double(parameterCount) * surprisal_log(totalWeight) - 2 * logLikelihood }
  /// 2p − 2 log p(x): smaller is better (Akaike 1974).
  public var aic: Double { 2 * Double(parameterCount) - 2 * logLikelihood }
  /// BIC − 2 Σ w log max_k p(k | x): smaller is better (Biernacki et al. 2000); nil without components.
  public var icl: Double? { classification.map { bic - 2 * $0 } }
  /// The two-part description length in bits: −log₂ p(x) + ½ p log₂ n (Rissanen 1978), at the unit of x.
  public var descriptionLength: Double { Information(nats: bic / 2).bits }

  /// The fit that a search ended with; `model` in the form that users see, with its evidence at all rows.
  package init<EM: LatentVariableModel>(
    model: Model, search: StartSearch<EM>.Result, configuration: FitConfiguration, rowCount: Int,
    totalWeight: Double, parameterCount: Int, evidence: Evidence, classification: Double? = nil,
    warnings: [String] = [], seconds: Double
  ) {
    self.model = model
    self.configuration = configuration
    self.rowCount = rowCount
    self.totalWeight = totalWeight
    self.parameterCount = parameterCount
    logLikelihood = evidence.logLikelihood?.nats ?? .nan
    objective = logLikelihood + (search.best.ledger.last?.logPrior ?? 0)
    self.evidence = evidence
    converged = search.best.converged
    startsAtBest = search.startsAtBest
    polishedStarts = search.polishedStarts
    starts = search.starts
    ledger = search.best.ledger
    self.warnings = warnings + search.warnings
    self.classification = classification
    self.seconds = seconds
  }
}
