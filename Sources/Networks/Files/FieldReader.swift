import SurprisalCore
import SurprisalData
import SurprisalTensors

/// Takes every tensor from a file, and keeps account of what does not fit.
struct FieldReader: FieldVisitor {
  let file: SafetensorsFile
  let prefix: String
  let allowsNaN: Bool
  var path = FieldPath()
  private let entries: [String: SafetensorsFile.Tensor]
  private var asked: Set<String> = []
  private var missing: [String] = []
  private var reshaped: [String] = []
  private var retyped: [String] = []
  private var undefined: [String] = []

  init(file: SafetensorsFile, prefix: String, allowsNaN: Bool) {
    (self.file, self.prefix, self.allowsNaN) = (file, prefix, allowsNaN)
    entries = Dictionary(
      file.tensors.filter { $0.name.hasPrefix(prefix) }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) throws {
    let full = prefix + path.name(name)
    asked.insert(full)
    guard let entry = entries[full] else {
      missing.append("'\(full)' \(tensor.shape)")
      return
    }
    guard entry.shape == tensor.shape else {
      reshaped.append("'\(full)' is \(entry.shape), not \(tensor.shape)")
      return
    }
    let found = try Tensor(full, of: file)
    guard found.dtype.isFloatingPoint == tensor.dtype.isFloatingPoint else {
      retyped.append("'\(full)' is \(entry.type), not \(tensor.dtype.rawValue)")
      return
    }
    if !allowsNaN, let index = found.firstNaN { undefined.append("'\(full)' at \(index)") }
    tensor = found.converted(to: tensor.dtype)
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) throws { try parameter(name, &tensor) }

  /// Refuses the file if anything did not fit, with all of it in one line.
  func refuseFaults() throws {
    let extra = file.tensors.filter { $0.name.hasPrefix(prefix) && !asked.contains($0.name) }
      .map { "'\($0.name)' \($0.shape)" }
    let faults = [
      ("missing", missing), ("no place in the module for", extra), ("another shape", reshaped),
      ("another type", retyped),
    ].filter { !$0.1.isEmpty }
    if !faults.isEmpty {
      let count = faults.reduce(0) { $0 + $1.1.count }
      let list = faults.map { "\($0.0): \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
      throw SurprisalError(
        .data, "\(count) tensor\(count == 1 ? " does" : "s do") not fit the module: \(list)",
        remedy: "build the module that the file was saved from", at: .init(file: file.name))
    }
    if !undefined.isEmpty {
      throw SurprisalError(
        .data, "NaN in tensor \(undefined.joined(separator: ", "))",
        remedy: "take an earlier checkpoint, or allow NaN when loading", at: .init(file: file.name))
    }
  }
}

extension Tensor {
  /// The index of the first element that is NaN, or nil.
  var firstNaN: [Int]? {
    guard dtype.isFloatingPoint, count > 0, (self .!= self).any().item != 0 else { return nil }
    guard var place = scalars(as: Double.self).firstIndex(where: \.isNaN) else { return nil }
    var index = [Int](repeating: 0, count: rank)
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      (place, index[axis]) = place.quotientAndRemainder(dividingBy: shape[axis])
    }
    return index
  }
}
