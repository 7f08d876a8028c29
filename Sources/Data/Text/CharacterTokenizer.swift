import SurprisalCore

/// One token for each Unicode scalar of the text it was learned from, in the order of their numbers.
public struct CharacterTokenizer: Tokenizer {
  /// The tokens by number.
  public let vocabulary: Vocabulary
  /// The token of each ASCII character, or −1.
  private let ascii: [Int32]
  /// The token of each other character.
  private let others: [UInt32: Int32]

  /// The characters that come at least `minimumCount` times in `text`, by number.
  ///
  /// The `reserved` tokens (such as `<pad>` and `<eos>`) come first; no text is ever encoded to them. With `hasUnknown`,
  /// and always if `minimumCount` is above 1, `<unk>` comes before all and stands for every other character.
  ///
  /// Throws a data error for bytes that are not UTF-8 and for a text of fewer than two different characters, a usage error
  /// for a minimum below 1.
  public init(
    learning text: TextData, minimumCount: Int = 1, hasUnknown: Bool = false, reserved: [String] = []
  ) throws {
    guard minimumCount >= 1 else { throw WordTokenizer.minimumFailure(minimumCount) }
    try text.checkUTF8()
    var asciiCounts = [Int](repeating: 0, count: 128)
    var counts: [UInt32: Int] = [:]
    text.bytes.withUnsafeBytes { bytes in
      var reader = ScalarReader(bytes)
      while let scalar = reader.next() {
        if scalar < 128 { asciiCounts[Int(scalar)] += 1 } else { counts[scalar, default: 0] += 1 }
      }
    }
    for (scalar, count) in asciiCounts.enumerated() where count > 0 { counts[UInt32(scalar)] = count }
    let kept = counts.filter { $0.value >= minimumCount }.keys.sorted()
    let withUnknown = hasUnknown || minimumCount > 1
    let special = (withUnknown ? [Vocabulary.unknownText] : []) + reserved
    let vocabulary = try Vocabulary(
      tokens: special.map { Array($0.utf8) } + kept.compactMap { Unicode.Scalar($0).map { Array(String($0).utf8) } },
      unknown: withUnknown ? 0 : nil)
    guard kept.count >= 2 else {
      throw SurprisalError(
        .data,
        "the text has \(kept.count) different \(kept.count == 1 ? "character" : "characters") in \(text.byteCount) bytes",
        remedy: "give a text with at least 2", at: .init(file: text.name))
    }
    self.init(vocabulary)
  }

  /// The characters of `vocabulary`; tokens of more than one character are reserved ones.
  public init(_ vocabulary: Vocabulary) {
    var ascii = [Int32](repeating: -1, count: 128)
    var others: [UInt32: Int32] = [:]
    for id in 0..<Int32(vocabulary.count) {
      let scalars = Array(vocabulary.text(of: id).unicodeScalars)
      guard scalars.count == 1, vocabulary[id] == Array(String(scalars[0]).utf8) else { continue }
      if scalars[0].isASCII { ascii[Int(scalars[0].value)] = id } else { others[scalars[0].value] = id }
    }
    self.vocabulary = vocabulary
    self.ascii = ascii
    self.others = others
  }

  /// Unicode scalars.
  public var kind: TokenizerKind { .character }

  /// The characters of `text`. Throws a data error for bytes that are not UTF-8, and for unknown characters if the
  /// vocabulary has no token for them.
  public func encode(_ text: TextData) throws -> [Int32] {
    try text.checkUTF8()
    return try text.bytes.withUnsafeBytes { bytes in
      var tokens: [Int32] = []
      tokens.reserveCapacity(bytes.count)
      var reader = ScalarReader(bytes)
      while let scalar = reader.next() {
        let id = scalar < 128 ? ascii[Int(scalar)] : others[scalar] ?? -1
        if id >= 0 {
          tokens.append(id)
        } else if let unknown = vocabulary.unknown {
          tokens.append(unknown)
        } else {
          let character = Unicode.Scalar(scalar).map { String($0) } ?? ""
          throw SurprisalError(
            .data,
            "the character `\(character)` (U+\(String(scalar, radix: 16, uppercase: true))) that ends at byte offset "
              + "\(reader.offset) is none of the vocabulary's \(vocabulary.count)",
            remedy: "learn the vocabulary with an unknown token, or from all of the text", at: .init(file: text.name))
        }
      }
      return tokens
    }
  }

  /// The bytes that `tokens` stand for. Throws a data error for a number that is no token's.
  public func decode(_ tokens: some Collection<Int32>) throws -> [UInt8] { try joined(tokens) }

  /// The tokenizer as JSON, for a model's file.
  public var json: JSONValue { ["kind": .string(kind.rawValue), "vocabulary": vocabulary.json] }
}

extension CharacterTokenizer: Hashable {
  /// Whether both have the same vocabulary.
  public static func == (a: CharacterTokenizer, b: CharacterTokenizer) -> Bool { a.vocabulary == b.vocabulary }

  /// Hashes the vocabulary.
  public func hash(into hasher: inout Hasher) { hasher.combine(vocabulary) }
}
