import Surprisal

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard output and standard error of the process.
///
/// Output is held back in a buffer of 64 KiB, so that a command which fails before its first row is out leaves
/// standard output empty; `discard` drops what is held.
package final class Console {
  /// What a broken pipe on standard output throws: the reader has gone, which is no error of ours.
  struct BrokenPipe: Error {}

  private static let capacity = 1 << 16
  private var held: [UInt8] = []
  private var hasWritten = false
  /// Whether messages that are no errors stay away from standard error.
  var isQuiet = false

  package init() { held.reserveCapacity(Console.capacity + 4096) }

  /// Adds `text` to standard output.
  func write(_ text: String) throws {
    held.append(contentsOf: text.utf8)
    if held.count >= Console.capacity { try flush() }
  }

  /// Adds `text` and a line end to standard output.
  func writeLine(_ text: String) throws { try write(text + "\n") }

  /// Writes all that is held to standard output.
  ///
  /// Throws an input-output error that names the cause, or `BrokenPipe`.
  func flush() throws {
    defer { held.removeAll(keepingCapacity: true) }
    let failure = held.withUnsafeBytes { Console.write($0, to: STDOUT_FILENO) }
    guard let failure else { return }
    if failure == EPIPE { throw BrokenPipe() }
    throw SurprisalError(
      .inputOutput, "standard output cannot be written: \(String(cString: strerror(failure)))",
      remedy: failure == ENOSPC ? "make room or write elsewhere" : "give the process an open output")
  }

  /// Drops what is held back.
  func discard() { held.removeAll(keepingCapacity: true) }

  /// Writes one line to standard error, unless quiet.
  func note(_ text: String) {
    if !isQuiet { Console.report(text) }
  }

  /// Writes one line to standard error, whatever else holds; a failure to do so is nobody's to hear.
  static func report(_ text: String) {
    let line = Array((SurprisalError.onOneLine(text) + "\n").utf8)
    _ = line.withUnsafeBytes { write($0, to: STDERR_FILENO) }
  }

  /// Writes all bytes; returns the system's error number if it could not.
  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = UnsafeRawBufferPointer(rebasing: rest).withMemoryRebound(to: UInt8.self) { buffer in
        #if canImport(Glibc)
          Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
          Musl.write(descriptor, buffer.baseAddress, buffer.count)
        #else
          Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
      }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&waiting, 1, -1)
          continue
        }
        return errno
      }
      rest = rest.dropFirst(count)
    }
    return nil
  }
}
