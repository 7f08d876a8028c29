import SurprisalCore
import SurprisalTensors

/// The shape that pooling by windows of the last axes gives.
func pooledShape(_ shape: [Int], _ windows: [AxisWindows], _ layer: String) throws -> [Int] {
  guard shape.count >= windows.count else {
    throw SurprisalError.shape(shape, for: layer, taking: "[..., \(axisNames(windows.count))]")
  }
  windows.forEach { $0.checkSame(layer, isConvolution: false) }
  let sizes = Array(shape.suffix(windows.count))
  return try shape.dropLast(windows.count) + windowCounts(windows, over: sizes, of: shape, layer: layer)
}

/// The maximum of each window of the last axis of [..., positions]; see `Tensor.maxPool1d`.
public struct MaxPool1d: Layer {
  /// Elements of a window.
  public var kernel: Int
  /// From one window to the next.
  public var stride: Int
  /// Room before and after the positions, at most half a window.
  public var padding: Padding1D
  /// From one element of a window to the next.
  public var dilation: Int
  /// Whether a last window may reach beyond the padding, PyTorch's `ceil_mode`.
  public var roundsUp: Bool

  /// Windows side by side unless a stride is given.
  public init(
    kernel: Int, stride: Int? = nil, padding: Padding1D = 0, dilation: Int = 1, roundsUp: Bool = false
  ) {
    (self.kernel, self.stride, self.padding) = (kernel, stride ?? kernel, padding)
    (self.dilation, self.roundsUp) = (dilation, roundsUp)
  }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// The maxima.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.maxPool1d(kernel: kernel, stride: stride, padding: padding, dilation: dilation, roundsUp: roundsUp)
  }

  /// [..., windows].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    let windows = AxisWindows(
      kernel: kernel, stride: stride, padding: padding, dilation: dilation, roundsUp: roundsUp)
    return try pooledShape(shape, [windows], "MaxPool1d")
  }

  /// The windows.
  public var summaryLine: String {
    line(
      "MaxPool1d", "kernel: \(kernel)", part("stride", stride, unless: kernel),
      part("padding", padding.text, unless: "0"), part("dilation", dilation, unless: 1),
      part("roundsUp", roundsUp, unless: false))
  }
}

/// The maximum of each window of the last two axes of [..., height, width]; see `Tensor.maxPool2d`.
public struct MaxPool2d: Layer {
  /// Elements of a window.
  public var kernel: Size2D
  /// From one window to the next.
  public var stride: Size2D
  /// Room around the image, at most half a window.
  public var padding: Padding2D
  /// From one element of a window to the next.
  public var dilation: Size2D
  /// Whether a last window may reach beyond the padding, PyTorch's `ceil_mode`.
  public var roundsUp: Bool

  /// Windows side by side unless a stride is given.
  public init(
    kernel: Size2D, stride: Size2D? = nil, padding: Padding2D = 0, dilation: Size2D = 1, roundsUp: Bool = false
  ) {
    (self.kernel, self.stride, self.padding) = (kernel, stride ?? kernel, padding)
    (self.dilation, self.roundsUp) = (dilation, roundsUp)
  }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// The maxima.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.maxPool2d(kernel: kernel, stride: stride, padding: padding, dilation: dilation, roundsUp: roundsUp)
  }

  /// [..., out height, out width].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try pooledShape(shape, AxisWindows.pair(kernel: kernel, stride, padding, dilation, roundsUp: roundsUp), "MaxPool2d")
  }

  /// The windows.
  public var summaryLine: String {
    line(
      "MaxPool2d", "kernel: \(kernel.text)", part("stride", stride.text, unless: kernel.text),
      part("padding", padding.text, unless: "0"), part("dilation", dilation.text, unless: "1"),
      part("roundsUp", roundsUp, unless: false))
  }
}

/// The mean of each window of the last axis of [..., positions]; see `Tensor.averagePool1d`.
public struct AveragePool1d: Layer {
  /// Elements of a window.
  public var kernel: Int
  /// From one window to the next.
  public var stride: Int
  /// Zeros before and after the positions, at most half a window.
  public var padding: Padding1D
  /// Whether the zeros count in the mean.
  public var countsPadding: Bool
  /// Whether a last window may reach beyond the padding, PyTorch's `ceil_mode`.
  public var roundsUp: Bool

  /// Windows side by side unless a stride is given.
  public init(
    kernel: Int, stride: Int? = nil, padding: Padding1D = 0, countsPadding: Bool = true,
    roundsUp: Bool = false
  ) {
    (self.kernel, self.stride, self.padding) = (kernel, stride ?? kernel, padding)
    (self.countsPadding, self.roundsUp) = (countsPadding, roundsUp)
  }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// The means.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.averagePool1d(
      kernel: kernel, stride: stride, padding: padding, countsPadding: countsPadding, roundsUp: roundsUp)
  }

  /// [..., windows].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    let windows = AxisWindows(kernel: kernel, stride: stride, padding: padding, dilation: 1, roundsUp: roundsUp)
    return try pooledShape(shape, [windows], "AveragePool1d")
  }

  /// The windows.
  public var summaryLine: String {
    line(
      "AveragePool1d", "kernel: \(kernel)", part("stride", stride, unless: kernel),
      part("padding", padding.text, unless: "0"), part("countsPadding", countsPadding, unless: true),
      part("roundsUp", roundsUp, unless: false))
  }
}

/// The mean of each window of the last two axes of [..., height, width]; see `Tensor.averagePool2d`.
public struct AveragePool2d: Layer {
  /// Elements of a window.
  public var kernel: Size2D
  /// From one window to the next.
  public var stride: Size2D
  /// Zeros around the image, at most half a window.
  public var padding: Padding2D
  /// Whether the zeros count in the mean.
  public var countsPadding: Bool
  /// Whether a last window may reach beyond the padding, PyTorch's `ceil_mode`.
  public var roundsUp: Bool

  /// Windows side by side unless a stride is given.
  public init(
    kernel: Size2D, stride: Size2D? = nil, padding: Padding2D = 0, countsPadding: Bool = true,
    roundsUp: Bool = false
  ) {
    (self.kernel, self.stride, self.padding) = (kernel, stride ?? kernel, padding)
    (self.countsPadding, self.roundsUp) = (countsPadding, roundsUp)
  }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// The means.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.averagePool2d(
      kernel: kernel, stride: stride, padding: padding, countsPadding: countsPadding, roundsUp: roundsUp)
  }

  /// [..., out height, out width].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try pooledShape(shape, AxisWindows.pair(kernel: kernel, stride, padding, 1, roundsUp: roundsUp), "AveragePool2d")
  }

  /// The windows.
  public var summaryLine: String {
    line(
      "AveragePool2d", "kernel: \(kernel.text)", part("stride", stride.text, unless: kernel.text),
      part("padding", padding.text, unless: "0"), part("countsPadding", countsPadding, unless: true),
      part("roundsUp", roundsUp, unless: false))
  }
}
