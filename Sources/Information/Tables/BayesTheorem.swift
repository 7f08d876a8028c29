import CSurprisalKernels
import SurprisalCore

/// Bayes' theorem for one observation e and hypotheses h: p(h | e) = p(h) p(e | h) / p(e), with
/// p(e) = Σ_h p(h) p(e | h).
///
/// In surprisals it is an addition: h(h | e) = h(h) + h(e | h) − h(e). Everything is computed from logarithms, so that
/// neither products of tiny probabilities nor their quotients leave float64's range; a probability of 0 stays one.
/// Source: Bayes 1763; Laplace 1774.
public struct BayesTheorem: Sendable, Hashable {
  /// ln p(h), [H].
  public let logPrior: [Double]
  /// ln p(e | h), [H]; up to a constant that is the same for all where a density was observed.
  public let logLikelihood: [Double]
  /// ln p(h, e) = ln p(h) + ln p(e | h), [H].
  public let logJoint: [Double]
  /// ln p(e).
  public let logEvidence: Double

  /// What `outcome` says of hypotheses with a prior, by a table of p(e | h).
  ///
  /// - Parameters:
  ///   - prior: p(h), [H], summing to 1.
  ///   - likelihood: p(e | h), a row for each hypothesis and a column for each outcome; rows sum to 1.
  ///   - outcome: the column that was observed, from 0.
  /// - Throws: `data` naming the row and index of what is no probability, or if the observed outcome has probability 0
  ///   under every hypothesis of positive prior; `usage` if the table does not fit.
  public init(prior: [Double], likelihood: [[Double]], observed outcome: Int) throws {
    guard likelihood.count == prior.count else {
      throw SurprisalError(
        .usage, "\(likelihood.count) rows of likelihoods for \(prior.count) hypotheses", remedy: "give one row to each")
    }
    for (index, row) in likelihood.enumerated() {
      guard row.count == likelihood[0].count else {
        throw SurprisalError(
          .usage, "row \(index) of the likelihoods has \(row.count) outcomes, row 0 has \(likelihood[0].count)")
      }
      try Checks.probabilities(row, "likelihood of hypothesis \(index)")
    }
    guard let width = likelihood.first?.count, outcome >= 0, outcome < width else {
      throw SurprisalError(
        .usage, "outcome \(outcome) is not in 0..<\(likelihood.first?.count ?? 0)", remedy: "name a column of the table"
      )
    }
    try self.init(prior: prior, likelihoods: likelihood.map { $0[outcome] })
  }

  /// What an observation says of hypotheses with a prior, by its probability p(e | h) under each, which need not sum to
  /// 1.
  ///
  /// - Throws: As the table's initializer.
  public init(prior: [Double], likelihoods: [Double]) throws {
    for (index, value) in likelihoods.enumerated() where !(value >= 0 && value <= 1 + 1e-9) {
      throw SurprisalError(.data, "likelihood \(index) is \(value), not in 0 … 1")
    }
    try self.init(prior: prior, logLikelihoods: likelihoods.map { surprisal_log(min(1, $0)) })
  }

  /// What an observation says of hypotheses with a prior, by its log-probability or log-density under each; −∞ where it
  /// is impossible.
  ///
  /// - Throws: As the table's initializer.
  public init(prior: [Double], logLikelihoods: [Double]) throws {
    try Checks.probabilities(prior, "prior")
    let sum = prior.reduce(0, +)
    try self.init(logPrior: prior.map { surprisal_log($0) - surprisal_log(sum) }, logLikelihoods)
  }

  private init(logPrior: [Double], _ logLikelihood: [Double]) throws {
    guard logLikelihood.count == logPrior.count else {
      throw SurprisalError(
        .usage, "\(logLikelihood.count) likelihoods for \(logPrior.count) hypotheses", remedy: "give one to each")
    }
    for (index, value) in logLikelihood.enumerated() where !(value < .infinity) {
      throw SurprisalError(.data, "the logarithm of likelihood \(index) is \(value)", remedy: "give numbers or −∞")
    }
    let joint = zip(logPrior, logLikelihood).map { $0 + $1 }
    let top = joint.max() ?? -.infinity
    guard top > -.infinity else {
      throw SurprisalError(
        .data, "what was observed has probability 0 under every hypothesis that the prior allows",
        remedy: "add a hypothesis that explains it, or give none of them probability 0")
    }
    self.logPrior = logPrior
    self.logLikelihood = logLikelihood
    logJoint = joint
    logEvidence = top + surprisal_log(joint.reduce(0) { $0 + surprisal_exp($1 - top) })
  }

  /// What a further observation, independent of the first given the hypothesis, makes of the posterior.
  ///
  /// - Throws: As the initializer; the likelihoods are p(e′ | h), [H].
  public func updated(likelihoods: [Double]) throws -> BayesTheorem {
    for (index, value) in likelihoods.enumerated() where !(value >= 0 && value <= 1 + 1e-9) {
      throw SurprisalError(.data, "likelihood \(index) is \(value), not in 0 … 1")
    }
    return try BayesTheorem(logPrior: logPosterior, likelihoods.map { surprisal_log(min(1, $0)) })
  }

  /// ln p(h | e), [H].
  public var logPosterior: [Double] { logJoint.map { $0 - logEvidence } }

  /// p(h), [H].
  public var prior: [Double] { logPrior.map { surprisal_exp($0) } }
  /// p(h, e), [H].
  public var joint: [Double] { logJoint.map { surprisal_exp($0) } }
  /// p(e); it may exceed 1 where a density was observed.
  public var evidence: Double { surprisal_exp(logEvidence) }
  /// p(h | e), [H], summing to 1.
  public var posterior: [Double] { logPosterior.map { surprisal_exp($0) } }

  /// −ln p(h), [H].
  public var priorSurprisal: [Information] { BayesTheorem.surprisal(logPrior) }
  /// −ln p(h, e), [H].
  public var jointSurprisal: [Information] { logJoint.map { Information(nats: 0 - $0) } }
  /// −ln p(e).
  public var evidenceSurprisal: Information { Information(nats: 0 - logEvidence) }
  /// −ln p(h | e), [H].
  public var posteriorSurprisal: [Information] { BayesTheorem.surprisal(logPosterior) }

  /// KL(posterior ‖ prior): what the observation taught about the hypotheses.
  public var informationGain: Information {
    var nats = 0.0
    for (posterior, prior) in zip(logPosterior, logPrior) where posterior > -.infinity {
      nats += surprisal_exp(posterior) * (posterior - prior)
    }
    return Information(nats: max(0, nats))
  }

  /// −ln p; where p is nearly 1, from the sum of the others, which keeps its digits.
  private static func surprisal(_ logs: [Double]) -> [Information] {
    logs.indices.map { index in
      guard logs[index] > -0.5 else { return Information(nats: -logs[index]) }
      let rest = logs.indices.reduce(0) { $0 + ($1 == index ? 0 : surprisal_exp(logs[$1])) }
      return Information(nats: rest == 0 ? 0 : -surprisal_log1p(-rest))
    }
  }
}
