/// How EM runs: when it stops, how it is accelerated and on how many threads.
public struct EngineOptions: Sendable, Hashable {
  /// Ways to shorten slow EM; every one refuses a step that would lower the objective.
  public enum Acceleration: String, Sendable, Hashable, CaseIterable {
    /// Plain EM.
    case none
    /// Anderson mixing of the last iterates (Walker and Ni 2011), damped.
    case anderson
    /// Squared extrapolation (Varadhan and Roland 2008, scheme S3).
    case squarem
  }

  /// Stop when the gain that remains is at most this many nats per unit of weight.
  public var tolerance: Double
  /// The most E-steps of one run.
  public var maximumIterations: Int
  /// How slow runs are shortened.
  public var acceleration: Acceleration
  /// The threads to use; `nil` takes every processor. Results have the same bits for any number.
  public var threads: Int?

  /// Options with defaults: 1e-9 nats per row, at most 10,000 E-steps, squared extrapolation, all processors.
  public init(
    tolerance: Double = 1e-9, maximumIterations: Int = 10_000,
    acceleration: Acceleration = .squarem, threads: Int? = nil
  ) {
    self.tolerance = tolerance
    self.maximumIterations = maximumIterations
    self.acceleration = acceleration
    self.threads = threads
  }
}
