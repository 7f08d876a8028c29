import SurprisalCore

/// One token for each frequent word, and for what lies between words where that is not a single blank.
///
/// A text is cut into runs of white space and of everything else. With ``Splitting/punctuation``, what is neither white
/// nor a letter, a number, an apostrophe or a low line becomes a token of its own. A single blank between two words is no
/// token: `decode` writes one between any two words that follow each other. Every other run of white space is a token
/// (line ends, indentation, the blank behind a comma), so that the text comes back byte by byte.
public struct WordTokenizer: Tokenizer {
  /// Where words end.
  public enum Splitting: String, Sendable, Hashable, CaseIterable {
    /// At white space alone, as in texts whose words were set apart before.
    case whitespace
    /// At white space and before and after punctuation.
    case punctuation
  }

  /// The tokens by number.
  public let vocabulary: Vocabulary
  /// Where words end.
  public let splitting: Splitting
  /// Whether each token is a word, which a blank may set apart from the next.
  private let isWord: [Bool]

  /// The words that come at least `minimumCount` times in `text`, by falling count and those of one count by their bytes.
  ///
  /// `<unk>` is token 0 (left out without `hasUnknown`, which needs a `minimumCount` of 1); the `reserved` tokens come
  /// next. A word of the text that is spelled like one of these is that token.
  ///
  /// Throws a data error for bytes that are not UTF-8 and for a text of fewer than two different words, a usage error for
  /// a minimum below 1 or one that needs an unknown token.
  public init(
    learning text: TextData, minimumCount: Int = 1, splitting: Splitting = .punctuation, hasUnknown: Bool = true,
    reserved: [String] = []
  ) throws {
    guard minimumCount >= 1 else { throw WordTokenizer.minimumFailure(minimumCount) }
    guard hasUnknown || minimumCount == 1 else {
      throw SurprisalError(
        .usage, "words that come fewer than \(minimumCount) times need an unknown token", remedy: "allow one")
    }
    try text.checkUTF8()
    var table = ByteStringTable()
    var counts: [Int] = []
    text.bytes.withUnsafeBytes { bytes in
      WordTokenizer.forEachPiece(of: bytes, splitting) { range in
        let index = table.insert(UnsafeRawBufferPointer(rebasing: bytes[range]))
        if index == counts.count { counts.append(1) } else { counts[index] += 1 }
      }
    }
    let special = ((hasUnknown ? [Vocabulary.unknownText] : []) + reserved).map { Array($0.utf8) }
    let taken = Set(special)
    let kept = counts.indices.filter { counts[$0] >= minimumCount && !taken.contains(Array(table[$0])) }.sorted {
      counts[$0] != counts[$1] ? counts[$0] > counts[$1] : table[$0].lexicographicallyPrecedes(table[$1])
    }
    let vocabulary = try Vocabulary(
      tokens: special + kept.map { Array(table[$0]) }, unknown: hasUnknown ? 0 : nil)
    try vocabulary.checkSize(learnedFrom: text)
    self.init(vocabulary, splitting: splitting)
  }

  /// The words of `vocabulary`.
  public init(_ vocabulary: Vocabulary, splitting: Splitting) {
    self.vocabulary = vocabulary
    self.splitting = splitting
    isWord = (0..<Int32(vocabulary.count)).map { id in
      id == vocabulary.unknown || vocabulary[id].withUnsafeBytes { WordTokenizer.isWord($0, splitting) }
    }
  }

  /// Words.
  public var kind: TokenizerKind { .word }

  /// The words of `text` and what lies between them. Throws a data error for bytes that are not UTF-8, and for unknown words
  /// if the vocabulary has no token for them.
  public func encode(_ text: TextData) throws -> [Int32] {
    try text.checkUTF8()
    return try text.bytes.withUnsafeBytes { bytes in
      var tokens: [Int32] = []
      var missing: Range<Int>?
      WordTokenizer.forEachPiece(of: bytes, splitting) { range in
        let word = UnsafeRawBufferPointer(rebasing: bytes[range])
        if let id = vocabulary.table.index(of: word) {
          tokens.append(Int32(id))
        } else if let unknown = vocabulary.unknown {
          tokens.append(unknown)
        } else if missing == nil {
          missing = range
        }
      }
      if let missing {
        throw SurprisalError(
          .data,
          "the word `\(String(decoding: bytes[missing], as: UTF8.self))` at byte offset \(missing.lowerBound) is none of "
            + "the vocabulary's \(vocabulary.count)",
          remedy: "learn the vocabulary with an unknown token, or from all of the text", at: .init(file: text.name))
      }
      return tokens
    }
  }

  /// The bytes that `tokens` stand for. Throws a data error for a number that is no token's.
  public func decode(_ tokens: some Collection<Int32>) throws -> [UInt8] {
    try vocabulary.check(tokens)
    var bytes: [UInt8] = []
    var followsWord = false
    for token in tokens {
      if followsWord && isWord[Int(token)] { bytes.append(UInt8(ascii: " ")) }
      bytes.append(contentsOf: vocabulary.table[Int(token)])
      followsWord = isWord[Int(token)]
    }
    return bytes
  }

  /// The tokenizer as JSON, for a model's file.
  public var json: JSONValue {
    [
      "kind": .string(kind.rawValue), "splitting": .string(splitting.rawValue), "vocabulary": vocabulary.json,
    ]
  }

  /// The error for a minimum count that makes no sense.
  static func minimumFailure(_ count: Int) -> SurprisalError {
    SurprisalError(.usage, "the minimum count is \(count)", remedy: "give a number from 1 on")
  }
}

extension WordTokenizer: Hashable {
  /// Whether both cut texts alike and have the same vocabulary.
  public static func == (a: WordTokenizer, b: WordTokenizer) -> Bool {
    a.splitting == b.splitting && a.vocabulary == b.vocabulary
  }

  /// Hashes the vocabulary.
  public func hash(into hasher: inout Hasher) { hasher.combine(vocabulary) }
}
