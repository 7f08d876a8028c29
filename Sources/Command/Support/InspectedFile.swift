import Surprisal

/// A file that was read to its end, whatever it holds.
struct InspectedFile {
  /// What a file can hold.
  enum Contents {
    case tensors(SafetensorsFile, ModelFile?)
    case arrays([NumPyArray])
    case idx(IDXArray)
    case image(PNGHeader)
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
    case .idx: contents = .idx(try IDXArray(path: path))
    case .image:
      let header = try PNGHeader(path: path)
      // Only pixels that were decoded show that the file is whole.
      _ = try PNGImage(path: path)
      contents = .image(header)
    case .text: contents = .table(try input.read(path))
    }
  }

  /// What a file may be by its first bytes.
  enum Format { case tensors, archive, array, idx, image, text }

  /// What the file at `path` is by its first bytes, and by its name where they do not tell.
  static func format(of path: String) -> Format {
    // What a pipe gives is not looked at: it could not be read again.
    guard FileSystem.isRegular(path) else { return formatByName(of: path) }
    let bytes = FileSystem.prefix(of: path, count: 9)
    if path.hasSuffix(".safetensors") { return .tensors }
    // The length of a header is below 4 GB.
    if bytes.count > 8, bytes[8] == UInt8(ascii: "{"), bytes[4..<8].allSatisfy({ $0 == 0 }) { return .tensors }
    if bytes.starts(with: [0x50, 0x4B, 3, 4]) { return .archive }
    if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) { return .array }
    if bytes.starts(with: PNGHeader.signature) { return .image }
    if IDXArray.isMark(bytes) { return .idx }
    if bytes.starts(with: [0x1F, 0x8B]), let file = try? MappedFile(path: path),
      IDXArray.isMark(file.unpackedPrefix(4))
    {
      return .idx
    }
    return formatByName(of: path)
  }

  private static func formatByName(of path: String) -> Format {
    let name = path.lowercased()
    if name.hasSuffix(".safetensors") { return .tensors }
    if name.hasSuffix(".npz") { return .archive }
    if name.hasSuffix(".npy") { return .array }
    if name.hasSuffix(".png") { return .image }
    let isNamedIDX = [".idx", ".idx.gz", "-ubyte", "-ubyte.gz"].contains { name.hasSuffix($0) }
    return isNamedIDX ? .idx : .text
  }

  /// What was read, in words.
  var format: String {
    switch contents {
    case .tensors(let file, _): file.kind.map { "safetensors, \($0)" } ?? "safetensors"
    case .arrays(let arrays): arrays.count == 1 ? "numpy array" : "\(arrays.count) numpy arrays"
    case .idx(let array): array.isPacked ? "idx array, packed with gzip" : "idx array"
    case .image: "PNG image"
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
