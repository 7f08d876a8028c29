/// How a latent-variable model is fitted: how many starts, from which seed, and how EM runs.
public struct FitConfiguration: Sendable, Hashable {
  /// How many starts are tried; models with one maximum, or one start, use one.
  public var starts: Int
  /// The seed of all random choices.
  public var seed: UInt64
  /// When EM stops, how it is accelerated, on how many threads.
  public var engine: EngineOptions

  /// The defaults: ten starts from seed 0.
  public init(starts: Int = 10, seed: UInt64 = 0, engine: EngineOptions = EngineOptions()) {
    self.starts = starts
    self.seed = seed
    self.engine = engine
  }
}
