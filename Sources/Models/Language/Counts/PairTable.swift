/// Finds the numbers of pairs (context, token) that lie elsewhere, in order, as the nodes of a level.
///
/// An open hash table of 8 bytes a slot: 32 bits of the pair's hash, by which nearly all other pairs are told apart without
/// looking at the nodes, and the pair's number plus one; 0 is empty. At most two thirds of the slots are taken.
struct PairTable: Sendable {
  /// A power of two of slots.
  private(set) var slots: [UInt64]
  /// How far a hash is shifted to give its first slot.
  private(set) var shift: UInt64

  /// A table with room for `capacity` pairs.
  init(capacity: Int) {
    var bits: UInt64 = 4
    while 2 << bits < 3 * capacity { bits += 1 }
    shift = 64 - bits
    slots = LargeArray.repeating(0, count: 1 << bits)
  }

  /// Whether there is room for `capacity` pairs in all.
  @inline(__always)
  func hasRoom(for capacity: Int) -> Bool { 3 * capacity <= 2 * slots.count }

  @inline(__always)
  static func hash(_ context: Int32, _ token: Int32) -> UInt64 {
    let key = UInt64(UInt32(bitPattern: context)) << 32 | UInt64(UInt32(bitPattern: token))
    return key &* 0x9E37_79B9_7F4A_7C15
  }

  /// The first slot that a pair may lie in.
  @inline(__always)
  static func home(_ hash: UInt64, _ shift: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> shift) }

  /// The 32 bits that a slot holds of a hash, in its upper half.
  @inline(__always)
  static func tag(_ hash: UInt64, _ shift: UInt64) -> UInt64 { (hash &>> (shift &- 32)) &<< 32 }

  /// The number of a pair among `nodes`, −1 if it is none of them.
  @inline(__always)
  func find(_ context: Int32, _ token: Int32, in nodes: [NGramLevel.Node]) -> Int32 {
    let hash = PairTable.hash(context, token)
    let tag = PairTable.tag(hash, shift)
    return slots.withUnsafeBufferPointer { slots in
      nodes.withUnsafeBufferPointer { nodes in
        let mask = slots.count &- 1
        var place = PairTable.home(hash, shift)
        while true {
          let slot = slots[place]
          if slot == 0 { return -1 }
          if (slot ^ tag) &>> 32 == 0 {
            let id = Int32(truncatingIfNeeded: slot & 0xFFFF_FFFF) &- 1
            if nodes[Int(id)].parent == context && nodes[Int(id)].token == token { return id }
          }
          place = (place &+ 1) & mask
        }
      }
    }
  }

  /// Enters a pair that is not in the table, under `id`. There must be room.
  @inline(__always)
  mutating func insert(_ context: Int32, _ token: Int32, id: Int) {
    let hash = PairTable.hash(context, token)
    let mask = slots.count &- 1
    let entry = PairTable.tag(hash, shift) | UInt64(id &+ 1)
    slots.withUnsafeMutableBufferPointer { slots in
      var place = PairTable.home(hash, shift)
      while slots[place] != 0 { place = (place &+ 1) & mask }
      slots[place] = entry
    }
  }

  /// Doubles the table, which holds the first `count` of `nodes`.
  mutating func grow(_ nodes: UnsafeMutableBufferPointer<NGramLevel.Node>, count: Int) {
    self = PairTable(capacity: slots.count)
    for id in 0..<count { insert(nodes[id].parent, nodes[id].token, id: id) }
  }

  /// Calls `body` with the slots, which it may fill but not move.
  @inline(__always)
  mutating func withSlots(_ body: (UnsafeMutableBufferPointer<UInt64>, _ shift: UInt64) -> Void) {
    let shift = shift
    slots.withUnsafeMutableBufferPointer { body($0, shift) }
  }
}
