import Foundation
import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// 280 random convolutions and 320 random poolings as layers against torch (Tests/References/Networks/windows.py).
struct WindowTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let kind: String
    let index: Int
    let shape, output: [Int]
    let projections: [Double]
    let kernel, stride, padding, dilation, outputPadding, sizes: [Int]?
    let outputs, groups: Int?
    let bias, countsPadding, isSame, roundsUp: Bool?
    var testDescription: String { "\(kind) \(index)" }
  }

  private struct Reference: Decodable { let cases: [Case] }

  static let cases: [Case] = {
    let path = URL(filePath: #filePath).appending(path: "../../../References/Networks/windows.json").standardizedFileURL
    let reference = try? JSONDecoder().decode(Reference.self, from: Data(contentsOf: path))
    return reference?.cases ?? []
  }()

  @Test func thereAreEnough() {
    #expect(WindowTests.cases.count == 600 && WindowTests.cases.count { $0.kind.hasPrefix("Conv") } == 280)
    #expect(WindowTests.cases.count { $0.isSame == true } == 40)
    #expect(WindowTests.cases.count { $0.roundsUp == true } == 80)
    #expect(Set(WindowTests.cases.map(\.kind)).count == 12)
  }

  @Test(arguments: [DType.float64, .float32]) func allEqualTorch(_ dtype: DType) throws {
    for reference in WindowTests.cases { try expectEqual(reference, dtype) }
  }

  private func expectEqual(_ reference: Case, _ dtype: DType) throws {
    let seed = 10 * reference.index
    let x = numbers(seed, reference.shape).converted(to: dtype)
    var model = Pair(layer: layer(reference, dtype), x: x)
    #expect(try model.layer.outputShape(for: reference.shape) == reference.output, "\(reference.testDescription)")
    let g = numbers(seed + 3, reference.output).converted(to: dtype)
    nonisolated(unsafe) var y = Tensor(0)
    let (_, gradients) = valueAndGradient(of: &model) { model in
      y = model.value()
      return (y * g).sum()
    }
    var found = [y, gradients["x"]]
    found += [gradients["layer.weight"], gradients["layer.bias"]].filter { $0 != nil }
    #expect(found.count == reference.projections.count)
    for (place, (tensor, wanted)) in zip(found, reference.projections).enumerated() {
      let tensor = try #require(tensor)
      let direction = numbers(seed + 4 + place, tensor.shape)
      let terms = tensor.converted(to: .float64) * direction
      let tolerance = (dtype == .float64 ? 1e-14 : 5e-7) * (1 + terms.abs().sum().item) * 10
      #expect(
        abs(terms.sum().item - wanted) <= tolerance,
        "\(reference.testDescription) \(dtype) projection \(place): \(terms.sum().item), not \(wanted)")
    }
  }

  private func layer(_ reference: Case, _ dtype: DType) -> any Layer {
    let seed = 10 * reference.index
    func both(_ values: [Int]?) -> Size2D { Size2D(height: values?.first ?? 1, width: values?.last ?? 1) }
    func one(_ values: [Int]?) -> Int { values?.first ?? 0 }
    let sides = both(reference.padding)
    let isSame = reference.isSame == true
    let padding: Padding2D = isSame ? .same : Padding2D(height: sides.height, width: sides.width)
    let padding1D: Padding1D = isSame ? .same : Padding1D(one(reference.padding))
    let roundsUp = reference.roundsUp ?? false
    let (outputs, groups) = (reference.outputs ?? 1, reference.groups ?? 1)
    let isTransposed = reference.kind.hasPrefix("ConvTransposed")
    let channels = isTransposed ? [reference.shape[1], outputs / groups] : [outputs, reference.shape[1] / groups]
    let weight = numbers(seed + 1, channels + (reference.kernel ?? [])).converted(to: dtype)
    let bias = reference.bias == true ? numbers(seed + 2, [outputs]).converted(to: dtype) : nil
    switch reference.kind {
    case "Conv1d":
      return Conv1d(
        weight: weight, bias: bias, stride: one(reference.stride), padding: padding1D,
        dilation: one(reference.dilation), groups: groups)
    case "Conv2d":
      return Conv2d(
        weight: weight, bias: bias, stride: both(reference.stride), padding: padding,
        dilation: both(reference.dilation), groups: groups)
    case "ConvTransposed1d":
      return ConvTransposed1d(
        weight: weight, bias: bias, stride: one(reference.stride), padding: padding1D,
        outputPadding: one(reference.outputPadding), dilation: one(reference.dilation), groups: groups)
    case "ConvTransposed2d":
      return ConvTransposed2d(
        weight: weight, bias: bias, stride: both(reference.stride), padding: padding,
        outputPadding: both(reference.outputPadding), dilation: both(reference.dilation), groups: groups)
    case "MaxPool1d":
      return MaxPool1d(
        kernel: one(reference.kernel), stride: one(reference.stride), padding: padding1D,
        dilation: one(reference.dilation), roundsUp: roundsUp)
    case "MaxPool2d":
      return MaxPool2d(
        kernel: both(reference.kernel), stride: both(reference.stride), padding: padding,
        dilation: both(reference.dilation), roundsUp: roundsUp)
    case "AveragePool1d":
      return AveragePool1d(
        kernel: one(reference.kernel), stride: one(reference.stride), padding: padding1D,
        countsPadding: reference.countsPadding ?? true, roundsUp: roundsUp)
    case "AveragePool2d":
      return AveragePool2d(
        kernel: both(reference.kernel), stride: both(reference.stride), padding: padding,
        countsPadding: reference.countsPadding ?? true, roundsUp: roundsUp)
    case "AdaptiveMaxPool1d": return AdaptiveMaxPool1d(output: one(reference.sizes))
    case "AdaptiveMaxPool2d": return AdaptiveMaxPool2d(output: both(reference.sizes))
    case "AdaptiveAveragePool1d": return AdaptiveAveragePool1d(output: one(reference.sizes))
    default: return AdaptiveAveragePool2d(output: both(reference.sizes))
    }
  }
}

/// Multiples of 2⁻²³ in [−1, 1) that follow from a seed, as in windows.py.
private func numbers(_ seed: Int, _ shape: [Int]) -> Tensor {
  let values = (0..<shape.reduce(1, *)).map { index -> Double in
    var z = (UInt64(index) &+ UInt64(seed) << 32 &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 40) * 0x1p-23 - 1
  }
  return Tensor(values, shape: shape)
}

/// A layer and its input, both of which are differentiated by.
private struct Pair: Module {
  var layer: any Layer
  var x: Tensor

  mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.module("layer", &layer)
    try visitor.parameter("x", &x)
  }

  mutating func value() -> Tensor {
    var pass = Pass.training(using: RandomGenerator(seed: 1))
    return layer.forward(x, &pass)
  }
}
