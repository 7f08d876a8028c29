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
  /// A file that PyTorch's `state_dict` was written to is taken as it is: the names and layouts are the same. The
  /// module changes only if all of it fits.
  ///
  /// - Parameter allowingNaN: whether tensors may hold NaN, as a diverged model's do.
  /// - Throws: a data error that names all tensors that are missing, have no place in the module, or have another
  ///   shape or another kind of numbers (whole ones for real ones or the reverse) than here; one for NaN in a tensor,
  ///   with its name and the element's index; the errors of reading the file.
  public mutating func load(from file: String, allowingNaN: Bool = false) throws {
    try load(from: SafetensorsFile(path: file), allowingNaN: allowingNaN)
  }

  /// The same from a file that is open, or from its tensors whose names begin with `prefix`, without it.
  public mutating func load(
    from file: SafetensorsFile, prefix: String = "", allowingNaN: Bool = false
  ) throws {
    var reader = FieldReader(file: file, prefix: prefix, allowsNaN: allowingNaN)
    var copy = self
    try copy.fields(&reader)
    try reader.refuseFaults()
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
