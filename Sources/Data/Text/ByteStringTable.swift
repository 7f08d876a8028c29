/// Byte strings numbered in the order they were first met, with a hash table to find them by.
///
/// Strings lie one behind the other in one array, so that millions of look-ups allocate nothing.
package struct ByteStringTable: Sendable {
  /// All strings, one behind the other.
  private var storage: [UInt8] = []
  /// Where each string begins in `storage`, and where the last one ends.
  private var starts: [Int] = [0]
  /// The number of the string in each slot, or −1; a power of two of them, at most half of them taken.
  private var slots: [Int32] = [Int32](repeating: -1, count: 64)
  private var hashes: [UInt32] = []

  package init() {}

  /// How many strings there are.
  package var count: Int { starts.count - 1 }

  /// String `index`.
  package subscript(index: Int) -> ArraySlice<UInt8> { storage[starts[index]..<starts[index + 1]] }

  /// The number of `string`; nil if it is not in the table.
  package func index(of string: UnsafeRawBufferPointer) -> Int? {
    let found = slots[slot(of: string, hash: ByteStringTable.hash(string))]
    return found < 0 ? nil : Int(found)
  }

  /// The number of `string`, which joins the table if it is new.
  package mutating func insert(_ string: UnsafeRawBufferPointer) -> Int {
    let hash = ByteStringTable.hash(string)
    let place = slot(of: string, hash: hash)
    if slots[place] >= 0 { return Int(slots[place]) }
    let index = count
    slots[place] = Int32(index)
    storage.append(contentsOf: string)
    starts.append(storage.count)
    hashes.append(hash)
    if 2 * count > slots.count { grow() }
    return index
  }

  /// The slot that holds `string`, or the empty one where it would go.
  private func slot(of string: UnsafeRawBufferPointer, hash: UInt32) -> Int {
    let mask = slots.count - 1
    var place = Int(hash) & mask
    while slots[place] >= 0 {
      let index = Int(slots[place])
      if hashes[index] == hash, isEqual(index, string) { return place }
      place = (place + 1) & mask
    }
    return place
  }

  private func isEqual(_ index: Int, _ string: UnsafeRawBufferPointer) -> Bool {
    let start = starts[index]
    guard starts[index + 1] - start == string.count else { return false }
    for offset in 0..<string.count where storage[start + offset] != string[offset] { return false }
    return true
  }

  private mutating func grow() {
    let mask = 2 * slots.count - 1
    slots = [Int32](repeating: -1, count: mask + 1)
    for (index, hash) in hashes.enumerated() {
      var place = Int(hash) & mask
      while slots[place] >= 0 { place = (place + 1) & mask }
      slots[place] = Int32(index)
    }
  }

  /// FNV-1a over 64 bits, its halves folded and stirred.
  private static func hash(_ string: UnsafeRawBufferPointer) -> UInt32 {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in string { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    state = (state ^ state >> 32) &* 0x9E37_79B9_7F4A_7C15
    return UInt32(truncatingIfNeeded: state >> 32)
  }
}
