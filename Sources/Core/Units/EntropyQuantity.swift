/// What is measured in nats and bits: `Information`, `DifferentialEntropy` and `LogDensity`.
public protocol EntropyQuantity: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The amount in nats.
  var nats: Double { get }
  /// The amount in bits.
  var bits: Double { get }
  /// An amount given in nats.
  init(nats: Double)
}

extension Information: EntropyQuantity {}
extension DifferentialEntropy: EntropyQuantity {}
extension LogDensity: EntropyQuantity {}
