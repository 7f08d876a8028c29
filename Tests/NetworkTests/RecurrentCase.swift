import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// What RNN, LSTM, GRU and their cells have in common, as lists of tensors: input and states, outputs and states.
protocol RecurrentTestModel: Module {
  mutating func run(_ inputs: [Tensor], lengths: [Int]?, _ pass: inout Pass) -> [Tensor]
}

extension RNN: RecurrentTestModel {
  mutating func run(_ inputs: [Tensor], lengths: [Int]?, _ pass: inout Pass) -> [Tensor] {
    let (outputs, state) = forward(inputs[0], state: inputs.dropFirst().first, lengths: lengths, &pass)
    return [outputs, state]
  }
}

extension GRU: RecurrentTestModel {
  mutating func run(_ inputs: [Tensor], lengths: [Int]?, _ pass: inout Pass) -> [Tensor] {
    let (outputs, state) = forward(inputs[0], state: inputs.dropFirst().first, lengths: lengths, &pass)
    return [outputs, state]
  }
}

extension LSTM: RecurrentTestModel {
  mutating func run(_ inputs: [Tensor], lengths: [Int]?, _ pass: inout Pass) -> [Tensor] {
    let state = inputs.count > 1 ? LSTMState(hidden: inputs[1], memory: inputs[2]) : nil
    let (outputs, last) = forward(inputs[0], state: state, lengths: lengths, &pass)
    return [outputs, last.hidden, last.memory]
  }
}

extension RNNCell: RecurrentTestModel {
  mutating func run(_ inputs: [Tensor], lengths: [Int]?, _ pass: inout Pass) -> [Tensor] {
    [forward(inputs[0], state: inputs.dropFirst().first, &pass).output]
  }
}

extension GRUCell: RecurrentTestModel {
  mutating func run(_ inputs: [Tensor], lengths: [Int]?, _ pass: inout Pass) -> [Tensor] {
    [forward(inputs[0], state: inputs.dropFirst().first, &pass).output]
  }
}

extension LSTMCell: RecurrentTestModel {
  mutating func run(_ inputs: [Tensor], lengths: [Int]?, _ pass: inout Pass) -> [Tensor] {
    let state = inputs.count > 1 ? LSTMState(hidden: inputs[1], memory: inputs[2]) : nil
    let (output, last) = forward(inputs[0], state: state, &pass)
    return [output, last.memory]
  }
}

/// A case of recurrent.safetensors: a model of the reference's weights, its inputs and what torch makes of them.
struct RecurrentCase {
  let name: String
  let file: SafetensorsFile
  let attributes: JSONValue

  static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../References/Networks/recurrent.safetensors").standardized.path

  static func all() throws -> [RecurrentCase] {
    let file = try SafetensorsFile(path: path)
    let attributes = try JSONValue(parsing: file.metadata("attributes") ?? "{}", file: file.name)
    return (attributes.members ?? []).map { RecurrentCase(name: $0.key, file: file, attributes: $0.value) }
  }

  func tensor(_ ending: String, _ dtype: DType) throws -> Tensor {
    try Tensor("\(name)/\(ending)", of: file).converted(to: dtype)
  }

  /// x0, x1, … and the like.
  func tensors(_ letter: String, _ dtype: DType) throws -> [Tensor] {
    let names = Set(file.tensors.map(\.name))
    return try (0..<4).filter { names.contains("\(name)/\(letter)\($0)") }.map { try tensor("\(letter)\($0)", dtype) }
  }

  private func flag(_ key: String) -> Bool { attributes[key]?.boolValue ?? false }

  var lengths: [Int]? { attributes["lengths"]?.arrayValue?.compactMap(\.integerValue) }

  /// The model that the case's name asks for, with the weights of the file.
  func model(_ dtype: DType) throws -> any RecurrentTestModel {
    var generator = RandomGenerator(seed: 0)
    let layers = try #require(attributes["layers"]?.integerValue)
    let (kind, bias) = (name.split(separator: "/")[0], flag("bias"))
    let nonlinearity = RNNNonlinearity(rawValue: String(kind)) ?? .tanh
    var model: any RecurrentTestModel
    if name.contains("/cell") {
      switch kind {
      case "lstm": model = LSTMCell(inputs: 2, hidden: 3, bias: bias, dtype: dtype, using: &generator)
      case "gru": model = GRUCell(inputs: 2, hidden: 3, bias: bias, dtype: dtype, using: &generator)
      default:
        model = RNNCell(
          inputs: 2, hidden: 3, bias: bias, nonlinearity: nonlinearity, dtype: dtype, using: &generator)
      }
    } else {
      let (both, first) = (flag("bidirectional"), flag("batchFirst"))
      switch kind {
      case "lstm":
        model = LSTM(
          inputs: 2, hidden: 3, layers: layers, bias: bias, bidirectional: both, batchFirst: first, dtype: dtype,
          using: &generator)
      case "gru":
        model = GRU(
          inputs: 2, hidden: 3, layers: layers, bias: bias, bidirectional: both, batchFirst: first, dtype: dtype,
          using: &generator)
      default:
        model = RNN(
          inputs: 2, hidden: 3, layers: layers, bias: bias, bidirectional: both, nonlinearity: nonlinearity,
          batchFirst: first, dtype: dtype, using: &generator)
      }
    }
    var loader = Loader(of: self)
    try model.fields(&loader)
    #expect(loader.count == file.tensors.count { $0.name.hasPrefix("\(name)/weight.") })
    return model
  }

  private struct Loader: FieldVisitor {
    let source: RecurrentCase
    var path = FieldPath()
    var count = 0

    init(of source: RecurrentCase) { self.source = source }

    mutating func parameter(_ name: String, _ tensor: inout Tensor) throws {
      let found = try source.tensor("weight.\(path.name(name))", tensor.dtype)
      #expect(found.shape == tensor.shape)
      tensor = found
      count += 1
    }

    mutating func buffer(_ name: String, _ tensor: inout Tensor) throws {}
  }
}
