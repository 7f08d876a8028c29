import SurprisalCore

extension BytePairTokenizer {
  /// Learns up to `mergeCount` merges from `text`: each time the pair that comes most often within pieces.
  ///
  /// Of pairs that come equally often the one with the lower left token is taken, then the one with the lower right token.
  /// Pairs that come fewer than `minimumCount` times are not merged, nor such as would give the bytes of another token, so
  /// that there may be fewer merges.
  ///
  /// Throws a data error for bytes that are not UTF-8 and an empty text, a usage error for a negative number of merges or a
  /// minimum below 1.
  public init(learning text: TextData, mergeCount: Int, minimumCount: Int = 2) throws {
    guard mergeCount >= 0, mergeCount < 1 << 24 else {
      throw SurprisalError(.usage, "\(mergeCount) merges", remedy: "give a number from 0 to \(1 << 24 - 1)")
    }
    guard minimumCount >= 1 else { throw WordTokenizer.minimumFailure(minimumCount) }
    try text.checkUTF8()
    guard !text.bytes.isEmpty else {
      throw SurprisalError(
        .data, "the text has 0 bytes", remedy: "give a text to learn from", at: .init(file: text.name))
    }
    var trainer = BytePairTrainer(text)
    try self.init(merges: trainer.train(mergeCount: mergeCount, minimumCount: minimumCount))
  }
}

/// Learns merges from the different pieces of a text, each weighted by how often it comes.
///
/// All pieces lie one behind the other as a linked list of tokens; every pair knows the places where it begins, so that a
/// merge costs as much as the places it changes.
private struct BytePairTrainer {
  private struct Pair {
    let left: Int32
    let right: Int32
    var count = 0
    /// Where the pair begins, ascending; places where it no longer does are found out when they are visited.
    var places: [Int32] = []
  }

  /// A pair with the count it had when it was entered; the most frequent is the smallest.
  private struct Candidate: Comparable {
    let count: Int
    let left: Int32
    let right: Int32
    let pair: Int32

    static func < (a: Candidate, b: Candidate) -> Bool {
      if a.count != b.count { return a.count > b.count }
      return a.left != b.left ? a.left < b.left : a.right < b.right
    }
  }

  /// The token at every place, −1 where it was merged into the one before.
  private var tokens: [Int32] = []
  /// The place of the next and previous token of the same piece, −1 at its ends.
  private var next: [Int32] = []
  private var previous: [Int32] = []
  /// How often the piece that holds a place comes.
  private var weights: [Int] = []
  private var pairs: [Pair] = []
  private var indices: [UInt64: Int32] = [:]
  private var heap = BinaryHeap<Candidate>()

  init(_ text: TextData) {
    var table = ByteStringTable()
    var counts: [Int] = []
    text.bytes.withUnsafeBytes { bytes in
      BytePairTokenizer.forEachPiece(of: bytes) { range in
        let index = table.insert(UnsafeRawBufferPointer(rebasing: bytes[range]))
        if index == counts.count { counts.append(1) } else { counts[index] += 1 }
      }
    }
    for (index, count) in counts.enumerated() {
      let start = tokens.count
      for byte in table[index] {
        previous.append(tokens.count == start ? -1 : Int32(tokens.count - 1))
        tokens.append(Int32(byte))
        next.append(Int32(tokens.count))
        weights.append(count)
      }
      if tokens.count > start { next[tokens.count - 1] = -1 }
    }
    for place in tokens.indices where next[place] >= 0 {
      change(tokens[place], tokens[Int(next[place])], at: place, by: weights[place])
    }
    for index in pairs.indices { enter(Int32(index)) }
  }

  mutating func train(mergeCount: Int, minimumCount: Int) -> [BytePairTokenizer.Merge] {
    var merges: [BytePairTokenizer.Merge] = []
    // Pairs that would make a token too long, or one of the same bytes as another, are passed over.
    var strings: [[UInt8]] = (0...255).map { [UInt8($0)] }
    var table = ByteStringTable()
    for string in strings { _ = string.withUnsafeBytes { table.insert($0) } }
    while merges.count < mergeCount, let best = heap.popFirst() {
      let index = Int(best.pair)
      guard pairs[index].count == best.count else {
        enter(best.pair)
        continue
      }
      guard best.count >= minimumCount else { break }
      let string = strings[Int(best.left)] + strings[Int(best.right)]
      guard string.count <= BytePairTokenizer.maximumTokenByteCount,
        string.withUnsafeBytes({ table.insert($0) }) == strings.count
      else { continue }
      strings.append(string)
      apply(index, token: Int32(256 + merges.count))
      merges.append(BytePairTokenizer.Merge(best.left, best.right))
    }
    return merges
  }

  /// Puts `token` wherever pair `index` still stands.
  private mutating func apply(_ index: Int, token: Int32) {
    let (left, right) = (pairs[index].left, pairs[index].right)
    let firstNew = pairs.count
    let places = pairs[index].places
    pairs[index].places = []
    for place in places.map({ Int($0) }) {
      let second = Int(next[place])
      guard tokens[place] == left, second >= 0, tokens[second] == right else { continue }
      let weight = weights[place]
      let (before, after) = (Int(previous[place]), Int(next[second]))
      if before >= 0 {
        change(tokens[before], left, at: nil, by: -weight)
        change(tokens[before], token, at: before, by: weight)
      }
      if after >= 0 {
        change(right, tokens[after], at: nil, by: -weight)
        change(token, tokens[after], at: place, by: weight)
        previous[after] = Int32(place)
      }
      tokens[place] = token
      tokens[second] = -1
      next[place] = Int32(after)
    }
    pairs[index].count = 0
    for new in firstNew..<pairs.count { enter(Int32(new)) }
  }

  /// Adds `amount` to the count of a pair, and `place` to where it begins.
  private mutating func change(_ left: Int32, _ right: Int32, at place: Int?, by amount: Int) {
    let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    let index: Int
    if let found = indices[key] {
      index = Int(found)
    } else {
      index = pairs.count
      indices[key] = Int32(index)
      pairs.append(Pair(left: left, right: right))
    }
    pairs[index].count += amount
    if let place { pairs[index].places.append(Int32(place)) }
  }

  /// Enters a pair into the heap with the count it has now.
  private mutating func enter(_ index: Int32) {
    let pair = pairs[Int(index)]
    guard pair.count > 0 else { return }
    heap.insert(Candidate(count: pair.count, left: pair.left, right: pair.right, pair: index))
  }
}
