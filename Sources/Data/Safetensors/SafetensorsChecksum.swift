import SurprisalCore

/// The SHA-256 that a file of ours carries in its own metadata, taken with its 64 digits as zeros.
///
/// The marks are looked for twice. First as raw bytes near the start of the file, where our writer puts
/// them, so that damage to the header's own structure is still told as what it is; then in the parsed
/// metadata, so that a file another tool wrote anew with our marks is held to them too. No single flipped
/// bit can hide both marks.
struct SafetensorsChecksum {
  static let digitCount = 64
  /// How far from the start our writer's marks lie at most.
  static let searchedByteCount = 4096

  let file: String
  private(set) var isVerified = false
  private var verifiedOffset: Int?

  init(file: String) { self.file = file }

  /// Verifies the checksum of `bytes` if a mark stands near their start.
  mutating func verifyIfMarked(_ bytes: UnsafeRawBufferPointer) throws {
    let start = UnsafeRawBufferPointer(rebasing: bytes.prefix(SafetensorsChecksum.searchedByteCount))
    let versionMark = "\"\(SafetensorsFile.MetadataKey.formatVersion)\""
    let checksumMark = "\"\(SafetensorsFile.MetadataKey.checksum)\":\""
    let place = SafetensorsChecksum.end(of: checksumMark, in: start)
    guard place != nil || SafetensorsChecksum.end(of: versionMark, in: start) != nil else { return }
    guard let place else { throw failure("the file is marked as surprisal's but has no checksum") }
    try verify(bytes, digitsAt: place)
  }

  /// Verifies the checksum of `bytes` if the metadata of its `header` hold a mark.
  mutating func verifyIfMarked(_ bytes: UnsafeRawBufferPointer, header: SafetensorsHeader) throws {
    let isMarked = header.metadata.contains {
      $0.key == SafetensorsFile.MetadataKey.formatVersion || $0.key == SafetensorsFile.MetadataKey.checksum
    }
    guard isMarked else { return }
    guard let offset = header.checksumOffset else {
      throw failure("the file is marked as surprisal's but has no checksum")
    }
    if verifiedOffset != offset + 8 { try verify(bytes, digitsAt: offset + 8) }
  }

  private mutating func verify(_ bytes: UnsafeRawBufferPointer, digitsAt offset: Int) throws {
    let end = offset + SafetensorsChecksum.digitCount
    guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else {
      throw failure("the checksum has not \(SafetensorsChecksum.digitCount) digits")
    }
    let digest = SafetensorsChecksum.digest(of: bytes, digitsAt: offset)
    guard bytes[offset..<end].elementsEqual(digest.utf8) else {
      throw failure("the checksum does not hold: the file was changed or damaged after it was written")
    }
    isVerified = true
    verifiedOffset = offset
  }

  private func failure(_ what: String) -> SurprisalError {
    SurprisalError(
      .data, what, remedy: "restore it from a copy or write it anew", at: .init(file: file))
  }

  /// The digest of `bytes` with the digits at `offset` read as zeros.
  static func digest(of bytes: UnsafeRawBufferPointer, digitsAt offset: Int) -> String {
    var hash = SHA256()
    hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<offset]))
    hash.update([UInt8](repeating: UInt8(ascii: "0"), count: digitCount))
    hash.update(UnsafeRawBufferPointer(rebasing: bytes[(offset + digitCount)...]))
    return hash.hexDigest
  }

  /// The offset behind the first occurrence of `text` in `bytes`.
  private static func end(of text: String, in bytes: UnsafeRawBufferPointer) -> Int? {
    let pattern = Array(text.utf8)
    guard bytes.count >= pattern.count else { return nil }
    for start in 0...(bytes.count - pattern.count)
    where bytes[start] == pattern[0] && bytes[start..<start + pattern.count].elementsEqual(pattern) {
      return start + pattern.count
    }
    return nil
  }
}
