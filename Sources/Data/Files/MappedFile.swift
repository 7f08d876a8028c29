import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of a file, read in place; or of standard input, a pipe or a device, read into memory.
///
/// The bytes live as long as this object. Behind the last byte follow at least ``paddingByteCount`` readable
/// zero bytes, so that readers may load whole words and need no test for the end in their inner loops.
///
/// Invariant behind `@unchecked`: `base`, `byteCount` and the bytes never change after `init`. The one
/// exception, ``discardPages(in:)``, is left to a reader that holds the only reference.
public final class MappedFile: @unchecked Sendable {
  /// The readable zero bytes behind the end.
  package static let paddingByteCount = 64

  private enum Origin {
    /// A mapping of this many bytes, padding included.
    case mapping(length: Int)
    case heap
  }

  /// The path as given; `-` for standard input.
  public let name: String
  /// The number of bytes.
  public let byteCount: Int
  /// The address of the first byte.
  package let base: UnsafeRawPointer
  private let origin: Origin

  /// Opens and maps the file at `path`; `-` stands for standard input.
  ///
  /// Whatever cannot be mapped (pipes, devices) is read to its end. A pipe in the file system that nobody
  /// opens for writing within `writerTimeout` seconds is an error.
  ///
  /// Throws `missingInput` for a missing file, a directory or closed standard input, `inputOutput` for a file
  /// that may not or cannot be read.
  public init(path: String, writerTimeout: Double = 10) throws {
    let descriptor = try InputDescriptor(path: path)
    name = path
    let status = descriptor.status
    if status.isRegular, status.byteCount > 0, descriptor.isAtStart {
      let mapping = try descriptor.map(byteCount: status.byteCount)
      base = mapping.base
      byteCount = status.byteCount
      origin = .mapping(length: mapping.length)
    } else {
      let contents = try descriptor.readToEnd(writerTimeout: writerTimeout)
      base = contents.base
      byteCount = contents.byteCount
      origin = .heap
    }
  }

  /// Takes a copy of `bytes`, such as unpacked contents, under `name`.
  package convenience init(name: String, copying bytes: UnsafeRawBufferPointer) {
    let length = bytes.count + MappedFile.paddingByteCount
    let memory = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 64)
    if let start = bytes.baseAddress {
      memory.copyMemory(from: start, byteCount: bytes.count)
    }
    self.init(name: name, adopting: memory, byteCount: bytes.count)
  }

  /// Takes over `memory`, allocated at 64 bytes, which has room for the padding behind its `byteCount` bytes.
  init(name: String, adopting memory: UnsafeMutableRawPointer, byteCount: Int) {
    self.name = name
    (memory + byteCount).initializeMemory(
      as: UInt8.self, repeating: 0, count: MappedFile.paddingByteCount)
    base = UnsafeRawPointer(memory)
    self.byteCount = byteCount
    origin = .heap
  }

  deinit {
    let memory = UnsafeMutableRawPointer(mutating: base)
    switch origin {
    case .mapping(let length): munmap(memory, length)
    case .heap: free(memory)
    }
  }

  /// Calls `body` with the bytes, valid during the call.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) {
      try body(UnsafeRawBufferPointer(start: base, count: byteCount))
    }
  }

  /// Gives the pages inside `range` back to the system while the bytes stay readable.
  ///
  /// Bytes read into memory cannot be fetched again and are left alone.
  package func releasePages(in range: Range<Int>) {
    guard case .mapping = origin else { return }
    giveBackPages(in: range)
  }

  /// Gives the pages inside `range` back to the system; bytes read into memory are lost.
  package func discardPages(in range: Range<Int>) {
    giveBackPages(in: range)
  }

  private func giveBackPages(in range: Range<Int>) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let address = Int(bitPattern: base)
    let start = (address + range.lowerBound + page - 1) / page * page
    let end = (address + range.upperBound) / page * page
    guard start < end else { return }
    _ = madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, Int32(MADV_DONTNEED))
  }
}
