import CSurprisalKernels

/// A signed amount of information about discrete outcomes, with its unit.
///
/// One nat is −ln p at p = 1/e, one bit −log₂ p at p = 1/2, one ban −log₁₀ p at p = 1/10.
/// Differential entropies and log-densities depend on the unit of x and are `LogDensity` instead.
public struct Information: Sendable, Hashable {
  /// The amount in nats.
  public var nats: Double

  /// An amount given in nats.
  public init(nats: Double) { self.nats = nats }

  /// An amount given in bits; 1 bit = ln 2 nats.
  public init(bits: Double) { self.nats = bits * Information.natsPerBit }

  /// The surprisal h(x) = −ln p of an outcome of the given probability (Shannon 1948).
  public init(surprisalOfProbability probability: Double) {
    self.nats = probability == 1 ? 0 : -surprisal_log(probability)
  }

  /// The amount in bits.
  public var bits: Double { nats / Information.natsPerBit }

  /// The amount in bans (decimal digits).
  public var bans: Double { nats / 2.302585092994046 }

  package static let natsPerBit = 0.6931471805599453
}

extension Information: Comparable, AdditiveArithmetic {
  /// No information.
  public static let zero = Information(nats: 0)
  /// The sum of two amounts.
  public static func + (a: Information, b: Information) -> Information {
    Information(nats: a.nats + b.nats)
  }
  /// The difference of two amounts.
  public static func - (a: Information, b: Information) -> Information {
    Information(nats: a.nats - b.nats)
  }
  /// Whether `a` is less information than `b`.
  public static func < (a: Information, b: Information) -> Bool { a.nats < b.nats }
}

extension Information: CustomStringConvertible {
  /// The amount in bits and nats.
  public var description: String { "\(bits) bits (\(nats) nats)" }
}
