/// Memory for numbers that many threads read, or write at disjoint indices; 64-byte aligned.
final class Cells<Element: BitwiseCopyable>: @unchecked Sendable {
  // Unchecked: the class holds an address only; it is written while it is made, by one thread for each index.
  let base: UnsafeMutablePointer<Element>
  let count: Int

  init(repeating value: Element, count: Int) {
    self.count = count
    base = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64)
      .bindMemory(to: Element.self, capacity: max(1, count))
    base.initialize(repeating: value, count: count)
  }

  convenience init(_ values: [Element], or filler: Element) {
    self.init(repeating: filler, count: values.count)
    for (index, value) in values.enumerated() { base[index] = value }
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}
