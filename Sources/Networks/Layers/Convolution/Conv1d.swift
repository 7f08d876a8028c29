import SurprisalCore
import SurprisalTensors

/// The cross-correlation of each row of channels with a set of kernels, plus a bias for each output channel.
///
/// Shapes: x [batch, inputs, positions], weight [outputs, inputs / groups, kernel], bias [outputs],
/// y [batch, outputs, out positions]; their number as in `Conv2d`. PyTorch's names and layout.
public struct Conv1d: Layer {
  /// [outputs, inputs / groups, kernel].
  public var weight: Tensor
  /// [outputs], or nil.
  public var bias: Tensor?
  /// From one window to the next.
  public var stride: Int
  /// Zeros before and after the positions; `.same`, with stride 1, leaves their number as it is.
  public var padding: Padding1D
  /// From one element of a window to the next.
  public var dilation: Int
  /// Parts into which both kinds of channels are split.
  public var groups: Int

  /// A layer with weight and bias drawn uniformly from ±1/√n, n the elements of a kernel: PyTorch's default.
  public init(
    inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Padding1D = 0, dilation: Int = 1,
    groups: Int = 1, bias: Bool = true, dtype: DType = .float32, using generator: inout RandomGenerator
  ) {
    checkGroups(groups, inputs: inputs, outputs: outputs, "Conv1d")
    weight = .uniformByFan([outputs, inputs / groups, kernel], dtype, using: &generator)
    self.bias = bias ? .uniformByFan(of: weight, count: outputs, using: &generator) : nil
    (self.stride, self.padding, self.dilation, self.groups) = (stride, padding, dilation, groups)
  }

  /// A layer with the given weight and bias.
  public init(
    weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding1D = 0, dilation: Int = 1, groups: Int = 1
  ) {
    precondition(
      weight.rank == 3 && (bias == nil || bias?.shape == [weight.shape[0]]),
      "Conv1d: weight \(weight.shape) and bias \(bias?.shape ?? []) are not [outputs, inputs, kernel] and [outputs]")
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
    x.convolution1d(
      weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  /// [batch, outputs, out positions].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    let windows = AxisWindows(kernel: weight.shape[2], stride: stride, padding: padding, dilation: dilation)
    return try convolvedShape(shape, [windows], inputs: weight.shape[1] * groups, outputs: weight.shape[0], "Conv1d")
  }

  /// The extents and whatever is not the default.
  public var summaryLine: String {
    convolutionLine(
      "Conv1d", inputs: weight.shape[1] * groups, outputs: weight.shape[0], kernel: Size2D(weight.shape[2]),
      stride: Size2D(stride), padding: padding.text, dilation: Size2D(dilation), groups: groups, hasBias: bias != nil)
  }
}
