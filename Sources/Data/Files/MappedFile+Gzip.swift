import CSurprisalKernels
import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension MappedFile {
  /// Whether the contents begin like a gzip stream (RFC 1952).
  package var isGzip: Bool {
    withUnsafeBytes { $0.count >= 2 && $0[0] == 0x1F && $0[1] == 0x8B }
  }

  /// The contents of a gzip file of one or more members, unpacked into memory.
  ///
  /// Throws a data error for a truncated or damaged stream and for contents larger than half of the machine's
  /// memory, and a usage error where the program was built without zlib.
  package func unpackingGzip() throws -> MappedFile {
    let limit = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE))) / 2
    return try withUnsafeBytes { input in
      // The last four bytes hold the size modulo 2³² of the last member, if they tell the truth: no file unpacks to
      // more than deflate's greatest ratio allows.
      let size = input.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      let (most, overflow) = input.count.multipliedReportingOverflow(by: MappedFile.largestExpansion)
      var capacity = min(max(overflow ? size : min(size, most), input.count) + 1, limit)
      while true {
        let memory = UnsafeMutableRawBufferPointer.allocate(
          byteCount: capacity + MappedFile.paddingByteCount, alignment: 64)
        var isKept = false
        defer { if !isKept { memory.deallocate() } }
        let output = UnsafeMutableRawBufferPointer(rebasing: memory[..<capacity])
        if let count = try unpack(input, into: output), let start = memory.baseAddress {
          isKept = true
          return MappedFile(name: name, adopting: start, byteCount: count)
        }
        guard capacity < limit else {
          throw SurprisalError(
            .data, "unpacks to more than half of this machine's memory (\(limit) bytes)",
            remedy: "unpack it and name the file", at: .init(file: name))
        }
        capacity = min(capacity * 2, limit)
      }
    }
  }

  /// Deflate makes at most this many bytes of one (a run of 258 in two bits).
  package static let largestExpansion = 1032

  /// The first `count` bytes of the contents, unpacked where they are a gzip stream; fewer where there are no more,
  /// where the stream is damaged before, and of a packed one where the program was built without zlib.
  package func unpackedPrefix(_ count: Int) -> [UInt8] {
    withUnsafeBytes { input in
      guard isGzip, let source = input.bindMemory(to: UInt8.self).baseAddress else { return Array(input.prefix(count)) }
      return [UInt8](unsafeUninitializedCapacity: count) { buffer, given in
        var taken = 0
        _ = surprisal_inflate(
          Int32(SURPRISAL_INFLATE_GZIP.rawValue), source, input.count, buffer.baseAddress, count, &taken, &given)
      }
    }
  }

  /// The bytes that all members unpack to, or `nil` if `output` is too small.
  private func unpack(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws -> Int? {
    guard let source = input.bindMemory(to: UInt8.self).baseAddress,
      let target = output.bindMemory(to: UInt8.self).baseAddress
    else { return 0 }
    var consumed = 0
    var written = 0
    while consumed < input.count {
      var taken = 0
      var given = 0
      let result = surprisal_inflate(
        Int32(SURPRISAL_INFLATE_GZIP.rawValue), source + consumed, input.count - consumed,
        target + written, output.count - written, &taken, &given)
      consumed += taken
      written += given
      switch UInt32(bitPattern: result) {
      case SURPRISAL_INFLATE_ENDED.rawValue: continue
      case SURPRISAL_INFLATE_FULL.rawValue: return nil
      case SURPRISAL_INFLATE_UNAVAILABLE.rawValue:
        throw SurprisalError(
          .usage, "is packed with gzip, and this program was built without zlib",
          remedy: "unpack it first: gunzip", at: .init(file: name))
      default:
        throw SurprisalError(
          .data, "the gzip stream is damaged or cut off at byte offset \(consumed) of \(input.count)",
          remedy: "fetch or write the file again", at: .init(file: name))
      }
    }
    return written
  }
}
