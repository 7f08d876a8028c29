import SurprisalCore
import SurprisalTensors

/// The cross-correlation of each image with a set of kernels, plus a bias for each output channel.
///
/// Shapes: x [batch, inputs, height, width], weight [outputs, inputs / groups, kernel height, kernel width],
/// bias [outputs], y [batch, outputs, out height, out width] with
/// out = ⌊(in + padding − dilation · (kernel − 1) − 1) / stride⌋ + 1, the padding of both sides. PyTorch's names and
/// layout.
public struct Conv2d: Layer {
  /// [outputs, inputs / groups, kernel height, kernel width].
  public var weight: Tensor
  /// [outputs], or nil.
  public var bias: Tensor?
  /// From one window to the next.
  public var stride: Size2D
  /// Zeros around the image; `.same`, with stride 1, leaves its size as it is.
  public var padding: Padding2D
  /// From one element of a window to the next.
  public var dilation: Size2D
  /// Parts into which both kinds of channels are split.
  public var groups: Int

  /// A layer with weight and bias drawn uniformly from ±1/√n, n the elements of a kernel: PyTorch's default.
  public init(
    inputs: Int, outputs: Int, kernel: Size2D, stride: Size2D = 1, padding: Padding2D = 0, dilation: Size2D = 1,
    groups: Int = 1, bias: Bool = true, dtype: DType = .float32, using generator: inout RandomGenerator
  ) {
    checkGroups(groups, inputs: inputs, outputs: outputs, "Conv2d")
    weight = .uniformByFan([outputs, inputs / groups, kernel.height, kernel.width], dtype, using: &generator)
    self.bias = bias ? .uniformByFan(of: weight, count: outputs, using: &generator) : nil
    (self.stride, self.padding, self.dilation, self.groups) = (stride, padding, dilation, groups)
  }

  /// A layer with the given weight and bias.
  public init(
    weight: Tensor, bias: Tensor? = nil, stride: Size2D = 1, padding: Padding2D = 0, dilation: Size2D = 1,
    groups: Int = 1
  ) {
    precondition(
      weight.rank == 4 && (bias == nil || bias?.shape == [weight.shape[0]]),
      "Conv2d: weight \(weight.shape) and bias \(bias?.shape ?? []) are not [outputs, inputs, height, width] and "
        + "[outputs]")
    (self.weight, self.bias, self.stride) = (weight, bias, stride)
    (self.padding, self.dilation, self.groups) = (padding, dilation, groups)
  }

  /// Shows weight and bias.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.parameter("weight", &weight)
    try visitor.parameter("bias", &bias)
  }

  /// x ∗ weight + bias.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.convolution2d(
      weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  /// [batch, outputs, out height, out width].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    let windows = AxisWindows.pair(kernel: kernel, stride, padding, dilation)
    return try convolvedShape(shape, windows, inputs: weight.shape[1] * groups, outputs: weight.shape[0], "Conv2d")
  }

  private var kernel: Size2D { Size2D(height: weight.shape[2], width: weight.shape[3]) }

  /// The extents and whatever is not the default.
  public var summaryLine: String {
    convolutionLine(
      "Conv2d", inputs: weight.shape[1] * groups, outputs: weight.shape[0], kernel: kernel, stride: stride,
      padding: padding.text, dilation: dilation, groups: groups, hasBias: bias != nil)
  }
}
