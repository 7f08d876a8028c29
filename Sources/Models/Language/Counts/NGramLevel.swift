/// All different n-grams of one length, numbered in the order they were first met.
struct NGramLevel: Sendable {
  /// One n-gram.
  struct Node: Sendable, BitwiseCopyable {
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
      guard find(node.parent, node.token) < 0 else { return nil }
      table.insert(node.parent, node.token, id: id)
      let suffix = arePairs ? node.token : lower.find(lower.nodes[Int(node.parent)].suffix, node.token)
      guard suffix >= 0 else { return nil }
      self.nodes[id].suffix = suffix
      lower.continuations[Int(suffix)] &+= 1
    }
  }

  /// The number of the n-gram that is `parent` and then `token`, −1 if it never came. Not for single tokens.
  @inline(__always)
  func find(_ parent: Int32, _ token: Int32) -> Int32 { table.find(parent, token, in: nodes) }

  /// Counts the n-grams of `stream`, given the number of the (n − 1)-gram that ends at each place, or −1 where there is
  /// none, and puts the numbers of the n-grams into `places`.
  ///
  /// Places are taken in blocks: first the slots of a whole block are read, then the nodes that they point to, so that the
  /// processor waits for memory once a block rather than once a place; then the n-grams are counted.
  init(
    counting stream: UnsafeBufferPointer<Int32>, after previous: UnsafeBufferPointer<Int32>,
    into places: UnsafeMutableBufferPointer<Int32>?, lower: inout NGramLevel
  ) {
    let blockSize = 32
    let count = stream.count
    let parentCount = lower.nodes.count
    var table = PairTable(capacity: min(count, parentCount + parentCount / 4) + blockSize)
    // An n-gram is what lies before its last and what lies behind its first token, so there are at most the parents' number
    // squared. Memory that is never written costs no more than its address.
    let (most, isHuge) = parentCount.multipliedReportingOverflow(by: parentCount)
    let capacity = isHuge ? count : min(count, most)
    nodes = [Node](unsafeUninitializedCapacity: capacity) { nodes, nodeCount in
      LargeArray.advise(UnsafeMutableRawBufferPointer(nodes))
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * blockSize) { buffer in
        lower.continuations.withUnsafeMutableBufferPointer { continuations in
          var used = 0
          var start = 1
          while start < count {
            let size = min(blockSize, count - start)
            if !table.hasRoom(for: used + size) { table.grow(nodes, count: used) }
            table.withSlots { slots, shift in
              let mask = slots.count &- 1
              for index in 0..<size {
                let hash = PairTable.hash(previous[start &+ index &- 1], stream[start &+ index])
                buffer[index] = hash
                buffer[blockSize &+ index] = slots[PairTable.home(hash, shift)]
              }
              for index in 0..<size {
                // Becomes the pair's number plus one if its first slot holds it, else 0.
                let slot = buffer[blockSize &+ index]
                var found: UInt64 = 0
                if slot != 0, (slot ^ PairTable.tag(buffer[index], shift)) &>> 32 == 0 {
                  let node = nodes[Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) &- 1]
                  if node.parent == previous[start &+ index &- 1] && node.token == stream[start &+ index] {
                    found = slot & 0xFFFF_FFFF
                  }
                }
                buffer[blockSize &+ index] = found
              }
              for index in 0..<size {
                let place = start &+ index
                let (parent, token) = (previous[place &- 1], stream[place])
                if (parent | token) < 0 {
                  places?[place] = -1
                  continue
                }
                var id = Int(truncatingIfNeeded: buffer[blockSize &+ index]) &- 1
                if id < 0 {
                  let hash = buffer[index]
                  let tag = PairTable.tag(hash, shift)
                  var slot = PairTable.home(hash, shift)
                  while true {
                    let entry = slots[slot]
                    if entry == 0 {
                      id = used
                      used &+= 1
                      slots[slot] = tag | UInt64(truncatingIfNeeded: used)
                      let suffix = previous[place]
                      nodes.initializeElement(at: id, to: Node(parent: parent, token: token, suffix: suffix, count: 0))
                      continuations[Int(suffix)] &+= 1
                      break
                    }
                    id = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
                    if (entry ^ tag) &>> 32 == 0, nodes[id].parent == parent, nodes[id].token == token { break }
                    slot = (slot &+ 1) & mask
                  }
                }
                nodes[id].count &+= 1
                places?[place] = Int32(truncatingIfNeeded: id)
              }
            }
            start += size
          }
          nodeCount = used
        }
      }
    }
    self.table = table
    continuations = LargeArray.repeating(0, count: nodes.count)
  }
}
