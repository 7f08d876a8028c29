/// All different n-grams of one length, numbered in the order they were first met.
struct NGramLevel: Sendable {
  /// One n-gram.
  struct Node: Sendable {
    /// The number of the (n − 1)-gram before its last token.
    var parent: Int32
    /// Its last token.
    var token: Int32
    /// The number of the (n − 1)-gram behind its first token.
    var suffix: Int32
    /// How often it comes.
    var count: UInt32
  }

  var nodes: [Node]
  /// How many different tokens come before each n-gram; filled when the level above is counted.
  var continuations: [UInt32]
  /// The number of each (parent, token); empty at the level of single tokens, which are their own numbers.
  var table: PairTable

  /// The level of single tokens.
  init(tokens stream: [Int32], alphabetSize: Int) {
    nodes = (0..<Int32(alphabetSize)).map { Node(parent: 0, token: $0, suffix: 0, count: 0) }
    nodes.withUnsafeMutableBufferPointer { nodes in
      for token in stream where token >= 0 { nodes[Int(token)].count &+= 1 }
    }
    continuations = [UInt32](repeating: 0, count: alphabetSize)
    table = PairTable(capacity: 0)
  }

  /// The level of given n-grams, whose suffixes are looked up in `lower`, the level below, and counted there.
  ///
  /// Gives nil if one comes twice or its suffix is missing. Suffixes of pairs are tokens (`arePairs`).
  init?(nodes: [Node], lower: inout NGramLevel, arePairs: Bool) {
    self.nodes = nodes
    table = PairTable(capacity: nodes.count)
    continuations = [UInt32](repeating: 0, count: nodes.count)
    for (id, node) in nodes.enumerated() {
      guard table.insert(node.parent, node.token, id: Int32(id)) else { return nil }
      let suffix =
        arePairs ? node.token : lower.table.find(lower.nodes[Int(node.parent)].suffix, node.token)
      guard suffix >= 0 else { return nil }
      self.nodes[id].suffix = suffix
      lower.continuations[Int(suffix)] &+= 1
    }
  }

  /// Counts the n-grams of `stream`, given the number of the (n − 1)-gram that ends at each place, or −1 where there is
  /// none, and puts the numbers of the n-grams into `places`.
  ///
  /// Places are taken in blocks: first the slots of a whole block are read, so that the processor waits for memory once a
  /// block rather than once a place; then the pairs are counted.
  init(
    counting stream: UnsafeBufferPointer<Int32>, after previous: UnsafeBufferPointer<Int32>,
    into places: UnsafeMutableBufferPointer<Int32>?, lower: inout NGramLevel
  ) {
    let blockSize = 32
    let count = stream.count
    var nodes: [Node] = []
    nodes.reserveCapacity(lower.nodes.count)
    var table = PairTable(capacity: min(count, 2 * lower.nodes.count) + blockSize)
    let keys = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * blockSize)
    let found = keys + blockSize
    defer { keys.deallocate() }
    lower.continuations.withUnsafeMutableBufferPointer { continuations in
      var start = 1
      while start < count {
        let size = min(blockSize, count - start)
        table.reserve(nodes.count + size)
        table.withSlots { slots, shift in
          let mask = slots.count - 1
          for index in 0..<size {
            let (parent, token) = (previous[start + index - 1], stream[start + index])
            let key = (parent | token) < 0 ? PairTable.emptyKey : PairTable.key(parent, token)
            keys[index] = key
            found[index] = slots[PairTable.home(of: key, shift: shift)].key
          }
          for index in 0..<size {
            let key = keys[index]
            let place = start &+ index
            if key == PairTable.emptyKey {
              places?[place] = -1
              continue
            }
            var slot = PairTable.home(of: key, shift: shift)
            if found[index] != key {
              while slots[slot].key != key {
                if slots[slot].key == PairTable.emptyKey {
                  slots[slot] = PairTable.Slot(key: key, id: Int32(truncatingIfNeeded: nodes.count), count: 0)
                  let suffix = previous[place]
                  nodes.append(
                    Node(parent: previous[place &- 1], token: stream[place], suffix: suffix, count: 0))
                  continuations[Int(suffix)] &+= 1
                  break
                }
                slot = (slot &+ 1) & mask
              }
            }
            slots[slot].count &+= 1
            places?[place] = slots[slot].id
          }
        }
        start += size
      }
    }
    nodes.withUnsafeMutableBufferPointer { nodes in
      for slot in table.slots where slot.key != PairTable.emptyKey { nodes[Int(slot.id)].count = slot.count }
    }
    self.nodes = nodes
    self.table = table
    continuations = [UInt32](repeating: 0, count: nodes.count)
  }
}
