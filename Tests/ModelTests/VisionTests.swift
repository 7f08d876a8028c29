import Foundation
import SurprisalCore
import SurprisalData
import SurprisalModels
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Networks for images: residual ones against torch (Tests/References/Models/vision.py), LeNet by its layers.
@Suite struct VisionTests {
  private static let file = Result {
    try SafetensorsFile(
      path: URL(filePath: #filePath).appending(path: "../../References/Models/vision.safetensors").standardizedFileURL
        .path)
  }

  private func check(_ name: String, _ untrained: some Layer) throws {
    let file = try VisionTests.file.get()
    var network = untrained
    try network.load(from: file, prefix: "\(name)/w/")
    let x = try Tensor("\(name)/x", of: file).converted(to: .float32)
    let inference = network(x)
    var pass = Pass.training(using: RandomGenerator(seed: 0))
    let training = network.forward(x, &pass)
    for (found, part) in [(inference, "y"), (training, "training")] {
      let expected = try Tensor("\(name)/\(part)", of: file).scalars(as: Double.self)
      #expect(found.shape == [3, 3])
      let scale = expected.reduce(1) { max($0, abs($1)) }
      for (a, b) in zip(found.scalars(as: Double.self), expected) { #expect(abs(a - b) < 1e-4 * scale, "\(part)") }
    }
    #expect(try network.outputShape(for: x.shape) == [3, 3])
  }

  @Test func residualNetworksEqualTorch() throws {
    var generator = RandomGenerator(seed: 1)
    try check(
      "resnet",
      ResidualNetwork<ResidualBlock>(channels: 2, outputs: 3, stages: [2, 1], width: 4, using: &generator))
    try check(
      "resnext",
      ResidualNetwork<ResNeXtBlock>(
        channels: 2, outputs: 3, stages: [1, 2], groups: 2, groupWidth: 2, using: &generator))
  }

  /// Weights of convolutions in groups, and of the 1 × 1 around them, by adding up.
  @Test func groupsHaveFewerWeights() {
    var generator = RandomGenerator(seed: 1)
    let standard = ResidualNetwork<ResNeXtBlock>(channels: 1, outputs: 10, stages: [2, 1, 1], using: &generator)
    #expect(standard.parameterCount == 142_826)
    let small = ResidualNetwork<ResNeXtBlock>(
      channels: 3, outputs: 5, stages: [1, 1], groups: 2, groupWidth: 4, using: &generator)
    #expect(small.parameterCount == 3_725)
  }

  /// The kinds of LeNet's layers one after another.
  private func lines(isClassic: Bool, batchNormalization: Bool) throws -> [String] {
    var generator = RandomGenerator(seed: 1)
    let network = try Sequential.leNet(
      image: [1, 28, 28], outputs: 10, isClassic: isClassic, batchNormalization: batchNormalization, using: &generator)
    return network.layers.map { String($0.summaryLine.prefix { $0 != "(" }) }
  }

  @Test func theFormsOfLeNetDifferInTheirLayers() throws {
    #expect(
      try lines(isClassic: true, batchNormalization: false) == [
        "Conv2d", "Sigmoid", "AveragePool2d", "Conv2d", "Sigmoid", "AveragePool2d", "Flatten", "Linear", "Sigmoid",
        "Linear", "Sigmoid", "Linear",
      ])
    #expect(
      try lines(isClassic: false, batchNormalization: true) == [
        "Conv2d", "BatchNorm", "ReLU", "MaxPool2d", "Conv2d", "BatchNorm", "ReLU", "MaxPool2d", "Flatten", "Linear",
        "BatchNorm", "ReLU", "Linear", "BatchNorm", "ReLU", "Linear",
      ])
    var generator = RandomGenerator(seed: 1)
    let network = try Sequential.leNet(image: [1, 28, 28], outputs: 10, batchNormalization: true, using: &generator)
    #expect(network.parameterCount == 61_706 + 2 * (6 + 16 + 120 + 84))
    #expect(try network.outputShape(for: [2, 1, 28, 28]) == [2, 10])
    for size in [[1, 12, 12], [3, 13, 20]] {
      let small = try Sequential.leNet(image: size, outputs: 4, using: &generator)
      #expect(small(Tensor(zeros: [2] + size)).shape == [2, 4])
    }
    #expect(throws: SurprisalError.self) { try Sequential.leNet(image: [1, 11, 12], outputs: 4, using: &generator) }
  }
}
