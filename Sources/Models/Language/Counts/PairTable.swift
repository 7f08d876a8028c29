/// Numbers of pairs (context, token), in an open hash table that is at most half full.
struct PairTable: Sendable {
  /// One pair, its number and how often it was counted.
  struct Slot: Sendable {
    /// The context above the token, or `emptyKey`.
    var key: UInt64
    var id: Int32
    var count: UInt32
  }

  static let emptyKey = UInt64.max

  /// A power of two of slots.
  private(set) var slots: [Slot]
  /// How far a stirred key is shifted to give its first slot.
  private(set) var shift: UInt64

  /// A table with room for `capacity` pairs.
  init(capacity: Int) {
    var bits: UInt64 = 4
    while 1 << bits < 2 * capacity { bits += 1 }
    shift = 64 - bits
    slots = PairTable.emptySlots(count: 1 << bits)
  }

  private static func emptySlots(count: Int) -> [Slot] {
    [Slot](repeating: Slot(key: emptyKey, id: -1, count: 0), count: count)
  }

  @inline(__always)
  static func key(_ context: Int32, _ token: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: context)) << 32 | UInt64(UInt32(bitPattern: token))
  }

  /// The first slot that a key may lie in.
  @inline(__always)
  static func home(of key: UInt64, shift: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> shift)
  }

  /// The number of a pair, −1 if it is not in the table.
  @inline(__always)
  func find(_ context: Int32, _ token: Int32) -> Int32 {
    let key = PairTable.key(context, token)
    return slots.withUnsafeBufferPointer { slots in
      let mask = slots.count - 1
      var place = PairTable.home(of: key, shift: shift)
      while true {
        let slot = slots[place]
        // An empty slot has the number −1.
        if slot.key == key || slot.key == PairTable.emptyKey { return slot.id }
        place = (place + 1) & mask
      }
    }
  }

  /// Enters a pair under `id`; false if it is there already. There must be room.
  mutating func insert(_ context: Int32, _ token: Int32, id: Int32) -> Bool {
    let key = PairTable.key(context, token)
    let mask = slots.count - 1
    var place = PairTable.home(of: key, shift: shift)
    while slots[place].key != PairTable.emptyKey {
      if slots[place].key == key { return false }
      place = (place + 1) & mask
    }
    slots[place] = Slot(key: key, id: id, count: 0)
    return true
  }

  /// Makes room for `capacity` pairs in all.
  mutating func reserve(_ capacity: Int) {
    guard 2 * capacity > slots.count else { return }
    let old = slots
    slots = PairTable.emptySlots(count: 2 * old.count)
    shift -= 1
    let mask = slots.count - 1
    slots.withUnsafeMutableBufferPointer { slots in
      for slot in old where slot.key != PairTable.emptyKey {
        var place = PairTable.home(of: slot.key, shift: shift)
        while slots[place].key != PairTable.emptyKey { place = (place + 1) & mask }
        slots[place] = slot
      }
    }
  }

  /// Calls `body` with the slots, which it may fill but not move.
  @inline(__always)
  mutating func withSlots(_ body: (UnsafeMutableBufferPointer<Slot>, _ shift: UInt64) -> Void) {
    let shift = shift
    slots.withUnsafeMutableBufferPointer { body($0, shift) }
  }
}
