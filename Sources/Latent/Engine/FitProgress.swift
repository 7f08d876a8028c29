/// A message from a running fit.
public struct FitProgress: Sendable, Hashable {
  /// What the fit is doing.
  public enum Phase: String, Sendable, Hashable {
    /// Short runs from many starts.
    case starting
    /// Full runs from the best starts.
    case polishing
  }

  /// What the fit is doing.
  public var phase: Phase
  /// The number of components of the model being fitted.
  public var components: Int
  /// The start's number, from 1.
  public var start: Int
  /// How many starts this phase has.
  public var starts: Int
  /// The E-steps of this run so far.
  public var iteration: Int
  /// log p(x | θ) + log p(θ) in nats, in total.
  public var objective: Double
  /// L(q, θ) in nats, in total.
  public var lowerBound: Double
  /// KL(q ‖ posterior) in nats, in total.
  public var gap: Double
  /// The objective's last gain in nats per unit of weight.
  public var gain: Double

  /// A message on an iteration.
  init(_ phase: Phase, components: Int, start: Int, of starts: Int, _ entry: LedgerEntry) {
    (self.phase, self.components, self.start, self.starts) = (phase, components, start, starts)
    (iteration, objective, lowerBound) = (entry.iteration, entry.objective, entry.lowerBound)
    (gap, gain) = (entry.gap, entry.maximizationGain)
  }
}
