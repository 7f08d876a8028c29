import SurprisalCore

/// Collects tensors and writes them as one safetensors file of ours.
///
/// Equal contents give equal bytes: tensors are sorted by name, metadata stand in a fixed order, and the
/// SHA-256 over the whole file (its own 64 digits as zeros) is part of it.
public struct SafetensorsWriter: Sendable {
  private struct Tensor: Sendable {
    let name: String
    let type: ElementType
    let shape: [Int]
    let bytes: [UInt8]
  }

  private var metadata: [(key: String, value: String)]
  private var tensors: [Tensor] = []

  /// A file without tensors that holds a `kind` of model with `configuration`; `units` and `kernelVariant`
  /// say in what units its numbers are and which kernels computed them.
  public init(kind: String, configuration: JSONValue, units: String, kernelVariant: String) {
    metadata = [
      (SafetensorsFile.MetadataKey.kind, kind),
      (SafetensorsFile.MetadataKey.configuration, configuration.text()),
      (SafetensorsFile.MetadataKey.units, units),
      (SafetensorsFile.MetadataKey.kernelVariant, kernelVariant),
    ]
  }

  /// Adds a text to the metadata. Throws a usage error if `key` is there already.
  public mutating func addMetadata(_ key: String, _ value: String) throws {
    let reserved = [SafetensorsFile.MetadataKey.formatVersion, SafetensorsFile.MetadataKey.checksum]
    let keys = reserved + metadata.map(\.key)
    if keys.contains(where: { $0.utf8.elementsEqual(key.utf8) }) {
      throw SurprisalError(.usage, "metadata '\(key)' is there already", remedy: "choose another name")
    }
    metadata.append((key, value))
  }

  /// Adds float64 numbers in row-major order; `shape` is empty for a single number.
  public mutating func add(_ name: String, _ values: [Double], shape: [Int]) throws {
    try add(name, .float64, shape, values.map { $0.bitPattern.littleEndian })
  }

  /// Adds integers (64 bits) in row-major order; `shape` is empty for a single number.
  public mutating func add(_ name: String, _ values: [Int], shape: [Int]) throws {
    try add(name, .int64, shape, values.map { UInt64(bitPattern: Int64($0)).littleEndian })
  }

  private mutating func add(
    _ name: String, _ type: ElementType, _ shape: [Int], _ words: [UInt64]
  ) throws {
    try add(name, bytes: words.withUnsafeBytes(Array.init), type: type, shape: shape)
  }

  /// Adds elements as they lie in a file: little-endian, in row-major order.
  package mutating func add(_ name: String, bytes: [UInt8], type: ElementType, shape: [Int]) throws {
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(
        .usage, "tensor \(SafetensorsHeader.quoted(name)): \(what)",
        remedy: "give each tensor a name of its own and as many numbers as its shape has")
    }
    if let fault = SafetensorsHeader.fault(ofName: name) { throw failure(fault) }
    if name == "__metadata__" { throw failure("the name is reserved") }
    if tensors.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
      throw failure("the name is taken")
    }
    guard shape.count <= SafetensorsHeader.maximumRank,
      type.extent(ofShape: shape)?.byteCount == bytes.count
    else { throw failure("\(bytes.count / type.byteCount) numbers do not fill shape \(shape)") }
    tensors.append(Tensor(name: name, type: type, shape: shape, bytes: bytes))
  }

  /// The whole file.
  public func bytes() -> [UInt8] {
    withParts { parts in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(parts.reduce(0) { $0 + $1.count })
      for part in parts { bytes.append(contentsOf: part) }
      return bytes
    }
  }

  /// Writes the file to `path` whole or not at all; see ``AtomicWrite``.
  public func write(to path: String) throws {
    try withParts { try AtomicWrite.write(parts: $0, to: path) }
  }

  /// Calls `body` with the parts of the file, header first; the tensors' bytes are not copied.
  private func withParts<Result>(_ body: ([UnsafeRawBufferPointer]) throws -> Result) rethrows -> Result {
    func add(
      _ rest: ArraySlice<Tensor>, to parts: [UnsafeRawBufferPointer],
      _ body: ([UnsafeRawBufferPointer]) throws -> Result
    ) rethrows -> Result {
      guard let first = rest.first else { return try body(parts) }
      return try first.bytes.withUnsafeBytes { try add(rest.dropFirst(), to: parts + [$0], body) }
    }
    let sorted = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return try add(sorted[...], to: []) { parts in
      try header(of: sorted, parts).withUnsafeBytes { try body([$0] + parts) }
    }
  }

  /// The length and the header of a file of these tensors.
  private func header(of sorted: [Tensor], _ parts: [UnsafeRawBufferPointer]) -> [UInt8] {
    let marks: [(String, String)] = [
      (SafetensorsFile.MetadataKey.formatVersion, "\(SafetensorsFile.formatVersion)"),
      (SafetensorsFile.MetadataKey.checksum, String(repeating: "0", count: SafetensorsChecksum.digitCount)),
    ]
    var members = [
      JSONMember(
        "__metadata__",
        .object((marks + metadata.map { ($0.key, $0.value) }).map { JSONMember($0.0, .string($0.1)) }))
    ]
    var offset = 0
    for tensor in sorted {
      let end = offset + tensor.bytes.count
      members.append(
        JSONMember(
          tensor.name,
          [
            "dtype": .string(tensor.type.safetensorsName), "shape": JSONValue(tensor.shape),
            "data_offsets": [.integer(offset), .integer(end)],
          ]))
      offset = end
    }
    var header = Array(JSONValue.object(members).text().utf8)
    // Blanks up to a whole cache line, so that a mapped file's numbers are aligned.
    while (8 + header.count) % 64 != 0 { header.append(0x20) }
    var file = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init)
    file += header
    stamp(&file, parts)
    return file
  }

  /// Puts the checksum into the place that `header` left for it, right behind the marks' fixed text.
  private func stamp(_ header: inout [UInt8], _ parts: [UnsafeRawBufferPointer]) {
    let before =
      "{\"__metadata__\":{\"\(SafetensorsFile.MetadataKey.formatVersion)\":"
      + "\"\(SafetensorsFile.formatVersion)\",\"\(SafetensorsFile.MetadataKey.checksum)\":\""
    let offset = 8 + before.utf8.count
    var hash = SHA256()
    hash.update(header)
    for part in parts { hash.update(part) }
    header.replaceSubrange(offset..<offset + SafetensorsChecksum.digitCount, with: hash.hexDigest.utf8)
  }
}
