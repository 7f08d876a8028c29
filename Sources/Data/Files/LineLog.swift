import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A text file that grows by whole lines.
///
/// Each line goes out in one call, so that a reader, and whoever reads after a crash, meets at most one torn line: the
/// last. Opening cuts it off.
package final class LineLog {
  private let path: String
  private let descriptor: Int32
  private var length: Int

  /// Opens or creates the file at `path` and cuts it before the first line that is torn or that `isKept` does not keep.
  package init(path: String, isKept: (String) -> Bool) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw AtomicWrite.failure("cannot be created", path, code: errno) }
    length = 0
    for line in try LineLog.lines(of: path) {
      guard isKept(String(decoding: line, as: UTF8.self)) else { break }
      length += line.count + 1
    }
    guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, off_t(length), SEEK_SET) >= 0 else {
      throw AtomicWrite.failure("cannot be cut", path, code: errno)
    }
  }

  deinit { close(descriptor) }

  /// Adds `line`, which holds no line end, and a line end; on failure the file is as long as before.
  package func append(_ line: String) throws {
    let bytes = Array((line + "\n").utf8)
    if let code = bytes.withUnsafeBytes({ AtomicWrite.writeAll($0, to: descriptor) }) {
      ftruncate(descriptor, off_t(length))
      lseek(descriptor, off_t(length), SEEK_SET)
      throw AtomicWrite.failure("cannot be written", path, code: code)
    }
    length += bytes.count
  }

  /// Returns when all lines have reached the device.
  package func flush() throws {
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw AtomicWrite.failure("cannot be flushed", path, code: errno)
    }
  }

  /// The whole lines of the file at `path`, without their ends; a torn last line is left out.
  package static func lines(of path: String) throws -> [ArraySlice<UInt8>] {
    let bytes = try MappedFile(path: path).withUnsafeBytes { Array($0) }
    return Array(bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast())
  }
}
