import CSurprisalKernels
import SurprisalCore

extension ZipArchive {
  /// The bytes of `member`, its CRC verified; in place if it is stored.
  func contents(of member: Member) throws -> FileContents {
    let contents = member.method == 0 ? stored(member) : try inflated(member)
    let checksum = contents.withUnsafeBytes { CRC32.checksum(of: $0) }
    guard checksum == member.checksum else {
      throw failure("the zip member '\(member.name)' is damaged: its CRC does not hold")
    }
    return contents
  }

  /// At most `count` bytes from the start of `member`, its CRC not verified.
  func prefix(of member: Member, count: Int) throws -> FileContents {
    if member.method == 0 {
      let start = member.packedRange.lowerBound
      return FileContents(file, range: start..<start + min(count, member.packedRange.count))
    }
    return try inflated(member, prefix: min(count, member.unpackedByteCount))
  }

  private func stored(_ member: Member) -> FileContents {
    FileContents(file, range: member.packedRange)
  }

  private func inflated(_ member: Member, prefix: Int? = nil) throws -> FileContents {
    let byteCount = prefix ?? member.unpackedByteCount
    let contents = try FileContents(byteCount: byteCount) { output in
      var consumed = 0
      var written = 0
      // zlib wants an address even where nothing is to come out; the buffer always has one.
      let result = file.withUnsafeBytes { input in
        surprisal_inflate(
          Int32(SURPRISAL_INFLATE_RAW.rawValue),
          (input.baseAddress ?? file.base).assumingMemoryBound(to: UInt8.self)
            + member.packedRange.lowerBound,
          member.packedRange.count, output.baseAddress?.assumingMemoryBound(to: UInt8.self), byteCount,
          &consumed, &written)
      }
      let isWhole =
        result == Int32(SURPRISAL_INFLATE_ENDED.rawValue) && written == byteCount
        && consumed == member.packedRange.count
      let isPrefix =
        prefix != nil && written == byteCount && result == Int32(SURPRISAL_INFLATE_FULL.rawValue)
      guard isWhole || isPrefix else { throw failedInflate(member, Int(result), written) }
    }
    guard let contents else {
      throw SurprisalError(
        .internal, "no memory for the \(byteCount) bytes of the zip member '\(member.name)'",
        remedy: "free memory or save it unpacked", at: .init(file: file.name))
    }
    return contents
  }

  private func failedInflate(_ member: Member, _ result: Int, _ written: Int) -> SurprisalError {
    switch UInt32(result) {
    case SURPRISAL_INFLATE_UNAVAILABLE.rawValue:
      return failure(
        "the zip member '\(member.name)' is compressed, and this surprisal is built without zlib",
        remedy: "save it with numpy.savez, or build with --traits SystemLibraries")
    case SURPRISAL_INFLATE_FULL.rawValue:
      return failure(
        "the zip member '\(member.name)' unpacks to more than the \(member.unpackedByteCount) bytes declared")
    case SURPRISAL_INFLATE_ENDED.rawValue where written < member.unpackedByteCount:
      return failure(
        "the zip member '\(member.name)' unpacks to \(written) bytes, declared are "
          + "\(member.unpackedByteCount)")
    default:
      return failure("the compressed data of the zip member '\(member.name)' are damaged")
    }
  }
}
