import SurprisalNetworks
import SurprisalTensors

/// A network of any kind as one type: its fields have the names that they have without it.
public struct NetworkBox: Layer {
  /// The network.
  public var network: any Layer

  /// Holds `network`.
  public init(_ network: any Layer) { self.network = network }

  /// Shows the network's fields.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws { try network.fields(&visitor) }

  /// The network's value at `x`.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor { network.forward(x, &pass) }

  /// The network's.
  public func outputShape(for shape: [Int]) throws -> [Int] { try network.outputShape(for: shape) }
}
