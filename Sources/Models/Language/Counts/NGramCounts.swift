import SurprisalCore

/// How often every run of up to `order` tokens comes in a text.
///
/// n-grams lie in a trie: an n-gram is its first n − 1 tokens and one more, found by one look-up. Every n-gram also knows
/// the one behind its first token, so that a shorter context is one step away.
public struct NGramCounts: Sendable {
  /// The length of the longest n-grams; 0 for none at all.
  public let order: Int
  /// The number of tokens in the vocabulary.
  public let vocabularySize: Int
  /// Whether each sequence was counted with a mark before and one behind it.
  public let marksBoundaries: Bool
  /// The levels of n-grams from single tokens on; `order` of them.
  let levels: [NGramLevel]

  /// The largest order.
  static let maximumOrder = 32

  /// Counts the n-grams of one sequence, such as a whole text.
  public init(_ tokens: [Int32], vocabularySize: Int, order: Int, marksBoundaries: Bool = false) throws {
    try self.init(sequences: [tokens], vocabularySize: vocabularySize, order: order, marksBoundaries: marksBoundaries)
  }

  /// Counts the n-grams within each of `sequences`, such as sentences or documents; none reaches across an end.
  ///
  /// With `marksBoundaries` each sequence begins with a mark, which only gives context, and ends with one that models
  /// predict like a token: its number is `vocabularySize`.
  ///
  /// Throws a data error for a vocabulary of fewer than two tokens, tokens outside it, and fewer tokens than the order; a
  /// usage error for an order outside 0 to 32.
  public init(sequences: [[Int32]], vocabularySize: Int, order: Int, marksBoundaries: Bool = false) throws {
    try NGramCounts.check(order: order, vocabularySize: vocabularySize)
    self.order = order
    self.vocabularySize = vocabularySize
    self.marksBoundaries = marksBoundaries
    let tokenCount = sequences.reduce(0) { $0 + $1.count }
    guard tokenCount >= order else {
      throw SurprisalError(
        .data, "the text has \(tokenCount) tokens, runs of \(order) take at least \(order)",
        remedy: "give a longer text or a lower order")
    }
    guard order > 0 else {
      levels = []
      return
    }
    let stream = try NGramCounts.stream(
      sequences, tokenCount: tokenCount, vocabularySize: vocabularySize, marksBoundaries: marksBoundaries)
    let alphabetSize = vocabularySize + (marksBoundaries ? 2 : 0)
    var levels = [NGramLevel(tokens: stream, alphabetSize: alphabetSize)]
    // The number of the n-gram of the last level that ends at each place: at first the token itself.
    var places = stream
    for length in stride(from: 2, through: order, by: 1) {
      let previous = places
      let isLast = length == order
      let level = stream.withUnsafeBufferPointer { stream in
        previous.withUnsafeBufferPointer { previous -> NGramLevel? in
          guard !isLast else {
            return NGramLevel(counting: stream, after: previous, into: nil, lower: &levels[length - 2])
          }
          var level: NGramLevel?
          places = [Int32](unsafeUninitializedCapacity: stream.count) { buffer, initialized in
            LargeArray.advise(UnsafeMutableRawBufferPointer(buffer))
            buffer[0] = -1
            level = NGramLevel(counting: stream, after: previous, into: buffer, lower: &levels[length - 2])
            initialized = stream.count
          }
          return level
        }
      }
      if let level { levels.append(level) }
    }
    self.levels = levels
  }

  /// Counts that were read from a file and checked.
  init(order: Int, vocabularySize: Int, marksBoundaries: Bool, levels: [NGramLevel]) {
    self.order = order
    self.vocabularySize = vocabularySize
    self.marksBoundaries = marksBoundaries
    self.levels = levels
  }

  static func check(order: Int, vocabularySize: Int) throws {
    guard 0...maximumOrder ~= order else {
      throw SurprisalError(.usage, "the order is \(order)", remedy: "give a number from 0 to \(maximumOrder)")
    }
    guard vocabularySize >= 2, vocabularySize < Int(Int32.max) - 2 else {
      throw SurprisalError(
        .data, "the vocabulary has \(vocabularySize) \(vocabularySize == 1 ? "symbol" : "symbols")",
        remedy: "give a text with at least 2 different ones")
    }
  }

  /// All sequences one behind the other, −1 before each, with the marks if there are any.
  private static func stream(
    _ sequences: [[Int32]], tokenCount: Int, vocabularySize: Int, marksBoundaries: Bool
  ) throws -> [Int32] {
    let extra = marksBoundaries ? 3 : 1
    guard tokenCount + extra * sequences.count < Int(Int32.max) else {
      throw SurprisalError(
        .data, "\(tokenCount) tokens in \(sequences.count) sequences are too many",
        remedy: "give fewer than 2³¹ in all")
    }
    let limit = Int32(vocabularySize)
    var stream: [Int32] = []
    stream.reserveCapacity(tokenCount + extra * sequences.count)
    for (index, sequence) in sequences.enumerated() {
      if let place = sequence.firstIndex(where: { $0 < 0 || $0 >= limit }) {
        throw SurprisalError(
          .data, "token \(sequence[place]) at place \(place) of sequence \(index) is none of the \(limit)",
          remedy: "give numbers from 0 to \(limit - 1)")
      }
      stream.append(-1)
      if marksBoundaries { stream.append(limit + 1) }
      stream.append(contentsOf: sequence)
      if marksBoundaries { stream.append(limit) }
    }
    return stream
  }
}

extension NGramCounts {
  /// The number of the mark behind a sequence, which models predict; nil without marks.
  public var endMark: Int32? { marksBoundaries ? Int32(vocabularySize) : nil }

  /// The number of the mark before a sequence, which gives context alone.
  var beginMark: Int32? { marksBoundaries ? Int32(vocabularySize) + 1 : nil }

  /// How many different outcomes a prediction has: the vocabulary, and the mark behind a sequence if there is one.
  public var outcomeCount: Int { vocabularySize + (marksBoundaries ? 1 : 0) }

  /// How many outcomes were counted: tokens, and marks behind sequences.
  public var tokenCount: Int {
    levels.first.map { $0.nodes.prefix(outcomeCount).reduce(0) { $0 + Int($1.count) } } ?? 0
  }

  /// How many different n-grams of `length` tokens there are, those with marks included.
  public func distinctCount(length: Int) -> Int {
    guard 1...max(1, order) ~= length, length <= order else { return 0 }
    return levels[length - 1].nodes.reduce(0) { $0 + ($1.count > 0 ? 1 : 0) }
  }

  /// How often `tokens` come one behind the other; 0 for more of them than the order, and for none.
  public func count(of tokens: some Collection<Int32>) -> Int {
    guard let first = tokens.first, tokens.count <= order, 0..<Int32(levels[0].nodes.count) ~= first else { return 0 }
    var node = first
    for (index, token) in tokens.dropFirst().enumerated() {
      node = levels[index + 1].find(node, token)
      if node < 0 { return 0 }
    }
    return Int(levels[tokens.count - 1].nodes[Int(node)].count)
  }
}
