import SurprisalCore

/// Byte-pair encoding (Gage 1994; Sennrich, Haddow and Birch 2016) over the bytes of a text in UTF-8.
///
/// Tokens 0 to 255 are the bytes; token 256 + i is the i-th pair of tokens that training merged. Pairs are merged only
/// within the pieces into which GPT-2 cuts a text (Radford et al. 2019): a word, a number or a run of other characters,
/// each with the blank before it; English contractions; white space. Every text can be encoded, so there is no unknown
/// token.
public struct BytePairTokenizer: Tokenizer {
  /// Two tokens that become one.
  public struct Merge: Sendable, Hashable {
    /// The first of them.
    public let left: Int32
    /// The second of them.
    public let right: Int32

    /// The merge of `left` and `right`.
    public init(_ left: Int32, _ right: Int32) {
      self.left = left
      self.right = right
    }
  }

  /// The merges in the order they were learned.
  public let merges: [Merge]
  /// The tokens by number.
  public let vocabulary: Vocabulary
  private let ranks: PairRanks

  /// The most bytes that one token may have, and all together; files with longer ones are refused.
  static let maximumTokenByteCount = 1 << 16
  static let maximumByteCount = 1 << 28

  /// The tokenizer that merges these pairs.
  ///
  /// Throws a data error for a merge of tokens that do not exist yet, one that is there already or gives the bytes of
  /// another token, and tokens of more than 65,536 bytes or of more than 2²⁸ in all.
  public init(merges: [Merge]) throws {
    var tokens: [[UInt8]] = (0...255).map { [UInt8($0)] }
    var ranks = PairRanks(capacity: merges.count)
    var byteCount = 0
    for (index, merge) in merges.enumerated() {
      let limit = Int32(256 + index)
      func failure(_ what: String) -> SurprisalError {
        SurprisalError(
          .data, "merge \(index) of tokens \(merge.left) and \(merge.right): \(what)",
          remedy: "give the merges in the order they were learned")
      }
      guard 0..<limit ~= merge.left, 0..<limit ~= merge.right else {
        throw failure("only \(limit) tokens exist by then")
      }
      let token = tokens[Int(merge.left)] + tokens[Int(merge.right)]
      guard token.count <= BytePairTokenizer.maximumTokenByteCount else {
        throw failure("a token of \(token.count) bytes, more than \(BytePairTokenizer.maximumTokenByteCount)")
      }
      byteCount += token.count
      guard byteCount <= BytePairTokenizer.maximumByteCount else {
        throw failure("tokens of more than \(BytePairTokenizer.maximumByteCount) bytes in all")
      }
      guard ranks.insert(merge.left, merge.right, rank: Int32(index)) else { throw failure("it is there already") }
      tokens.append(token)
    }
    self.merges = merges
    self.ranks = ranks
    vocabulary = try Vocabulary(tokens: tokens)
  }

  /// Frequent runs of bytes.
  public var kind: TokenizerKind { .bytePair }

  /// The tokens of `text`; each different piece of it is encoded once. Throws a data error for bytes that are not UTF-8.
  public func encode(_ text: TextData) throws -> [Int32] {
    try text.checkUTF8()
    return text.bytes.withUnsafeBytes { bytes in
      var tokens: [Int32] = []
      tokens.reserveCapacity(bytes.count / 3)
      // Each different piece is encoded once; `ranges` are the places of its tokens in `known`.
      var pieces = ByteStringTable()
      var known: [Int32] = []
      var ranges: [Range<Int>] = []
      var merger = PieceMerger(ranks)
      BytePairTokenizer.forEachPiece(of: bytes) { range in
        let piece = UnsafeRawBufferPointer(rebasing: bytes[range])
        let index = pieces.insert(piece)
        if index == ranges.count {
          let start = known.count
          merger.append(piece, to: &known)
          ranges.append(start..<known.count)
        }
        tokens.append(contentsOf: known[ranges[index]])
      }
      return tokens
    }
  }

  /// The bytes that `tokens` stand for. Throws a data error for a number that is no token's.
  public func decode(_ tokens: some Collection<Int32>) throws -> [UInt8] { try joined(tokens) }

  /// The tokenizer as JSON, for a model's file.
  public var json: JSONValue {
    [
      "kind": .string(kind.rawValue),
      "merges": .array(merges.map { [.integer(Int($0.left)), .integer(Int($0.right))] }),
    ]
  }
}

extension BytePairTokenizer: Hashable {
  /// Whether both have the same merges.
  public static func == (a: BytePairTokenizer, b: BytePairTokenizer) -> Bool { a.merges == b.merges }

  /// Hashes the merges.
  public func hash(into hasher: inout Hasher) { hasher.combine(merges) }
}

/// The rank of every pair of tokens that is merged, in an open hash table.
struct PairRanks: Sendable {
  private var keys: [UInt64]
  private var ranks: [Int32]
  private let mask: Int

  /// A table for `capacity` pairs.
  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    mask = size - 1
    keys = [UInt64](repeating: .max, count: size)
    ranks = [Int32](repeating: -1, count: size)
  }

  /// Enters a pair; false if it is there already.
  mutating func insert(_ left: Int32, _ right: Int32, rank: Int32) -> Bool {
    let place = slot(left, right)
    guard ranks[place] < 0 else { return false }
    keys[place] = PairRanks.key(left, right)
    ranks[place] = rank
    return true
  }

  /// The rank of a pair; `Int32.max` if it is not merged.
  func rank(_ left: Int32, _ right: Int32) -> Int32 {
    let rank = ranks[slot(left, right)]
    return rank < 0 ? .max : rank
  }

  private func slot(_ left: Int32, _ right: Int32) -> Int {
    let key = PairRanks.key(left, right)
    var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while ranks[place] >= 0, keys[place] != key { place = (place + 1) & mask }
    return place
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}
