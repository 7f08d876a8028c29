import CSurprisalKernels
import SurprisalCore
import SurprisalData
import SurprisalTensors

extension Module {
  /// Writes every parameter and buffer to a safetensors file, by path, in one piece: a file of that name is replaced
  /// or left as it was.
  ///
  /// - Parameter configuration: what is needed to build the module again, such as its extents; `surprisal inspect`
  ///   shows it.
  /// - Throws: a usage error if two fields have one path; an error of the file system.
  public func save(to file: String, configuration: JSONValue = .null) throws {
    var writer = FieldWriter(
      writer: SafetensorsWriter(
        kind: "module", configuration: configuration, units: "none",
        kernelVariant: String(cString: surprisal_instruction_set_name())))
    var copy = self
    try copy.fields(&writer)
    try writer.writer.write(to: file)
  }

  /// Takes every parameter and buffer from a safetensors file, by path, converted to the types that they have here.
  ///
  /// The module changes only if all of it fits.
  ///
  /// - Throws: a data error for a tensor that is missing, has another shape, or has no place in the module; the errors
  ///   of reading the file.
  public mutating func load(from file: String) throws {
    var reader = FieldReader(file: try SafetensorsFile(path: file))
    var copy = self
    try copy.fields(&reader)
    try reader.refuseUnread()
    self = copy
  }
}

/// Adds every tensor to a file.
private struct FieldWriter: FieldVisitor {
  var writer: SafetensorsWriter
  var path = FieldPath()

  mutating func parameter(_ name: String, _ tensor: inout Tensor) throws {
    try writer.add(path.name(name), tensor)
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) throws { try parameter(name, &tensor) }
}

/// Takes every tensor from a file.
private struct FieldReader: FieldVisitor {
  let file: SafetensorsFile
  var path = FieldPath()
  private var read: Set<String> = []

  init(file: SafetensorsFile) { self.file = file }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) throws {
    let full = path.name(name)
    let found = try Tensor(full, of: file)
    guard found.shape == tensor.shape else {
      throw SurprisalError(
        .data, "tensor '\(full)' has the shape \(found.shape), the module has \(tensor.shape)",
        remedy: "build the module with the extents of the file", at: .init(file: file.name))
    }
    tensor = found.converted(to: tensor.dtype)
    read.insert(full)
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) throws { try parameter(name, &tensor) }

  /// Refuses a file with a tensor that the module has no place for.
  func refuseUnread() throws {
    guard let extra = file.tensors.first(where: { !read.contains($0.name) }) else { return }
    throw SurprisalError(
      .data, "tensor '\(extra.name)' has no place in the module",
      remedy: "build the module that the file was saved from",
      at: .init(file: file.name))
  }
}
