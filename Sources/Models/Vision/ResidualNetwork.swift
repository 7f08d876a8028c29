import SurprisalCore
import SurprisalNetworks
import SurprisalTensors

/// A residual network for small images (He, Zhang, Ren and Sun 2016): a convolution of 3 × 3, stages of blocks, the
/// mean over all positions, and a linear layer.
///
/// The first block of every stage but the first halves height and width; every stage doubles the channels. With four
/// stages of two blocks and 64 channels this is ResNet-18 in the form used for 32 × 32 images. Names as torchvision's
/// `ResNet`: `conv1`, `bn1`, `layer1.0.conv1`, …, `fc`.
///
/// Shapes: x [batch, channels, height, width], y logits [batch, outputs].
public struct ResidualNetwork<Block: Layer>: Layer {
  var stem: Conv2d
  var stemNorm: BatchNorm
  var stages: [[Block]]
  var pool = SpatialMean()
  var head: Linear

  /// Blocks made by `block` from the channels that come in and go out of them, and their stride.
  init(
    channels: Int, stages blocks: [Int], stem width: Int, widths: [Int], outputs: Int,
    using generator: inout RandomGenerator,
    block: (_ inputs: Int, _ outputs: Int, _ stride: Int, inout RandomGenerator) -> Block
  ) {
    stem = Conv2d(inputs: channels, outputs: width, kernel: 3, padding: 1, bias: false, using: &generator)
    stemNorm = BatchNorm(channels: width)
    var last = width
    stages = []
    for (stage, count) in blocks.enumerated() {
      var made: [Block] = []
      for index in 0..<count {
        made.append(block(last, widths[stage], stage > 0 && index == 0 ? 2 : 1, &generator))
        last = widths[stage]
      }
      stages.append(made)
    }
    head = Linear(inputs: last, outputs: outputs, using: &generator)
  }

  /// Shows the stem, the stages and the head.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.module("conv1", &stem)
    try visitor.module("bn1", &stemNorm)
    for index in stages.indices { try visitor.modules("layer\(index + 1)", &stages[index]) }
    try visitor.module("avgpool", &pool)
    try visitor.module("fc", &head)
  }

  /// The logits.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    var y = stemNorm.forward(stem.forward(x, &pass), &pass).relu()
    for stage in stages.indices {
      for index in stages[stage].indices { y = stages[stage][index].forward(y, &pass) }
    }
    return head.forward(pool.forward(y, &pass), &pass)
  }

  /// [batch, outputs].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    var shape = try stem.outputShape(for: shape, named: "conv1")
    for (stage, blocks) in stages.enumerated() {
      for (index, block) in blocks.enumerated() {
        shape = try block.outputShape(for: shape, named: "layer\(stage + 1).\(index)")
      }
    }
    return try head.outputShape(for: pool.outputShape(for: shape), named: "fc")
  }

  /// Each takes what the one before gives.
  public var composition: LayerComposition { .chain }
}

/// The mean over all positions: [batch, channels] of [batch, channels, height, width].
struct SpatialMean: Layer {
  mutating func fields(_ visitor: inout some FieldVisitor) throws {}
  mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor { x.mean(alongAxes: [2, 3]) }
  func outputShape(for shape: [Int]) throws -> [Int] { Array(shape.prefix(2)) }
}

extension ResidualNetwork where Block == ResidualBlock {
  /// A network of basic blocks, `stages` of them each, with `width` channels in the first stage.
  ///
  /// Weights as `Conv2d` and `Linear` draw them, PyTorch's default; torchvision draws convolutions by He's rule.
  public init(
    channels: Int, outputs: Int, stages: [Int] = [2, 2, 2, 2], width: Int = 64, using generator: inout RandomGenerator
  ) {
    self.init(
      channels: channels, stages: stages, stem: width, widths: stages.indices.map { width << $0 }, outputs: outputs,
      using: &generator
    ) { ResidualBlock(inputs: $0, outputs: $1, stride: $2, using: &$3) }
  }
}

extension ResidualNetwork where Block == ResNeXtBlock {
  /// ResNeXt: blocks whose inner convolution of `groupWidth` channels a group, doubled from stage to stage, is in
  /// `groups` parts; a stage gives twice its inner channels.
  public init(
    channels: Int, outputs: Int, stages: [Int] = [2, 2, 2], groups: Int = 8, groupWidth: Int = 4,
    using generator: inout RandomGenerator
  ) {
    let width = groups * groupWidth
    self.init(
      channels: channels, stages: stages, stem: width, widths: stages.indices.map { 2 * width << $0 },
      outputs: outputs, using: &generator
    ) { inputs, outputs, stride, generator in
      ResNeXtBlock(
        inputs: inputs, width: outputs / 2, outputs: outputs, groups: groups, stride: stride, using: &generator)
    }
  }
}
