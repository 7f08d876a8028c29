import CSurprisalKernels

extension Kernels {
  /// The indices (`int64`, in the shape of `x`) that put the elements along an axis in order; see `Tensor.sorted`.
  static func sortingIndices(_ x: Tensor, axis: Int, descending: Bool) -> Tensor {
    switch x.dtype {
    case .bfloat16:
      sortingIndices(converted(x, to: .float32), axis: axis, descending: descending)
    case .bool, .uint8:
      sortingIndices(UInt8.self, x, axis, descending) { UInt64($0) }
    case .int32:
      sortingIndices(Int32.self, x, axis, descending) { UInt64(UInt32(bitPattern: $0) ^ 0x8000_0000) }
    case .int64:
      sortingIndices(Int64.self, x, axis, descending) { UInt64(bitPattern: $0) ^ 0x8000_0000_0000_0000 }
    case .float32:
      sortingIndices(Float.self, x, axis, descending) { value in
        if value.isNaN { return nil }
        // + 0 makes −0 the same as 0. Negative numbers have their bits, and so their order, inverted.
        let bits = (value + 0).bitPattern
        return UInt64(bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits)
      }
    case .float64:
      sortingIndices(Double.self, x, axis, descending) { value in
        if value.isNaN { return nil }
        let bits = (value + 0).bitPattern
        return bits >> 63 == 0 ? bits | 0x8000_0000_0000_0000 : ~bits
      }
    }
  }

  /// Sorts by keys that have the order of the elements; nil, no number, comes last.
  @inline(__always)
  private static func sortingIndices<Element>(
    _ type: Element.Type, _ x: Tensor, _ axis: Int, _ descending: Bool, _ key: (Element) -> UInt64?
  ) -> Tensor {
    let (source, outer, count, inner) = blocks(x, axes: [axis])
    defer { withExtendedLifetime(source) {} }
    let values = elements(source, type)
    return Tensor(shape: x.shape, dtype: .int64) { out in
      let result = out.assumingMemoryBound(to: Int64.self)
      var sorter = RadixSorter(capacity: count)
      for block in 0..<outer {
        for column in 0..<inner {
          let start = block * count * inner + column
          sorter.removeAll()
          for place in 0..<count {
            let key = key(values[start + place * inner])
            // No floating-point number has the largest key.
            sorter.append(key.map { descending ? ~$0 : $0 } ?? .max, index: place)
          }
          sorter.sort()
          for place in 0..<count { result[start + place * inner] = Int64(sorter.index(place)) }
        }
      }
    }
  }
}

/// Stable sorting of 64-bit keys with the places they came from.
///
/// Few keys are inserted one by one; many are distributed byte by byte from the lowest on (Knuth 1998, §5.2.5),
/// leaving out bytes in which all are equal.
struct RadixSorter {
  private struct Item {
    var key: UInt64
    var index: UInt64
  }

  private var items: [Item] = []
  private var other: [Item] = []

  init(capacity: Int) { items.reserveCapacity(capacity) }

  mutating func removeAll() { items.removeAll(keepingCapacity: true) }
  mutating func append(_ key: UInt64, index: Int) { items.append(Item(key: key, index: UInt64(index))) }
  func index(_ place: Int) -> Int { Int(items[place].index) }

  mutating func sort() {
    if items.count < 64 { return insertAll() }
    var differing: UInt64 = 0
    for item in items { differing |= item.key ^ items[0].key }
    other = items
    for shift in stride(from: UInt64(0), to: 64, by: 8) where (differing >> shift) & 0xFF != 0 { distribute(shift) }
  }

  private mutating func distribute(_ shift: UInt64) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { ends in
      ends.initialize(repeating: 0)
      for item in items { ends[Int((item.key >> shift) & 0xFF)] += 1 }
      var start = 0
      for digit in 0..<256 { (ends[digit], start) = (start, start + ends[digit]) }
      items.withUnsafeBufferPointer { items in
        other.withUnsafeMutableBufferPointer { other in
          for item in items {
            let digit = Int((item.key >> shift) & 0xFF)
            other[ends[digit]] = item
            ends[digit] += 1
          }
        }
      }
    }
    swap(&items, &other)
  }

  private mutating func insertAll() {
    items.withUnsafeMutableBufferPointer { items in
      for end in items.indices.dropFirst() {
        let item = items[end]
        var place = end
        while place > 0, items[place - 1].key > item.key {
          items[place] = items[place - 1]
          place -= 1
        }
        items[place] = item
      }
    }
  }
}
