import SurprisalCore
import SurprisalTensors

/// Layers one after another.
///
/// ```swift
/// var model = Sequential(
///   Conv2d(inputs: 1, outputs: 6, kernel: 5, padding: 2, using: &generator), ReLU(), MaxPool2d(kernel: 2), Flatten(),
///   Linear(inputs: 6 * 14 * 14, outputs: 10, using: &generator))
/// ```
/// The tensors are named by the layer's index, as in `0.weight`: PyTorch's names.
public struct Sequential: Layer {
  /// The layers in their order.
  public var layers: [any Layer]

  /// The given layers.
  public init(_ layers: any Layer...) { self.layers = layers }

  /// The layers of a list.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// Adds a layer at the end.
  public mutating func append(_ layer: any Layer) { layers.append(layer) }

  /// Shows the fields of each layer.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws { try visitor.modules(&layers) }

  /// The last layer's value; x itself if there is no layer.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    var y = x
    for index in layers.indices { y = layers[index].forward(y, &pass) }
    return y
  }

  /// The last layer's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    var shape = shape
    for (index, layer) in layers.enumerated() { shape = try layer.outputShape(for: shape, named: "\(index)") }
    return shape
  }

  /// Each takes what the one before gives.
  public var composition: LayerComposition { .chain }
}
