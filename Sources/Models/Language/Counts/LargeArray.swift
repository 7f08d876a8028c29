#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Arrays that are read at random: on pages as large as the system has, where they are large enough for it to matter.
enum LargeArray {
  private static let pageByteCount = 1 << 21

  /// `count` times `value`.
  static func repeating<Element: BitwiseCopyable>(_ value: Element, count: Int) -> [Element] {
    [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      advise(UnsafeMutableRawBufferPointer(buffer))
      buffer.initialize(repeating: value)
      initialized = count
    }
  }

  /// Asks the system for large pages within `memory`, which was not written yet. It may decline; nothing depends on it.
  static func advise(_ memory: UnsafeMutableRawBufferPointer) {
    #if os(Linux)
      guard let start = memory.baseAddress, memory.count >= 2 * pageByteCount else { return }
      let (first, last) = (Int(bitPattern: start) + pageByteCount - 1, Int(bitPattern: start) + memory.count)
      let (begin, end) = (first / pageByteCount * pageByteCount, last / pageByteCount * pageByteCount)
      _ = madvise(UnsafeMutableRawPointer(bitPattern: begin), end - begin, Int32(MADV_HUGEPAGE))
    #endif
  }
}
