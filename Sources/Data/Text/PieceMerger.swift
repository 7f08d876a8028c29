/// Merges the bytes of one piece into tokens, the pair of lowest rank first, the leftmost of equal ones first.
struct PieceMerger {
  /// Pieces up to this length are scanned anew for every merge; for longer ones a heap of pairs is kept.
  private static let longestScanned = 48

  private let ranks: PairRanks
  private var tokens: [Int32] = []
  // Of long pieces: neighbors of every place, and the heap of pairs by rank and place.
  private var next: [Int32] = []
  private var previous: [Int32] = []
  private var heap = BinaryHeap<UInt64>()

  init(_ ranks: PairRanks) { self.ranks = ranks }

  /// Appends the tokens of `piece` to `result`.
  mutating func append(_ piece: UnsafeRawBufferPointer, to result: inout [Int32]) {
    tokens.removeAll(keepingCapacity: true)
    for byte in piece { tokens.append(Int32(byte)) }
    if piece.count <= PieceMerger.longestScanned { mergeByScanning() } else { mergeByHeap() }
    result.append(contentsOf: tokens)
  }

  private mutating func mergeByScanning() {
    while tokens.count > 1 {
      var best = Int32.max
      for place in 1..<tokens.count { best = min(best, ranks.rank(tokens[place - 1], tokens[place])) }
      guard best != .max else { return }
      var (read, write) = (0, 0)
      while read < tokens.count {
        if read + 1 < tokens.count, ranks.rank(tokens[read], tokens[read + 1]) == best {
          tokens[write] = 256 + best
          read += 2
        } else {
          tokens[write] = tokens[read]
          read += 1
        }
        write += 1
      }
      tokens.removeLast(tokens.count - write)
    }
  }

  private mutating func mergeByHeap() {
    let count = Int32(tokens.count)
    next = Array(1...count)
    previous = Array(-1..<count - 1)
    heap.removeAll()
    for place in 0..<count - 1 { push(place) }
    while let top = heap.popFirst() {
      let (rank, place) = (Int32(top >> 32), Int(top & 0xFFFF_FFFF))
      let right = Int(next[place])
      guard tokens[place] >= 0, right < count, ranks.rank(tokens[place], tokens[right]) == rank else { continue }
      tokens[place] = 256 + rank
      tokens[right] = -1
      next[place] = next[right]
      if next[right] < count { previous[Int(next[right])] = Int32(place) }
      push(Int32(place))
      if previous[place] >= 0 { push(previous[place]) }
    }
    tokens.removeAll { $0 < 0 }
  }

  /// Enters the pair that begins at `place`, if it is merged.
  private mutating func push(_ place: Int32) {
    let right = next[Int(place)]
    guard right < tokens.count else { return }
    let rank = ranks.rank(tokens[Int(place)], tokens[Int(right)])
    if rank != .max { heap.insert(UInt64(rank) << 32 | UInt64(place)) }
  }
}

/// A binary heap whose first element is the smallest.
struct BinaryHeap<Element: Comparable> {
  private var elements: [Element] = []

  mutating func removeAll() { elements.removeAll(keepingCapacity: true) }

  mutating func insert(_ element: Element) {
    elements.append(element)
    var place = elements.count - 1
    while place > 0, elements[place] < elements[(place - 1) / 2] {
      elements.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func popFirst() -> Element? {
    guard let first = elements.first else { return nil }
    let last = elements.removeLast()
    guard !elements.isEmpty else { return first }
    elements[0] = last
    var place = 0
    while true {
      var child = 2 * place + 1
      guard child < elements.count else { return first }
      if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
      guard elements[child] < elements[place] else { return first }
      elements.swapAt(child, place)
      place = child
    }
  }
}
