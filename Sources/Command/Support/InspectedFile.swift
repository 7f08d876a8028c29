import Surprisal

/// A file that was read to its end, whatever it holds.
struct InspectedFile {
  /// What a file can hold.
  enum Contents {
    case tensors(SafetensorsFile, ModelFile?)
    case arrays([NumPyArray])
    case table(Table)
  }

  var path: String
  var contents: Contents

  /// Reads the file at `path`, or the built-in set of that name, to its end.
  ///
  /// The first bytes say what it is. Throws what its reader throws for the first fault.
  init(path: String, input: InputTable) throws {
    self.path = path
    guard path != "-" else {
      throw SurprisalError(.usage, "standard input has no name to look at", remedy: "give a file")
    }
    guard FileSystem.exists(path), !path.contains(".npz:") else {
      contents =
        path.contains(".npz:") && !FileSystem.exists(path)
        ? .arrays([try NumPyArray(path: path)]) : .table(try input.read(path))
      return
    }
    switch InspectedFile.format(of: path) {
    case .tensors:
      let file = try SafetensorsFile(path: path)
      let isKnown = ModelFile.kinds.contains { $0.fileKind == file.kind }
      contents = .tensors(file, isKnown ? try ModelFile(path: path) : nil)
    case .archive:
      let names = try NumPyArray.memberNames(ofArchive: path)
      contents = .arrays(try names.map { try NumPyArray(path: "\(path):\($0)") })
    case .array: contents = .arrays([try NumPyArray(path: path)])
    case .text: contents = .table(try input.read(path))
    }
  }

  private enum Format { case tensors, archive, array, text }

  private static func format(of path: String) -> Format {
    let bytes = FileSystem.prefix(of: path, count: 9)
    let isNamedTensors = path.utf8.suffix(12).elementsEqual(".safetensors".utf8)
    if isNamedTensors || (bytes.count > 8 && bytes[8] == UInt8(ascii: "{") && bytes[7] == 0) {
      return .tensors
    }
    if bytes.starts(with: [0x50, 0x4B, 3, 4]) || path.hasSuffix(".npz") { return .archive }
    return bytes.starts(with: [0x93] + Array("NUMPY".utf8)) || path.hasSuffix(".npy") ? .array : .text
  }

  /// What was read, in words.
  var format: String {
    switch contents {
    case .tensors(let file, _): file.kind.map { "safetensors, \($0)" } ?? "safetensors"
    case .arrays(let arrays): arrays.count == 1 ? "numpy array" : "\(arrays.count) numpy arrays"
    case .table(let table):
      "table, \(NumberText.grouped(table.rows.rowCount)) rows × \(table.columnNames.count) columns"
    }
  }

  /// Whether a checksum was there, and held.
  var isChecksummed: Bool {
    if case .tensors(let file, _) = contents { return file.isChecksummed }
    return false
  }
}
