import SurprisalCore

/// The directory of a zip file (PKWARE APPNOTE 6.3, with zip64), checked before any member is read.
///
/// Refused: encryption, several disks, members that overlap or lie outside the file, names that come twice
/// or lead out of a folder, and members that unpack to more than ``unpackedLimit(packedByteCount:)``.
struct ZipArchive {
  /// One file in the archive.
  struct Member {
    let name: String
    let method: UInt16
    let checksum: UInt32
    let unpackedByteCount: Int
    /// Where its packed bytes lie in the file.
    let packedRange: Range<Int>
  }

  /// The most bytes a member may unpack to: 64 MiB, or a hundred times its packed size if that is more.
  static func unpackedLimit(packedByteCount: Int) -> Int {
    let (product, overflow) = packedByteCount.multipliedReportingOverflow(by: 100)
    return max(64 << 20, overflow ? .max : product)
  }

  let file: MappedFile
  private(set) var members: [Member] = []

  /// Whether `bytes` start as a zip file does.
  static func isArchive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  /// Reads the directory of `file`.
  init(_ file: MappedFile) throws {
    self.file = file
    try file.withUnsafeBytes { bytes in
      let reader = ZipReader(bytes: bytes)
      guard let directory = reader.directory() else {
        throw failure("the directory at the end of the zip file is missing or damaged")
      }
      var offset = directory.range.lowerBound
      while offset < directory.range.upperBound {
        guard let entry = reader.entry(at: offset, in: directory.range) else {
          throw failure("entry \(members.count + 1) of the zip directory is damaged")
        }
        members.append(try member(of: entry, reader, dataEnd: directory.range.lowerBound))
        offset = entry.end
      }
      guard members.count == directory.entryCount else {
        throw failure("the zip directory has \(members.count) entries and tells of \(directory.entryCount)")
      }
    }
    try checkNamesAndRanges()
  }

  func failure(_ what: String, remedy: String = "write the file anew with numpy.savez") -> SurprisalError {
    SurprisalError(.data, what, remedy: remedy, at: .init(file: file.name))
  }

  private func member(of entry: ZipReader.Entry, _ reader: ZipReader, dataEnd: Int) throws -> Member {
    guard UTF8Validation.firstInvalidOffset(in: entry.name) == nil else {
      throw failure("entry \(members.count + 1) of the zip directory has a name that is not UTF-8")
    }
    let name = String(decoding: entry.name, as: UTF8.self)
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if name.isEmpty || name.hasPrefix("/") || name.contains("\\") || name.utf8.contains(0)
      || parts.contains("..") || name.utf8.count > 4096
    {
      throw failure("the zip member '\(name.prefix(80))' has a name that leads out of its folder")
    }
    if entry.flags & 1 != 0 { throw failure("the zip member '\(name)' is encrypted") }
    guard entry.method == 0 || entry.method == 8 else {
      throw failure("the zip member '\(name)' is packed by method \(entry.method), not stored or deflated")
    }
    guard let start = reader.dataStart(of: entry), start <= dataEnd,
      entry.packedByteCount <= dataEnd - start
    else { throw failure("the zip member '\(name)' does not lie where the directory says") }
    if entry.method == 0, entry.packedByteCount != entry.unpackedByteCount {
      throw failure("the stored zip member '\(name)' has two sizes")
    }
    let limit = ZipArchive.unpackedLimit(packedByteCount: entry.packedByteCount)
    guard entry.unpackedByteCount <= limit else {
      throw failure(
        "the zip member '\(name)' of \(entry.packedByteCount) bytes unpacks to \(entry.unpackedByteCount), "
          + "the limit is \(limit)", remedy: "save it unpacked with numpy.savez or numpy.save")
    }
    return Member(
      name: name, method: entry.method, checksum: entry.checksum,
      unpackedByteCount: entry.unpackedByteCount, packedRange: start..<start + entry.packedByteCount)
  }

  private func checkNamesAndRanges() throws {
    var names: Set<[UInt8]> = []
    for member in members where !names.insert(Array(member.name.utf8)).inserted {
      throw failure("the zip member '\(member.name)' comes twice")
    }
    var end = 0
    for member in members.sorted(by: { $0.packedRange.lowerBound < $1.packedRange.lowerBound }) {
      guard member.packedRange.lowerBound >= end else {
        throw failure("the zip member '\(member.name)' overlaps another")
      }
      end = member.packedRange.upperBound
    }
  }
}
