import SurprisalCore
import SurprisalTensors

/// The transposed convolution of rows of channels: the derivative by x of the convolution with the same weight, plus a
/// bias.
///
/// Shapes: x [batch, inputs, positions], weight [inputs, outputs / groups, kernel], bias [outputs],
/// y [batch, outputs, out positions]; their number as in `ConvTransposed2d`. PyTorch's names and layout
/// (`ConvTranspose1d`).
public struct ConvTransposed1d: Layer {
  /// [inputs, outputs / groups, kernel].
  public var weight: Tensor
  /// [outputs], or nil.
  public var bias: Tensor?
  /// From one input's window to the next.
  public var stride: Int
  /// Positions taken away before and after the result.
  public var padding: Padding1D
  /// Positions added at the end.
  public var outputPadding: Int
  /// From one element of a window to the next.
  public var dilation: Int
  /// Parts into which both kinds of channels are split.
  public var groups: Int

  /// A layer with weight and bias drawn uniformly from ±1/√n, n = outputs / groups · kernel: PyTorch's default.
  public init(
    inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Padding1D = 0, outputPadding: Int = 0,
    dilation: Int = 1, groups: Int = 1, bias: Bool = true, dtype: DType = .float32,
    using generator: inout RandomGenerator
  ) {
    checkGroups(groups, inputs: inputs, outputs: outputs, "ConvTransposed1d")
    weight = .uniformByFan([inputs, outputs / groups, kernel], dtype, using: &generator)
    self.bias = bias ? .uniformByFan(of: weight, count: outputs, using: &generator) : nil
    (self.stride, self.padding, self.outputPadding) = (stride, padding, outputPadding)
    (self.dilation, self.groups) = (dilation, groups)
  }

  /// A layer with the given weight and bias.
  public init(
    weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding1D = 0, outputPadding: Int = 0,
    dilation: Int = 1, groups: Int = 1
  ) {
    precondition(
      weight.rank == 3 && (bias == nil || bias?.shape == [weight.shape[1] * groups]),
      "ConvTransposed1d: weight \(weight.shape) and bias \(bias?.shape ?? []) are not [inputs, outputs / groups, "
        + "kernel] and [outputs]")
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
    x.convolutionTransposed1d(
      weight: weight, bias: bias, stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
      groups: groups)
  }

  /// [batch, outputs, out positions].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    let windows = AxisWindows(kernel: weight.shape[2], stride: stride, padding: padding, dilation: dilation)
    return try transposedShape(
      shape, [windows], more: [outputPadding], inputs: weight.shape[0], outputs: weight.shape[1] * groups,
      "ConvTransposed1d")
  }

  /// The extents and whatever is not the default.
  public var summaryLine: String {
    convolutionLine(
      "ConvTransposed1d", inputs: weight.shape[0], outputs: weight.shape[1] * groups, kernel: Size2D(weight.shape[2]),
      stride: Size2D(stride), padding: padding.text, outputPadding: Size2D(outputPadding), dilation: Size2D(dilation),
      groups: groups, hasBias: bias != nil)
  }
}
