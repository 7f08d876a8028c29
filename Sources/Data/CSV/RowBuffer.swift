import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Memory for rows of which only the most there can be is known: pages that are never written cost nothing.
final class RowBuffer {
  /// The first number.
  let base: UnsafeMutablePointer<Double>
  private let byteCount: Int
  private var isOwner = true

  /// Reserves room for `capacity` numbers.
  ///
  /// Throws an internal error if the system does not give it.
  init(capacity: Int, name: String) throws {
    byteCount = max(capacity, 1) * MemoryLayout<Double>.stride
    let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANON), -1, 0)
    guard let memory, memory != UnsafeMutableRawPointer(bitPattern: -1) else {
      throw SurprisalError(
        .internal, "the rows need up to \(byteCount) bytes of memory, which the system does not give",
        remedy: "read fewer columns or raise the limit", at: .init(file: name))
    }
    #if os(Linux)
      // Fewer page faults; the kernel may decline.
      if byteCount >= 1 << 22 { _ = madvise(memory, byteCount, Int32(MADV_HUGEPAGE)) }
    #endif
    base = memory.bindMemory(to: Double.self, capacity: max(capacity, 1))
  }

  deinit {
    if isOwner { munmap(base, byteCount) }
  }

  /// Moves numbers towards the beginning, over a gap that left-out rows leave.
  func move(from source: Int, to destination: Int, count: Int) {
    guard source != destination, count > 0 else { return }
    memmove(base + destination, base + source, count * MemoryLayout<Double>.stride)
  }

  /// Takes the last column out of rows of `columnCount` numbers, closing the gaps.
  func removeLastColumn(rowCount: Int, columnCount: Int) -> [Double] {
    let kept = columnCount - 1
    return (0..<rowCount).map { row in
      let last = base[row * columnCount + kept]
      move(from: row * columnCount, to: row * kept, count: kept)
      return last
    }
  }

  /// The numbers as a matrix, which takes the memory over.
  func matrix(rowCount: Int, columnCount: Int) -> RowMatrix {
    isOwner = false
    // Nobody writes it any more; the closure runs once, with the last matrix.
    nonisolated(unsafe) let memory = base
    let byteCount = byteCount
    return RowMatrix(
      memory: RowMatrix.Memory(base: UnsafePointer(base)) { munmap(memory, byteCount) },
      rowCount: rowCount, columnCount: columnCount)
  }
}
