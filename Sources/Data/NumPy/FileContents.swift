#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes of a file or of one of its unpacked members, kept alive by whoever reads them.
///
/// Invariant behind `@unchecked`: `base` and the bytes never change after `init`, and `owner` keeps them.
final class FileContents: @unchecked Sendable {
  let base: UnsafeRawPointer
  let byteCount: Int
  private let owner: MappedFile?

  /// The bytes of `file` in `range`, in place; all of them without a range.
  init(_ file: MappedFile, range: Range<Int>? = nil) {
    base = file.base + (range?.lowerBound ?? 0)
    byteCount = range?.count ?? file.byteCount
    owner = file
  }

  /// `byteCount` new bytes on a cache line, filled by `fill`; nil if there is no memory for them.
  init?(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, 64, max(byteCount, 64)) == 0, let memory else { return nil }
    base = UnsafeRawPointer(memory)
    self.byteCount = byteCount
    owner = nil
    try fill(UnsafeMutableRawBufferPointer(start: memory, count: byteCount))
  }

  deinit {
    if owner == nil { free(UnsafeMutableRawPointer(mutating: base)) }
  }

  /// Calls `body` with the bytes.
  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: base, count: byteCount)) }
  }
}
