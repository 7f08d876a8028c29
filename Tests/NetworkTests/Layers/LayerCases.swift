import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// A case of a layer: inputs, weights, and what torch made of them (Tests/References/Networks/layers.py).
struct LayerCase: Sendable, CustomTestStringConvertible {
  let name: String
  let options: JSONValue

  /// The layer's name here.
  var kind: String { String(name.prefix { $0 != "/" }) }
  var testDescription: String { name }

  /// The cases of the file, in its order.
  static let all: [LayerCase] = {
    guard let attributes = try? file.get().metadata("attributes"),
      case .object(let members)? = try? JSONValue(parsing: attributes, file: "layers")
    else { return [] }
    return members.map { LayerCase(name: $0.key, options: $0.value) }
  }()

  static let file = Result { try SafetensorsFile(path: path) }
  static let path = URL(filePath: #filePath).appending(path: "../../../References/Networks/layers.safetensors")
    .standardizedFileURL.path

  /// The tensors whose names begin with `part`, by the rest of the name.
  func tensors(_ part: String) throws -> [(name: String, tensor: Tensor)] {
    let file = try LayerCase.file.get()
    let prefix = "\(name)/\(part)"
    return try file.tensors.filter { $0.name.hasPrefix(prefix) }.map {
      (String($0.name.dropFirst(prefix.count)), try Tensor($0.name, of: file))
    }
  }

  func tensor(_ part: String) throws -> Tensor { try Tensor("\(name)/\(part)", of: LayerCase.file.get()) }

  func has(_ key: String) -> Bool { options[key] != nil }
  func bool(_ key: String, _ usual: Bool) -> Bool { options[key]?.boolValue ?? usual }
  func int(_ key: String, _ usual: Int = 0) -> Int { options[key]?.integerValue ?? usual }
  func double(_ key: String, _ usual: Double) -> Double { options[key]?.doubleValue ?? usual }
  func ints(_ key: String) -> [Int] { options[key]?.arrayValue?.compactMap(\.integerValue) ?? [] }
  func size(_ key: String) -> Size2D { Size2D(height: ints(key)[0], width: ints(key)[1]) }
  func padding(_ key: String) -> Padding2D { Padding2D(height: ints(key)[0], width: ints(key)[1]) }

  /// The layer with weights of its own, which torch's replace.
  func layer(_ dtype: DType) throws -> any Layer {
    var generator = RandomGenerator(seed: 1)
    switch kind {
    case "Linear": return Linear(inputs: 5, outputs: 4, bias: bool("bias", true), dtype: dtype, using: &generator)
    case "Embedding":
      return Embedding(
        entries: 4, features: 3, paddingIndex: has("paddingIndex") ? int("paddingIndex") : nil, dtype: dtype,
        using: &generator)
    case "Conv1d":
      return Conv1d(
        inputs: 4, outputs: 8, kernel: int("kernel"), stride: int("stride"), padding: Padding1D(int("padding")),
        dilation: int("dilation"), groups: int("groups"), bias: bool("bias", true), dtype: dtype, using: &generator)
    case "Conv2d":
      return Conv2d(
        inputs: 4, outputs: 8, kernel: size("kernel"), stride: size("stride"), padding: padding("padding"),
        dilation: size("dilation"), groups: int("groups"), bias: bool("bias", true), dtype: dtype, using: &generator)
    case "ConvTransposed1d":
      return ConvTransposed1d(
        inputs: 4, outputs: 8, kernel: int("kernel"), stride: int("stride"), padding: Padding1D(int("padding")),
        outputPadding: int("outputPadding"), dilation: int("dilation"), groups: int("groups"),
        bias: bool("bias", true), dtype: dtype, using: &generator)
    case "ConvTransposed2d":
      return ConvTransposed2d(
        inputs: 4, outputs: 8, kernel: size("kernel"), stride: size("stride"), padding: padding("padding"),
        outputPadding: size("outputPadding"), dilation: size("dilation"), groups: int("groups"),
        bias: bool("bias", true), dtype: dtype, using: &generator)
    case let kind where kind.contains("Pool"): return pool(kind)
    case "BatchNorm":
      return BatchNorm(
        channels: 3, momentum: options["momentum"] == .null ? nil : double("momentum", 0.1),
        epsilon: double("epsilon", 1e-5), affine: bool("affine", true),
        tracksStatistics: bool("tracksStatistics", true), dtype: dtype)
    case "LayerNorm":
      return LayerNorm(
        shape: ints("shape"), epsilon: double("epsilon", 1e-5), affine: bool("affine", true),
        bias: bool("bias", true), dtype: dtype)
    case "RMSNorm":
      // torch's default is that of float64.
      return RMSNorm(
        shape: ints("shape"), epsilon: double("epsilon", .ulpOfOne), affine: bool("affine", true), dtype: dtype)
    case "GroupNorm":
      return GroupNorm(groups: int("groups"), channels: 6, affine: bool("affine", true), dtype: dtype)
    case "InstanceNorm": return InstanceNorm(channels: 3, affine: bool("affine", false), dtype: dtype)
    case "Residual": return residual(dtype, using: &generator)
    case "Sequential":
      return Sequential(
        Conv2d(inputs: 1, outputs: 3, kernel: 5, padding: 2, dtype: dtype, using: &generator),
        BatchNorm(channels: 3, dtype: dtype), Sigmoid(), AveragePool2d(kernel: 2),
        Conv2d(inputs: 3, outputs: 4, kernel: 3, dtype: dtype, using: &generator), Tanh(), MaxPool2d(kernel: 2),
        Flatten(), Linear(inputs: 16, outputs: 5, dtype: dtype, using: &generator))
    default: return activation(kind)
    }
  }

  private func pool(_ kind: String) -> any Layer {
    let counts = bool("countsPadding", true)
    switch kind {
    case "MaxPool1d":
      return MaxPool1d(
        kernel: int("kernel"), stride: int("stride"), padding: Padding1D(int("padding")), dilation: int("dilation"))
    case "MaxPool2d":
      return MaxPool2d(
        kernel: size("kernel"), stride: size("stride"), padding: padding("padding"), dilation: size("dilation"))
    case "AveragePool1d":
      return AveragePool1d(
        kernel: int("kernel"), stride: int("stride"), padding: Padding1D(int("padding")), countsPadding: counts)
    case "AveragePool2d":
      return AveragePool2d(
        kernel: size("kernel"), stride: size("stride"), padding: padding("padding"), countsPadding: counts)
    case "AdaptiveAveragePool1d": return AdaptiveAveragePool1d(output: int("output"))
    case "AdaptiveAveragePool2d": return AdaptiveAveragePool2d(output: size("output"))
    case "AdaptiveMaxPool1d": return AdaptiveMaxPool1d(output: int("output"))
    case "AdaptiveMaxPool2d": return AdaptiveMaxPool2d(output: size("output"))
    default: return GlobalAveragePool2d()
    }
  }

  private func residual(_ dtype: DType, using generator: inout RandomGenerator) -> Residual {
    let isWider = bool("shortcut", false)
    let outputs = isWider ? 6 : 4
    func convolution(_ inputs: Int, _ kernel: Size2D, stride: Size2D, padding: Padding2D) -> Conv2d {
      Conv2d(
        inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: padding, bias: false, dtype: dtype,
        using: &generator)
    }
    let main = Sequential(
      convolution(4, 3, stride: isWider ? 2 : 1, padding: 1), BatchNorm(channels: outputs, dtype: dtype), ReLU(),
      convolution(outputs, 3, stride: 1, padding: 1), BatchNorm(channels: outputs, dtype: dtype))
    let shortcut =
      isWider
      ? Sequential(convolution(4, 1, stride: 2, padding: 0), BatchNorm(channels: outputs, dtype: dtype)) : nil
    return Residual(main, shortcut: shortcut, activation: ReLU())
  }

  private func activation(_ kind: String) -> any Layer {
    switch kind {
    case "ReLU": ReLU()
    case "LeakyReLU": LeakyReLU(slope: double("slope", 0.01))
    case "ELU": ELU(alpha: double("alpha", 1))
    case "GELU": GELU(usesTanh: bool("usesTanh", false))
    case "SiLU": SiLU()
    case "Sigmoid": Sigmoid()
    case "Tanh": Tanh()
    case "Softplus": Softplus()
    case "Softmax": Softmax(axis: int("axis", -1))
    case "LogSoftmax": LogSoftmax(axis: int("axis", -1))
    case "Flatten": Flatten(fromAxis: int("fromAxis", 1))
    default: Identity()
    }
  }
}
