import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension NumPyArray {
  /// Reads the .npy file at `path`, or a member of the .npz file there; the contents decide which it is.
  ///
  /// `archive.npz:name` chooses a member (with or without `.npy`). Without a name the only member, or the
  /// only one with two dimensions, is taken. `-` stands for standard input. A .npy file and a stored member
  /// are mapped, not copied; a compressed member needs a build with zlib.
  ///
  /// Throws a missing-input error if there is no such file, a data error for anything that is not sound.
  public init(path: String) throws {
    let (file, member) = NumPyArray.split(path)
    try self.init(file: try MappedFile(path: file), member: member)
  }

  /// Reads the array that `bytes`, the contents of a .npy or .npz file called `name`, hold; `member` chooses
  /// one of a .npz file. Errors as for a path.
  public init(bytes: [UInt8], name: String, member: String? = nil) throws {
    try self.init(
      file: bytes.withUnsafeBytes { MappedFile(name: name, copying: $0) }, member: member)
  }

  private init(file: MappedFile, member: String?) throws {
    guard file.withUnsafeBytes({ ZipArchive.isArchive($0) }) else {
      if member != nil {
        throw SurprisalError(
          .data, "is no .npz file, so it has no members", remedy: "name the file alone",
          at: .init(file: file.name))
      }
      try self.init(contents: FileContents(file), name: file.name)
      return
    }
    let archive = try ZipArchive(file)
    let chosen = try NumPyArray.choose(member, in: archive)
    try self.init(
      contents: try archive.contents(of: chosen), name: "\(file.name):\(NumPyArray.arrayName(chosen.name))")
  }

  /// The names of the arrays in the .npz file at `path`.
  public static func memberNames(ofArchive path: String) throws -> [String] {
    try ZipArchive(MappedFile(path: path)).members.filter { $0.name.hasSuffix(".npy") }.map {
      arrayName($0.name)
    }
  }

  /// `path` as a file and the member named behind `.npz:`, unless a file has the whole name.
  private static func split(_ path: String) -> (file: String, member: String?) {
    guard access(path, F_OK) != 0, let colon = path.lastIndex(of: ":"), path[..<colon].hasSuffix(".npz")
    else { return (path, nil) }
    return (String(path[..<colon]), String(path[path.index(after: colon)...]))
  }

  private static func arrayName(_ member: String) -> String {
    member.hasSuffix(".npy") ? String(member.dropLast(4)) : member
  }

  private static func choose(_ name: String?, in archive: ZipArchive) throws -> ZipArchive.Member {
    let arrays = archive.members.filter { $0.name.hasSuffix(".npy") }
    let file = archive.file.name
    let list = arrays.prefix(12).map { arrayName($0.name) }.joined(separator: ", ")
    if let name {
      let wanted = Array(arrayName(name).utf8)
      if let member = arrays.first(where: { arrayName($0.name).utf8.elementsEqual(wanted) }) {
        return member
      }
      throw SurprisalError(
        .data, "there is no array '\(name)' in the file", remedy: "it holds \(list)", at: .init(file: file))
    }
    if arrays.count == 1 { return arrays[0] }
    guard !arrays.isEmpty else { throw archive.failure("the zip file holds no .npy array") }
    let tables = try arrays.filter { member in
      let start = try archive.prefix(of: member, count: NumPyHeader.maximumOffset)
      // A member that is no array of numbers, such as one of objects, is no table.
      return start.withUnsafeBytes { (try? NumPyHeader($0, file: file))?.shape.count == 2 }
    }
    guard tables.count == 1 else {
      throw SurprisalError(
        .data, "the file holds \(arrays.count) arrays, \(tables.count) of two dimensions: \(list)",
        remedy: "choose one as \(file):\(arrayName((tables.first ?? arrays[0]).name))", at: .init(file: file))
    }
    return tables[0]
  }

  /// Writes `rows` to `path` as a .npy file of little-endian float64 in C order, whole or not at all.
  public static func write(_ rows: RowMatrix, to path: String) throws {
    let header = self.header(shape: [rows.rowCount, rows.columnCount])
    try rows.withUnsafeValues { values in
      let count = rows.rowCount * rows.columnCount
      try header.withUnsafeBytes { header in
        let numbers = UnsafeRawBufferPointer(UnsafeBufferPointer(start: values, count: count))
        try AtomicWrite.write(parts: [header, numbers], to: path)
      }
    }
  }

  /// The version 1.0 header, padded to a multiple of 64 bytes as NumPy does.
  private static func header(shape: [Int]) -> [UInt8] {
    let dimensions = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array("{'descr': '<f8', 'fortran_order': False, 'shape': (\(dimensions)), }".utf8)
    while (10 + text.count + 1) % 64 != 0 { text.append(0x20) }
    text.append(0x0A)
    let length = UInt16(text.count)
    return [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text
  }
}
