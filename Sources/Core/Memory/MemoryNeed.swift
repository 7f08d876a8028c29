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

  /// Throws an error of `category` where `bytes` are more than `limit`, by default nine tenths of the machine's memory,
  /// or more than the process may map.
  ///
  /// - Parameter what: what needs them, in the singular.
  package static func require(
    _ bytes: Double, for what: String, remedy: String, category: SurprisalError.Category = .data,
    limit: Double = 0.9 * machine
  ) throws {
    // So little is not worth a system call.
    if bytes <= min(16e6, limit) { return }
    let available = mappable(upTo: min(bytes, limit))
    if available >= bytes { return }
    throw SurprisalError(
      category, "\(what) needs \(text(bytes)) of memory, and \(text(available)) can be had", remedy: remedy)
  }

  /// Bytes in decimal units, rounded up to one digit behind the point.
  package static func text(_ bytes: Double) -> String {
    let (divisor, unit) = bytes >= 1e12 ? (1e12, "TB") : bytes >= 1e9 ? (1e9, "GB") : (1e6, "MB")
    return "\((bytes / divisor * 10).rounded(.up) / 10) \(unit)"
  }

  /// `bytes` if the process may map that many, else how many it may, to about a megabyte.
  private static func mappable(upTo bytes: Double) -> Double {
    if canMap(bytes) { return bytes }
    var (fitting, tooMuch) = (0.0, bytes)
    while tooMuch - fitting > 1e6 {
      let middle = (fitting + tooMuch) / 2
      if canMap(middle) { fitting = middle } else { tooMuch = middle }
    }
    return fitting
  }

  /// Whether the system would give so many bytes; none of them is touched.
  private static func canMap(_ bytes: Double) -> Bool {
    guard bytes >= 1, bytes < 0x1p62,
      let memory = mmap(nil, Int(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANON), -1, 0),
      memory != UnsafeMutableRawPointer(bitPattern: -1)
    else { return false }
    munmap(memory, Int(bytes))
    return true
  }
}
