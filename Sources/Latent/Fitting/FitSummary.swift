import SurprisalCore
import SurprisalData

/// The figures that the fit of any model has: what files record and commands show of it.
package protocol FitSummary: Sendable {
  /// The number of rows.
  var rowCount: Int { get }
  /// Σ w.
  var totalWeight: Double { get }
  /// The number of free parameters.
  var parameterCount: Int { get }
  /// log p(x | θ) in nats.
  var logLikelihood: Double { get }
  /// The log-likelihood, plus log p(θ) under a prior.
  var objective: Double { get }
  /// Whether a prior makes the objective differ from the log-likelihood.
  var hasPrior: Bool { get }
  /// The bound and its gap.
  var evidence: Evidence { get }
  /// The E-steps of the winning run.
  var iterations: Int { get }
  /// Whether the stop rule ended the winning run.
  var converged: Bool { get }
  /// Smaller is better.
  var bic: Double { get }
  /// Smaller is better.
  var aic: Double { get }
  /// ICL, smaller is better; nil for models that assign no rows to components.
  var componentICL: Double? { get }
  /// How many of the polished starts ended at the best objective.
  var startsAtBest: Int { get }
  /// How many starts were run to convergence.
  var polishedStarts: Int { get }
  /// How many starts there were.
  var starts: Int { get }
  /// The seed of all random choices.
  var seed: UInt64 { get }
  /// The winning run, iteration by iteration.
  var ledger: [LedgerEntry] { get }
  /// What the user should know.
  var warnings: [String] { get }
  /// The wall-clock time of the fit in seconds.
  var seconds: Double { get }
}

extension FitSummary {
  /// What a model file records of how the model was obtained.
  var fileRecord: [JSONMember] {
    [
      JSONMember("rows", .integer(rowCount)), JSONMember("weight", .number(totalWeight)),
      JSONMember("logLikelihood", .number(logLikelihood)), JSONMember("bic", .number(bic)),
      JSONMember("iterations", .integer(iterations)), JSONMember("converged", .bool(converged)),
      JSONMember("seed", .string("\(seed)")),
    ]
  }
}

extension ModelFit: FitSummary {
  package var hasPrior: Bool { ledger.contains { $0.logPrior != 0 } }
  package var componentICL: Double? { icl }
  package var seed: UInt64 { configuration.seed }
}

extension GaussianMixtureFit: FitSummary {
  package var parameterCount: Int { model.parameterCount }
  package var hasPrior: Bool { configuration.prior != nil }
  package var componentICL: Double? { icl }
  package var seed: UInt64 { configuration.seed }
}
