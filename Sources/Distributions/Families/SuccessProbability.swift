import SurprisalCore
import SurprisalTensors

/// Probabilities of success p in the form in which they were given, so that neither p nor 1 − p loses digits.
struct SuccessProbability: Sendable {
  /// Numbers within 0 … 1, or log(p / (1 − p)).
  enum Form: Sendable { case probability(Tensor), logits(Tensor) }
  let form: Form

  init(uncheckedProbability probability: Tensor) { form = .probability(probability) }

  init(uncheckedLogits logits: Tensor) { form = .logits(logits) }

  /// - Throws: `usage` for a number not within 0 … 1.
  init(probability: Tensor, _ family: String) throws {
    let parameter = try Checks.promoted(family, [("probability", probability)])[0]
    try Checks.probability(family, "probability", parameter)
    form = .probability(parameter)
  }

  /// - Throws: `usage` for NaN.
  init(logits: Tensor, _ family: String) throws {
    let parameter = try Checks.promoted(family, [("logits", logits)])[0]
    try Checks.require(parameter .== parameter, family, "logits", parameter, mustBe: "a number or an infinity")
    form = .logits(parameter)
  }

  /// What was given.
  var given: Tensor {
    switch form {
    case .probability(let value), .logits(let value): value
    }
  }

  /// The value of what was given at p = ½.
  var middle: Double {
    switch form {
    case .probability: 0.5
    case .logits: 0
    }
  }

  /// What was given, for a description.
  var description: String {
    switch form {
    case .probability(let p): "probability: \(p)"
    case .logits(let logits): "logits: \(logits)"
    }
  }

  /// p.
  var probability: Tensor {
    switch form {
    case .probability(let p): p
    case .logits(let logits): logits.sigmoid()
    }
  }

  /// 1 − p.
  var complement: Tensor {
    switch form {
    case .probability(let p): 1 - p
    case .logits(let logits): (-logits).sigmoid()
    }
  }

  /// log(p / (1 − p)).
  var logits: Tensor {
    switch form {
    case .probability: logProbability - logComplement
    case .logits(let logits): logits
    }
  }

  /// log p; for p = 0 it is −∞ with derivative 0.
  var logProbability: Tensor {
    switch form {
    case .probability(let p): p.logOfProbability()
    case .logits(let logits): -(-logits).softplus()
    }
  }

  /// log(1 − p); for p = 1 it is −∞ with derivative 0.
  var logComplement: Tensor {
    switch form {
    case .probability(let p):
      let isOne = p .== 1
      return Tensor(where: isOne, -.infinity, else: log(onePlus: -Tensor(where: isOne, 0, else: p)))
    case .logits(let logits): return -logits.softplus()
    }
  }

  /// s log p + f log(1 − p) of numbers of successes and failures, where 0 · (−∞) is 0 and has the derivative 0.
  func logLikelihood(successes: Tensor, failures: Tensor) -> Tensor {
    let (noSuccess, noFailure) = (successes .== 0, failures .== 0)
    switch form {
    case .probability(let p):
      // No logarithm is taken that is not asked for: 0 times its infinite derivative would be NaN.
      return successes * Tensor(where: noSuccess, 1, else: p).log()
        + failures * log(onePlus: Tensor(where: noFailure, 0, else: -p))
    case .logits(let logits):
      return -(successes * Tensor(where: noSuccess, 0, else: -logits).softplus())
        - failures * Tensor(where: noFailure, 0, else: logits).softplus()
    }
  }

  /// −p log p − (1 − p) log(1 − p).
  var entropy: Tensor { logProbability.entropyTerm() + logComplement.entropyTerm() }

  /// q − p − p log(q / p) of the successes, and the same of the failures with 1 − p and 1 − q: they add up to
  /// KL(p ‖ q).
  func divergenceTerms(to q: SuccessProbability) -> (successes: Tensor, failures: Tensor) {
    let refined: (Tensor?, Tensor?)
    switch (form, q.form) {
    case (.probability(let own), .probability(let other)):
      refined = (
        Tensor.logRatio(other.withoutDerivative(), own.withoutDerivative()), Tensor.logComplementRatio(other, own)
      )
    case (.logits(let own), .logits(let other)):
      refined = (Tensor.logSigmoidRatio(other, own), Tensor.logSigmoidRatio(-other, -own))
    default:
      refined = (
        SuccessProbability.logRatio(q.probability, probability), SuccessProbability.logRatio(q.complement, complement)
      )
    }
    return (
      Tensor.divergenceTerm(logP: logProbability, logQ: q.logProbability, refined: refined.0),
      Tensor.divergenceTerm(logP: logComplement, logQ: q.logComplement, refined: refined.1)
    )
  }

  /// log(a / b), NaN where one is so small that it has lost digits.
  private static func logRatio(_ a: Tensor, _ b: Tensor) -> Tensor {
    let least = a.dtype == .float64 && b.dtype == .float64 ? 1e-290 : 1e-30
    let isMeasured = (a .> least) .& (b .> least)
    return Tensor(where: isMeasured, Tensor.logRatio(a.withoutDerivative(), b.withoutDerivative()), else: .nan)
  }
}
