import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// A case of an attention layer: inputs, weights and what torch made of them (Tests/References/Networks/attention.py).
struct AttentionCase: Sendable, CustomTestStringConvertible {
  let name: String
  let options: JSONValue

  var kind: String { String(name.prefix { $0 != "/" }) }
  var testDescription: String { name }

  static let file = Result { try SafetensorsFile(path: path) }
  static let path = URL(filePath: #filePath).appending(path: "../../../References/Networks/attention.safetensors")
    .standardizedFileURL.path
  static let all: [AttentionCase] = {
    guard let attributes = try? file.get().metadata("attributes"),
      case .object(let members)? = try? JSONValue(parsing: attributes, file: "attention")
    else { return [] }
    return members.map { AttentionCase(name: $0.key, options: $0.value) }
  }()

  func tensor(_ part: String) throws -> Tensor { try Tensor("\(name)/\(part)", of: AttentionCase.file.get()) }
  func has(_ part: String) throws -> Bool {
    try AttentionCase.file.get().tensors.contains { $0.name == "\(name)/\(part)" }
  }
  func inputs(_ dtype: DType) throws -> [Tensor] {
    try (0..<3).filter { try has("x\($0)") }.map { try tensor("x\($0)").converted(to: dtype) }
  }
  func int(_ key: String) -> Int? { options[key]?.integerValue }
  func bool(_ key: String, _ usual: Bool = false) -> Bool { options[key]?.boolValue ?? usual }
  var lengths: [Int]? { options["lengths"]?.arrayValue?.compactMap(\.integerValue) }
  var pairing: RotaryPositions.Pairing? {
    options["pairing"]?.stringValue.map { $0 == "halves" ? .halves : .neighbors }
  }

  /// The layer with weights of its own, which torch's replace.
  func model(_ dtype: DType) throws -> any AttentionTestModel {
    var generator = RandomGenerator(seed: 1)
    let inputs = try inputs(dtype)
    let (queries, keys) = (inputs[0].shape[2], inputs.count > 1 ? inputs[1].shape[2] : 0)
    switch kind {
    case "MultiHeadAttention", "GroupedQueries":
      return MultiHeadAttention(
        features: try #require(int("features")), heads: try #require(int("heads")), keyHeads: int("keyHeads"),
        keyFeatures: int("keyFeatures"), valueFeatures: int("valueFeatures"), bias: bool("bias", true),
        rotary: pairing.map { RotaryPositions(pairing: $0) }, dtype: dtype, using: &generator)
    case "AdditiveAttention":
      return AdditiveAttention(
        queries: queries, keys: keys, hidden: try #require(int("hidden")), dtype: dtype, using: &generator)
    case "BilinearAttention":
      return BilinearAttention(queries: queries, keys: keys, dtype: dtype, using: &generator)
    default: return DotProductAttention(isScaled: bool("isScaled"))
    }
  }
}

/// What attention layers have in common: an output and weights for a case.
protocol AttentionTestModel: Module {
  mutating func output(_ inputs: [Tensor], _ reference: AttentionCase, _ pass: inout Pass) -> Tensor
  func weights(_ inputs: [Tensor], _ reference: AttentionCase) -> Tensor
}

extension MultiHeadAttention: AttentionTestModel {
  mutating func output(_ inputs: [Tensor], _ reference: AttentionCase, _ pass: inout Pass) -> Tensor {
    forward(
      inputs[0], keys: inputs.count > 1 ? inputs[1] : nil, values: inputs.count > 2 ? inputs[2] : nil,
      lengths: reference.lengths, isCausal: reference.kind == "GroupedQueries" || reference.bool("isCausal"), &pass)
  }

  func weights(_ inputs: [Tensor], _ reference: AttentionCase) -> Tensor {
    weights(
      inputs[0], keys: inputs.count > 1 ? inputs[1] : nil, lengths: reference.lengths,
      isCausal: reference.bool("isCausal"))
  }
}

extension AttentionScore {
  mutating func output(_ inputs: [Tensor], _ reference: AttentionCase, _ pass: inout Pass) -> Tensor {
    forward(inputs[0], inputs[1], inputs[2], lengths: reference.lengths, mask: nil, &pass)
  }

  func weights(_ inputs: [Tensor], _ reference: AttentionCase) -> Tensor {
    weights(inputs[0], inputs[1], lengths: reference.lengths)
  }
}

extension AdditiveAttention: AttentionTestModel {}
extension BilinearAttention: AttentionTestModel {}
extension DotProductAttention: AttentionTestModel {}
