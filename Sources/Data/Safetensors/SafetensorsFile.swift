import SurprisalCore

/// A safetensors file: named tensors and texts about them.
///
/// Files of any sound writer are read. A file of ours carries two marks in its metadata (its format version
/// and its SHA-256); if either is there the checksum must hold. What the format leaves open is decided so:
/// behind the header only blanks may follow, no line end; `__metadata__` is an object of texts, never null;
/// a tensor may begin at an odd byte; a BOOL byte other than 0 and 1 is refused; NaN and infinities pass.
public struct SafetensorsFile: Sendable {
  /// One tensor's place in a file.
  public struct Tensor: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The type of its numbers.
    public let type: ElementType
    /// Its dimensions; empty for a single number.
    public let shape: [Int]
    /// Where its bytes lie, counted from the end of the header.
    public let byteRange: Range<Int>
  }

  /// The names of our own metadata.
  public enum MetadataKey {
    /// The version of the layout; the first of the two marks of a file of ours.
    public static let formatVersion = "surprisal.format"
    /// The SHA-256 of the file with these 64 digits as zeros; the second mark.
    public static let checksum = "surprisal.sha256"
    /// What the file holds, such as `gaussian-mixture`.
    public static let kind = "surprisal.kind"
    /// The model's configuration as JSON text.
    public static let configuration = "surprisal.configuration"
    /// The units of the numbers.
    public static let units = "surprisal.units"
    /// The variant of the kernels that computed them.
    public static let kernelVariant = "surprisal.kernels"
  }

  /// The newest version of the layout that this program reads, and the one it writes.
  public static let formatVersion = 1

  /// The file's name as given.
  public let name: String
  /// The texts of `__metadata__` in the order of the file.
  public let metadata: [(key: String, value: String)]
  /// The tensors sorted by name.
  public let tensors: [Tensor]
  /// Whether the file carries our marks, so that its checksum was verified.
  public let isChecksummed: Bool
  private let contents: MappedFile
  private let dataOffset: Int

  /// Reads and checks the file at `path`; `-` stands for standard input.
  ///
  /// Throws a data error, which names the tensor where there is one, for everything the format does not
  /// allow, for a checksum that does not hold and for a newer format version.
  public init(path: String) throws {
    try self.init(contents: try MappedFile(path: path))
  }

  /// Reads and checks `bytes` as the file called `name`.
  public init(bytes: [UInt8], name: String) throws {
    try self.init(contents: bytes.withUnsafeBytes { MappedFile(name: name, copying: $0) })
  }

  private init(contents: MappedFile) throws {
    self.contents = contents
    name = contents.name
    (metadata, tensors, dataOffset, isChecksummed) = try contents.withUnsafeBytes { bytes in
      var checksum = SafetensorsChecksum(file: contents.name)
      try checksum.verifyIfMarked(bytes)
      let header = try SafetensorsFile.header(of: bytes, file: contents.name)
      let dataOffset = bytes.count - header.dataByteCount
      try checksum.verifyIfMarked(bytes, header: header.header)
      try SafetensorsFile.checkVersion(header.header.metadata, file: contents.name)
      try SafetensorsFile.checkElements(header.header.tensors, in: bytes[dataOffset...], file: contents.name)
      return (header.header.metadata, header.header.tensors, dataOffset, checksum.isVerified)
    }
  }

  private static func header(
    of bytes: UnsafeRawBufferPointer, file: String
  ) throws -> (header: SafetensorsHeader, dataByteCount: Int) {
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(
        .data, what, remedy: "give a whole safetensors file", at: .init(file: file))
    }
    guard bytes.count >= 8 else {
      throw failure("\(bytes.count) bytes are too few for a safetensors file")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= SafetensorsHeader.maximumByteCount else {
      throw failure("the header's length \(length) is over \(SafetensorsHeader.maximumByteCount) bytes")
    }
    guard length <= bytes.count - 8 else {
      throw failure("the header has \(length) bytes, the file \(bytes.count - 8) behind its length")
    }
    let end = 8 + Int(length)
    let header = try SafetensorsHeader(
      UnsafeRawBufferPointer(rebasing: bytes[8..<end]), dataByteCount: bytes.count - end, file: file)
    return (header, bytes.count - end)
  }

  /// Throws if our format version is there and newer than this program, or no number.
  private static func checkVersion(_ metadata: [(key: String, value: String)], file: String) throws {
    guard let text = metadata.first(where: { $0.key == MetadataKey.formatVersion })?.value else { return }
    guard let version = Int(text), version >= 1 else {
      throw SurprisalError(
        .data, "format version \(SafetensorsHeader.quoted(text)) is no positive number",
        remedy: "write the file anew", at: .init(file: file))
    }
    guard version <= formatVersion else {
      throw SurprisalError(
        .data, "the file has format version \(version), this program reads up to \(formatVersion)",
        remedy: "use a newer surprisal", at: .init(file: file))
    }
  }

  private static func checkElements(
    _ tensors: [Tensor], in data: Slice<UnsafeRawBufferPointer>, file: String
  ) throws {
    for tensor in tensors where tensor.type == .bool {
      let start = data.startIndex + tensor.byteRange.lowerBound
      let bytes = UnsafeRawBufferPointer(rebasing: data[start..<start + tensor.byteRange.count])
      if let index = tensor.type.firstInvalidElement(in: bytes) {
        throw SurprisalError(
          .data, "tensor \(SafetensorsHeader.quoted(tensor.name)): BOOL element \(index) is \(bytes[index])",
          remedy: "write 0 or 1", at: .init(file: file))
      }
    }
  }
}

extension SafetensorsFile {
  /// The text of metadata `key`, if it is there.
  public func metadata(_ key: String) -> String? {
    metadata.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  /// What the file says it holds.
  public var kind: String? { metadata(MetadataKey.kind) }

  /// The configuration, read from its JSON text.
  public func configuration() throws -> JSONValue {
    guard let text = metadata(MetadataKey.configuration) else {
      throw SurprisalError(
        .data, "the file has no configuration", remedy: "give a file that surprisal wrote",
        at: .init(file: name))
    }
    return try JSONValue(parsing: text, file: name)
  }

  /// The tensor called `name`; throws a data error that lists the names there are.
  public func tensor(named name: String) throws -> Tensor {
    var low = 0
    var high = tensors.count
    while low < high {
      let middle = (low + high) / 2
      if tensors[middle].name.utf8.lexicographicallyPrecedes(name.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < tensors.count, tensors[low].name.utf8.elementsEqual(name.utf8) else {
      let present = tensors.prefix(8).map { SafetensorsHeader.quoted($0.name) }.joined(separator: ", ")
      throw SurprisalError(
        .data, "there is no tensor \(SafetensorsHeader.quoted(name))",
        remedy: tensors.isEmpty ? "the file holds none" : "the file holds \(present)",
        at: .init(file: self.name))
    }
    return tensors[low]
  }

  /// Calls `body` with the bytes of `tensor`, little-endian, in row-major order, at any alignment.
  public func withUnsafeBytes<Result>(
    of tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try contents.withUnsafeBytes { bytes in
      let start = dataOffset + tensor.byteRange.lowerBound
      return try body(UnsafeRawBufferPointer(rebasing: bytes[start..<start + tensor.byteRange.count]))
    }
  }

  /// The numbers of tensor `name` as float64 in row-major order; 64-bit integers are rounded to the nearest.
  public func doubles(named name: String) throws -> [Double] {
    let tensor = try tensor(named: name)
    return withUnsafeBytes(of: tensor) { tensor.type.doubles(from: $0) }
  }

  /// The numbers of integer tensor `name` in row-major order.
  public func integers(named name: String) throws -> [Int] {
    let tensor = try tensor(named: name)
    guard let values = withUnsafeBytes(of: tensor, { tensor.type.integers(from: $0) }) else {
      throw SurprisalError(
        .data, "tensor \(SafetensorsHeader.quoted(name)) of \(tensor.type) holds no 64-bit signed integers",
        remedy: "read it as float64", at: .init(file: self.name))
    }
    return values
  }
}
