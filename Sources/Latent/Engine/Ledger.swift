/// One iteration of EM: what each half-step did to the bound, and how far rounding could have moved it.
///
/// Totals are in nats at the unit of x that the data came in; gains are in nats per unit of weight (per row,
/// where rows are unweighted).
public struct LedgerEntry: Sendable, Hashable {
  /// How the parameters of this iteration were reached.
  public enum Step: String, Sendable, Hashable {
    /// By the start.
    case start
    /// By the M-step of the iteration before.
    case maximization
    /// By an extrapolated step that did not lower the objective.
    case extrapolation
  }

  /// The number of the E-step, from 1.
  public var iteration: Int
  /// How these parameters were reached.
  public var step: Step
  /// log p(x | θ).
  public var logLikelihood: Double
  /// L(q, θ) after the E-step: q is the posterior at θ.
  public var lowerBound: Double
  /// KL(q ‖ posterior) after the E-step: zero up to rounding.
  public var gap: Double
  /// log p(θ); zero without a prior.
  public var logPrior: Double
  /// L(q, θ_new) + log p(θ_new) after the M-step, evaluated from the statistics.
  public var objectiveAfterMaximization: Double
  /// What the E-step added to the bound, per unit of weight: the gap that it closed.
  public var expectationGain: Double
  /// What the M-step added to the objective, per unit of weight.
  public var maximizationGain: Double
  /// The most that rounding can lower the certified objective between iterations, in nats.
  public var roundingBound: Double
  /// The log-likelihood that the next proposal reached when it was refused for lowering the objective.
  public var refusedObjective: Double?

  /// log p(x | θ) + log p(θ), which EM never lowers.
  public var objective: Double { logLikelihood + logPrior }
}
