import SurprisalCore
import SurprisalTensors

/// The transposed convolution of images: the derivative by x of the convolution with the same weight, plus a bias.
///
/// Shapes: x [batch, inputs, height, width], weight [inputs, outputs / groups, kernel height, kernel width],
/// bias [outputs], y [batch, outputs, out height, out width] with
/// out = (in − 1) · stride − padding + dilation · (kernel − 1) + 1 + outputPadding, the padding of both sides.
/// PyTorch's names and layout (`ConvTranspose2d`).
public struct ConvTransposed2d: Layer {
  /// [inputs, outputs / groups, kernel height, kernel width].
  public var weight: Tensor
  /// [outputs], or nil.
  public var bias: Tensor?
  /// From one input's window to the next.
  public var stride: Size2D
  /// Rows and columns taken away around the result.
  public var padding: Padding2D
  /// Rows and columns added at the end.
  public var outputPadding: Size2D
  /// From one element of a window to the next.
  public var dilation: Size2D
  /// Parts into which both kinds of channels are split.
  public var groups: Int

  /// A layer with weight and bias drawn uniformly from ±1/√n, n = outputs / groups · kernel: PyTorch's default.
  public init(
    inputs: Int, outputs: Int, kernel: Size2D, stride: Size2D = 1, padding: Padding2D = 0, outputPadding: Size2D = 0,
    dilation: Size2D = 1, groups: Int = 1, bias: Bool = true, dtype: DType = .float32,
    using generator: inout RandomGenerator
  ) {
    checkGroups(groups, inputs: inputs, outputs: outputs, "ConvTransposed2d")
    weight = .uniformByFan([inputs, outputs / groups, kernel.height, kernel.width], dtype, using: &generator)
    self.bias = bias ? .uniformByFan(of: weight, count: outputs, using: &generator) : nil
    (self.stride, self.padding, self.outputPadding) = (stride, padding, outputPadding)
    (self.dilation, self.groups) = (dilation, groups)
  }

  /// A layer with the given weight and bias.
  public init(
    weight: Tensor, bias: Tensor? = nil, stride: Size2D = 1, padding: Padding2D = 0, outputPadding: Size2D = 0,
    dilation: Size2D = 1, groups: Int = 1
  ) {
    precondition(
      weight.rank == 4 && (bias == nil || bias?.shape == [weight.shape[1] * groups]),
      "ConvTransposed2d: weight \(weight.shape) and bias \(bias?.shape ?? []) are not [inputs, outputs / groups, "
        + "height, width] and [outputs]")
    (self.weight, self.bias, self.stride, self.padding) = (weight, bias, stride, padding)
    (self.outputPadding, self.dilation, self.groups) = (outputPadding, dilation, groups)
  }

  /// Shows weight and bias.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.parameter("weight", &weight)
    try visitor.parameter("bias", &bias)
  }

  /// The transposed convolution of x with the weight, plus the bias.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.convolutionTransposed2d(
      weight: weight, bias: bias, stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
      groups: groups)
  }

  /// [batch, outputs, out height, out width].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    let windows = AxisWindows.pair(kernel: kernel, stride, padding, dilation)
    return try transposedShape(
      shape, windows, more: [outputPadding.height, outputPadding.width], inputs: weight.shape[0],
      outputs: weight.shape[1] * groups, "ConvTransposed2d")
  }

  private var kernel: Size2D { Size2D(height: weight.shape[2], width: weight.shape[3]) }

  /// The extents and whatever is not the default.
  public var summaryLine: String {
    convolutionLine(
      "ConvTransposed2d", inputs: weight.shape[0], outputs: weight.shape[1] * groups, kernel: kernel, stride: stride,
      padding: padding.text, outputPadding: outputPadding, dilation: dilation, groups: groups, hasBias: bias != nil)
  }
}
