import CSurprisalKernels

/// The logarithm of a probability density, or a sum or mean of such logarithms, in nats.
///
/// A density has the unit 1/(unit of x), so the value moves when x is rescaled: log p(cx) = log p(x) − D·ln c.
/// It may have either sign. Only differences at the same unit of x are amounts of information.
public struct LogDensity: Sendable, Hashable {
  /// The value in nats.
  public var nats: Double

  /// A value given in nats.
  public init(nats: Double) { self.nats = nats }

  /// The value in bits.
  public var bits: Double { nats / Information.natsPerBit }

  /// The information needed to name a value to a precision of `binWidth` per column:
  /// −log p(x) − D·ln Δ (the bridge H_Δ ≈ h − ln Δ; Cover and Thomas 2006, theorem 8.3.1).
  public func quantized(binWidth: Double, columnCount: Int = 1) -> Information {
    Information(nats: -nats - Double(columnCount) * surprisal_log(binWidth))
  }

  /// The information that `a` carries beyond `b` at the same unit of x.
  public static func - (a: LogDensity, b: LogDensity) -> Information {
    Information(nats: a.nats - b.nats)
  }
}

extension LogDensity: Comparable {
  /// Whether `a` is the smaller log-density.
  public static func < (a: LogDensity, b: LogDensity) -> Bool { a.nats < b.nats }
}

extension LogDensity: CustomStringConvertible {
  /// The value in nats.
  public var description: String { "\(nats) nats" }
}
