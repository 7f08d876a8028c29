import SurprisalCore
import SurprisalNetworks
import SurprisalTensors

/// The block of small residual networks (He, Zhang, Ren and Sun 2016, figure 2): two convolutions of 3 × 3, each with
/// batch normalization, and the input added before the last rectifier.
///
///     y = relu(BN(conv(relu(BN(conv(x))))) + shortcut(x))
///
/// Shapes: x [batch, inputs, height, width], y [batch, outputs, ⌈height / stride⌉, ⌈width / stride⌉]. The shortcut is x
/// itself, or a convolution of 1 × 1 where the shape changes. Names as torchvision's `BasicBlock`.
public struct ResidualBlock: Layer {
  var first: Conv2d
  var firstNorm: BatchNorm
  var second: Conv2d
  var secondNorm: BatchNorm
  var shortcut: Shortcut?

  /// A block with weights drawn as `Conv2d` draws them; convolutions have no bias, for the normalization takes it out.
  public init(inputs: Int, outputs: Int, stride: Int = 1, using generator: inout RandomGenerator) {
    first = Conv2d(
      inputs: inputs, outputs: outputs, kernel: 3, stride: Size2D(stride), padding: 1, bias: false, using: &generator)
    firstNorm = BatchNorm(channels: outputs)
    second = Conv2d(inputs: outputs, outputs: outputs, kernel: 3, padding: 1, bias: false, using: &generator)
    secondNorm = BatchNorm(channels: outputs)
    shortcut = Shortcut(inputs: inputs, outputs: outputs, stride: stride, using: &generator)
  }

  /// Shows the convolutions, their normalizations and the shortcut.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.module("conv1", &first)
    try visitor.module("bn1", &firstNorm)
    try visitor.module("conv2", &second)
    try visitor.module("bn2", &secondNorm)
    try visitor.module("downsample", &shortcut)
  }

  /// relu(main(x) + shortcut(x)).
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let hidden = firstNorm.forward(first.forward(x, &pass), &pass).relu()
    let main = secondNorm.forward(second.forward(hidden, &pass), &pass)
    return (main + (shortcut?.forward(x, &pass) ?? x)).relu()
  }

  /// [batch, outputs, ⌈height / stride⌉, ⌈width / stride⌉].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try second.outputShape(for: first.outputShape(for: shape, named: "conv1"), named: "conv2")
  }

  /// The shortcut goes around all others.
  public var composition: LayerComposition { .chainBeside(shortcut: "downsample") }
}

/// The block of ResNeXt (Xie et al. 2017, figure 3c): 1 × 1, then 3 × 3 in groups, then 1 × 1, each with batch
/// normalization, and the input added before the last rectifier.
///
/// Shapes: x [batch, inputs, height, width], y [batch, outputs, ⌈height / stride⌉, ⌈width / stride⌉]; the channels
/// between are `width`, a multiple of `groups`. Names as torchvision's `Bottleneck`.
public struct ResNeXtBlock: Layer {
  var convolutions: [Conv2d]
  var norms: [BatchNorm]
  var shortcut: Shortcut?

  /// A block with weights drawn as `Conv2d` draws them.
  public init(
    inputs: Int, width: Int, outputs: Int, groups: Int, stride: Int = 1, using generator: inout RandomGenerator
  ) {
    convolutions = [
      Conv2d(inputs: inputs, outputs: width, kernel: 1, bias: false, using: &generator),
      Conv2d(
        inputs: width, outputs: width, kernel: 3, stride: Size2D(stride), padding: 1, groups: groups, bias: false,
        using: &generator),
      Conv2d(inputs: width, outputs: outputs, kernel: 1, bias: false, using: &generator),
    ]
    norms = [BatchNorm(channels: width), BatchNorm(channels: width), BatchNorm(channels: outputs)]
    shortcut = Shortcut(inputs: inputs, outputs: outputs, stride: stride, using: &generator)
  }

  /// Shows the convolutions, their normalizations and the shortcut.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    for index in convolutions.indices {
      try visitor.module("conv\(index + 1)", &convolutions[index])
      try visitor.module("bn\(index + 1)", &norms[index])
    }
    try visitor.module("downsample", &shortcut)
  }

  /// relu(main(x) + shortcut(x)).
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    var main = x
    for index in convolutions.indices {
      if index > 0 { main = main.relu() }
      main = norms[index].forward(convolutions[index].forward(main, &pass), &pass)
    }
    return (main + (shortcut?.forward(x, &pass) ?? x)).relu()
  }

  /// [batch, outputs, ⌈height / stride⌉, ⌈width / stride⌉].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    var shape = shape
    for (index, convolution) in convolutions.enumerated() {
      shape = try convolution.outputShape(for: shape, named: "conv\(index + 1)")
    }
    return shape
  }

  /// The shortcut goes around all others.
  public var composition: LayerComposition { .chainBeside(shortcut: "downsample") }
}

/// The way around a block where the shape changes: a convolution of 1 × 1 with batch normalization.
struct Shortcut: Layer {
  var convolution: Conv2d
  var norm: BatchNorm

  /// Nil where the input can be added as it is.
  init?(inputs: Int, outputs: Int, stride: Int, using generator: inout RandomGenerator) {
    if inputs == outputs, stride == 1 { return nil }
    convolution = Conv2d(
      inputs: inputs, outputs: outputs, kernel: 1, stride: Size2D(stride), bias: false, using: &generator)
    norm = BatchNorm(channels: outputs)
  }

  mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.module("0", &convolution)
    try visitor.module("1", &norm)
  }

  mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    norm.forward(convolution.forward(x, &pass), &pass)
  }

  func outputShape(for shape: [Int]) throws -> [Int] { try convolution.outputShape(for: shape, named: "0") }

  var composition: LayerComposition { .chain }
}
