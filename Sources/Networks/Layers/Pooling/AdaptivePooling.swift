import SurprisalCore
import SurprisalTensors

/// The shape that pooling to given sizes of the last axes gives.
private func adaptedShape(_ shape: [Int], _ sizes: [Int], _ layer: String) throws -> [Int] {
  guard shape.count >= sizes.count, shape.suffix(sizes.count).allSatisfy({ $0 > 0 }) else {
    throw SurprisalError.shape(
      shape, for: layer, taking: "[..., \(axisNames(sizes.count))] with at least one position")
  }
  return shape.dropLast(sizes.count) + sizes
}

/// The means of windows that cover the last axis of [..., positions], `output` of them.
public struct AdaptiveAveragePool1d: Layer {
  /// The number of windows.
  public var output: Int

  /// Windows to the given number.
  public init(output: Int) { self.output = output }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// The means.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor { x.adaptiveAveragePool1d(output: output) }

  /// [..., output].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try adaptedShape(shape, [output], "AdaptiveAveragePool1d")
  }

  /// The number of windows.
  public var summaryLine: String { "AdaptiveAveragePool1d(output: \(output))" }
}

/// The means of windows that cover the last two axes of [..., height, width].
public struct AdaptiveAveragePool2d: Layer {
  /// The number of windows along each axis.
  public var output: Size2D

  /// Windows to the given numbers.
  public init(output: Size2D) { self.output = output }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// The means.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor { x.adaptiveAveragePool2d(output: output) }

  /// [..., output height, output width].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try adaptedShape(shape, [output.height, output.width], "AdaptiveAveragePool2d")
  }

  /// The number of windows.
  public var summaryLine: String { "AdaptiveAveragePool2d(output: \(output.text))" }
}

/// The maxima of windows that cover the last axis of [..., positions], `output` of them.
public struct AdaptiveMaxPool1d: Layer {
  /// The number of windows.
  public var output: Int

  /// Windows to the given number.
  public init(output: Int) { self.output = output }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// The maxima.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor { x.adaptiveMaxPool1d(output: output) }

  /// [..., output].
  public func outputShape(for shape: [Int]) throws -> [Int] { try adaptedShape(shape, [output], "AdaptiveMaxPool1d") }

  /// The number of windows.
  public var summaryLine: String { "AdaptiveMaxPool1d(output: \(output))" }
}

/// The maxima of windows that cover the last two axes of [..., height, width].
public struct AdaptiveMaxPool2d: Layer {
  /// The number of windows along each axis.
  public var output: Size2D

  /// Windows to the given numbers.
  public init(output: Size2D) { self.output = output }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// The maxima.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor { x.adaptiveMaxPool2d(output: output) }

  /// [..., output height, output width].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try adaptedShape(shape, [output.height, output.width], "AdaptiveMaxPool2d")
  }

  /// The number of windows.
  public var summaryLine: String { "AdaptiveMaxPool2d(output: \(output.text))" }
}

/// The mean of each channel of an image: [batch, channels] of [batch, channels, height, width], whatever the size.
public struct GlobalAveragePool2d: Layer {
  /// A layer without anything to choose.
  public init() {}

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// The means.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    precondition(x.rank >= 2, "GlobalAveragePool2d: the shape \(x.shape) is not [..., height, width]")
    return x.adaptiveAveragePool2d(output: 1).reshaped(to: Array(x.shape.dropLast(2)))
  }

  /// The shape without its last two axes.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try adaptedShape(shape, [1, 1], "GlobalAveragePool2d").dropLast(2)
  }
}
