import CSurprisalKernels

/// The differential entropy h(X) = −E[log p(X)] of a density, in nats.
///
/// A density has the unit 1/(unit of x), so the value moves when x is rescaled, h(cX) = h(X) + D·ln c, and may have
/// either sign. Only differences at the same unit of x are amounts of information. (Cover and Thomas 2006, chapter 8.)
public struct DifferentialEntropy: Sendable, Hashable {
  /// The value in nats.
  public var nats: Double

  /// A value given in nats.
  public init(nats: Double) { self.nats = nats }

  /// A value given in bits.
  public init(bits: Double) { self.nats = bits * Information.natsPerBit }

  /// The value in bits.
  public var bits: Double { nats / Information.natsPerBit }

  /// The entropy H_Δ ≈ h − D·ln Δ of the values rounded to bins of width `binWidth` in each of `columnCount` columns
  /// (Cover and Thomas 2006, theorem 8.3.1). It grows without bound as the bins shrink.
  public func quantized(binWidth: Double, columnCount: Int = 1) -> Information {
    Information(nats: nats - Double(columnCount) * surprisal_log(binWidth))
  }

  /// The information by which `a` exceeds `b` at the same unit of x.
  public static func - (a: DifferentialEntropy, b: DifferentialEntropy) -> Information {
    Information(nats: a.nats - b.nats)
  }
}

extension DifferentialEntropy: Comparable {
  /// Whether `a` is the smaller entropy.
  public static func < (a: DifferentialEntropy, b: DifferentialEntropy) -> Bool { a.nats < b.nats }
}

extension DifferentialEntropy: CustomStringConvertible {
  /// The value in bits and nats.
  public var description: String { "\(bits) bits (\(nats) nats), at the unit of x" }
}
