import SurprisalCore
import SurprisalNetworks
import SurprisalTensors

/// LeNet.
public struct LeNetRecipe: NetworkRecipe {
  /// `lenet`.
  public static let name = "lenet"
  /// One line.
  public static let summary = "LeNet: two convolutions and three linear layers"
  /// Sigmoids and average pooling as in 1998, instead of rectifiers and the largest of each window.
  public var classic = false
  /// Batch normalization before every nonlinearity.
  public var batchNormalization = true

  /// The modern form with batch normalization.
  public init() {}

  /// `Sequential.leNet`.
  public func network(for shape: [Int], outputs: Int, using generator: inout RandomGenerator) throws -> any Layer {
    try Sequential.leNet(
      image: image(shape), outputs: outputs, isClassic: classic, batchNormalization: batchNormalization,
      using: &generator)
  }
}

/// A residual network.
public struct ResNetRecipe: NetworkRecipe {
  /// `resnet`.
  public static let name = "resnet"
  /// One line.
  public static let summary = "residual network; stages 2,2,2,2 of width 64 are ResNet-18"
  /// How many blocks each stage has.
  public var stages = [1, 1, 1]
  /// The channels of the first stage; every stage doubles them.
  public var width = 32

  /// A small one: three stages of one block, from 32 channels.
  public init() {}

  /// `ResidualNetwork` of `ResidualBlock`s.
  public func network(for shape: [Int], outputs: Int, using generator: inout RandomGenerator) throws -> any Layer {
    let shape = try image(shape)
    try check(
      "stages", (1...8).contains(stages.count) && stages.allSatisfy { (1...1_000).contains($0) }, "1 to 8 counts")
    try check("width", (1...4_096).contains(width), "a whole number from 1 to 4096")
    return ResidualNetwork<ResidualBlock>(
      channels: shape[0], outputs: outputs, stages: stages, width: width, using: &generator)
  }
}

/// ResNeXt.
public struct ResNeXtRecipe: NetworkRecipe {
  /// `resnext`.
  public static let name = "resnext"
  /// One line.
  public static let summary = "ResNeXt: residual blocks with convolutions in groups"
  /// How many blocks each stage has.
  public var stages = [1, 1, 1]
  /// The parts that inner convolutions are split in (the paper's cardinality).
  public var groups = 8
  /// The channels of a group in the first stage; every stage doubles them.
  public var groupWidth = 4

  /// A small one: three stages of one block in 8 groups of 4 channels.
  public init() {}

  /// `ResidualNetwork` of `ResNeXtBlock`s.
  public func network(for shape: [Int], outputs: Int, using generator: inout RandomGenerator) throws -> any Layer {
    let shape = try image(shape)
    try check(
      "stages", (1...8).contains(stages.count) && stages.allSatisfy { (1...1_000).contains($0) }, "1 to 8 counts")
    try check("groups", (1...1_024).contains(groups), "a whole number from 1 to 1024")
    try check("groupWidth", (1...1_024).contains(groupWidth), "a whole number from 1 to 1024")
    return ResidualNetwork<ResNeXtBlock>(
      channels: shape[0], outputs: outputs, stages: stages, groups: groups, groupWidth: groupWidth, using: &generator)
  }
}
