import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How much memory a computation will take: asked before it is taken, since a system out of memory ends the process
/// without a word.
package enum MemoryNeed {
  /// The machine's memory in bytes.
  package static let machine = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))

  /// Throws a data error where `bytes` are more than `limit`, by default nine tenths of the machine's memory.
  package static func require(
    _ bytes: Double, for what: String, remedy: String, limit: Double = 0.9 * machine
  ) throws {
    guard bytes <= limit else {
      throw SurprisalError(
        .data, "\(what) needs \(text(bytes)) of memory, and this machine gives \(text(limit))", remedy: remedy)
    }
  }

  /// Bytes in decimal units, rounded up to three digits.
  package static func text(_ bytes: Double) -> String {
    let (divisor, unit) = bytes >= 1e12 ? (1e12, "TB") : bytes >= 1e9 ? (1e9, "GB") : (1e6, "MB")
    return "\((bytes / divisor * 10).rounded(.up) / 10) \(unit)"
  }
}
