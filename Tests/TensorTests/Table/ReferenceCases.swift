import Foundation
import SurprisalCore
import SurprisalData
import SurprisalTensors

/// One case of an operation: inputs, and the values and gradients another system computed (Tests/References/Tensors).
struct ReferenceCase: Sendable {
  /// The operation, such as `softmax`.
  let operation: String
  let index: Int
  let attributes: Attributes
  let inputs: [Tensor]
  let outputs: [Tensor]
  /// For each output the cotangent, or nil if the output is not differentiated.
  let cotangents: [Tensor?]
  /// For each input the gradient, or nil if it has none.
  let gradients: [Tensor?]

  /// `softmax/3`, as in the file.
  var name: String { "\(operation)/\(index)" }
  /// Whether the inputs lie at a kink or are extreme, so that finite differences say nothing.
  var isEdge: Bool { attributes.bool("edge") }
  var isDifferentiated: Bool { cotangents.contains { $0 != nil } }
  /// Whether the floating-point inputs are all float64 (and there is one), so that other types can take their place.
  var isConvertible: Bool {
    let types = Set(inputs.map(\.dtype).filter(\.isFloatingPoint))
    return types == [.float64] && !attributes.bool("float64Only")
  }

  /// The case in `dtype`: inputs and cotangents of float64 are rounded to it.
  func rounded(to dtype: DType) -> ReferenceCase {
    let round: (Tensor) -> Tensor = { $0.dtype == .float64 ? $0.converted(to: dtype) : $0 }
    return with(inputs: inputs.map(round), cotangents: cotangents.map { $0.map(round) })
  }

  /// This rounded case with what `original` has in float64 converted back to it: the same numbers.
  func widened(like original: ReferenceCase) -> ReferenceCase {
    let widen: (Tensor, Tensor) -> Tensor = { $1.dtype == .float64 ? $0.converted(to: .float64) : $0 }
    return with(
      inputs: zip(inputs, original.inputs).map(widen), cotangents: cotangents.map { $0?.converted(to: .float64) })
  }

  /// The case with other inputs; its expectations must be those of the same values.
  func with(inputs: [Tensor], cotangents: [Tensor?]? = nil) -> ReferenceCase {
    ReferenceCase(
      operation: operation, index: index, attributes: attributes, inputs: inputs, outputs: outputs,
      cotangents: cotangents ?? self.cotangents, gradients: gradients)
  }
}

/// All reference cases by operation, in the order of their numbers.
enum ReferenceCases {
  static let families = ["elementwise", "reductions", "shape", "products", "neural", "linear_algebra"]
  static let folder = URL(filePath: #filePath).appending(path: "../../../References/Tensors").standardizedFileURL

  /// What could be read, or why nothing could.
  static let all: Result<[String: [ReferenceCase]], any Error> = Result {
    var cases: [String: [ReferenceCase]] = [:]
    for family in families {
      let path = folder.appending(path: "\(family).safetensors").path
      cases.merge(try read(SafetensorsFile(path: path))) { first, second in first + second }
    }
    return cases
  }

  /// The cases of `entry`: those of its operation that it accepts.
  static func of(_ entry: OperationEntry) throws -> [ReferenceCase] {
    (try all.get()[entry.name] ?? []).filter { entry.accepts($0.attributes) }
  }

  private static func read(_ file: SafetensorsFile) throws -> [String: [ReferenceCase]] {
    let attributes = try JSONValue(parsing: file.metadata("attributes") ?? "{}", file: file.name)
    var tensors: [String: [String: Tensor]] = [:]
    for stored in file.tensors {
      guard let slash = stored.name.lastIndex(of: "/"), let dtype = DType(rawValue: stored.type.rawValue) else {
        throw SurprisalError(.data, "'\(stored.name)' is no tensor of a case", remedy: "generate the file anew")
      }
      let part = String(stored.name[stored.name.index(after: slash)...])
      tensors[String(stored.name[..<slash]), default: [:]][part] = file.withUnsafeBytes(of: stored) {
        Tensor(bytes: $0, shape: stored.shape, dtype: dtype)
      }
    }
    var cases: [String: [ReferenceCase]] = [:]
    for (name, parts) in tensors {
      let words = name.split(separator: "/")
      guard words.count == 2, let index = Int(words[1]) else {
        throw SurprisalError(.data, "'\(name)' is no name of a case", remedy: "generate the file anew")
      }
      let operation = String(words[0])
      let inputs = (0...).prefix { parts["x\($0)"] != nil }.compactMap { parts["x\($0)"] }
      let outputs = (0...).prefix { parts["y\($0)"] != nil }.compactMap { parts["y\($0)"] }
      cases[operation, default: []].append(
        ReferenceCase(
          operation: operation, index: index, attributes: Attributes(json: attributes[name] ?? .object([])),
          inputs: inputs, outputs: outputs, cotangents: outputs.indices.map { parts["g\($0)"] },
          gradients: inputs.indices.map { parts["d\($0)"] }))
    }
    return cases.mapValues { $0.sorted { $0.index < $1.index } }
  }
}
