#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The few calls of the C library that reporting needs.
enum System {
  /// Whether the file descriptor is a terminal.
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// The columns and lines of the terminal behind the descriptor, if it says.
  static func terminalSize(_ descriptor: Int32) -> (width: Int, height: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
  }

  /// An environment variable, if it is set.
  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Nanoseconds on a clock that never goes back.
  static func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Seconds since 1970 by the system's clock.
  @Sendable static func secondsSince1970() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The name of this machine, without what could not stand in a file's name.
  static var hostName: String {
    var bytes = [UInt8](repeating: 0, count: 256)
    let isKnown = bytes.withUnsafeMutableBytes { buffer in
      buffer.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { gethostname($0, 255) == 0 } ?? false }
    }
    let name = bytes.prefix { $0 != 0 }.filter { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    return isKnown && !name.isEmpty ? String(decoding: name, as: UTF8.self) : "localhost"
  }

  /// Writes all of `text`; a terminal that refuses it loses a picture and nothing else.
  static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
        #if canImport(Glibc)
          let count = Glibc.write(descriptor, base, rest.count)
        #elseif canImport(Musl)
          let count = Musl.write(descriptor, base, rest.count)
        #else
          let count = Darwin.write(descriptor, base, rest.count)
        #endif
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return }
        rest = rest.dropFirst(count)
      }
    }
  }

  static func logarithm(_ value: Double) -> Double { log(value) }
  static func decimalLogarithm(_ value: Double) -> Double { log10(value) }
  static func exponential(_ value: Double) -> Double { exp(value) }
  static func arcTangent(_ y: Double, _ x: Double) -> Double { atan2(y, x) }

  /// 10^power, correctly rounded; 0 or infinity beyond the range of float64.
  static func powerOfTen(_ power: Int) -> Double { Double("1e\(power)") ?? (power < 0 ? 0 : .infinity) }
}
