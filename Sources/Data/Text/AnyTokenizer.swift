import SurprisalCore

/// A tokenizer of any kind, as model files hold it.
public enum AnyTokenizer: Tokenizer, Hashable {
  /// Unicode scalars.
  case character(CharacterTokenizer)
  /// Bytes.
  case byte(ByteTokenizer)
  /// Words.
  case word(WordTokenizer)
  /// Frequent runs of bytes.
  case bytePair(BytePairTokenizer)

  /// A tokenizer of the `kind` learned from `text`.
  ///
  /// `minimumCount` is that of characters and words (1 if nil) or of pairs (2 if nil); `mergeCount` is for byte pairs
  /// alone. Characters have an unknown token if `hasUnknown` or if the minimum count is above 1, words always.
  public init(
    _ kind: TokenizerKind, learning text: TextData, minimumCount: Int? = nil, mergeCount: Int = 4000,
    hasUnknown: Bool = false, reserved: [String] = []
  ) throws {
    switch kind {
    case .character:
      self = .character(
        try CharacterTokenizer(
          learning: text, minimumCount: minimumCount ?? 1, hasUnknown: hasUnknown, reserved: reserved))
    case .byte: self = .byte(try ByteTokenizer())
    case .word:
      self = .word(try WordTokenizer(learning: text, minimumCount: minimumCount ?? 1, reserved: reserved))
    case .bytePair:
      self = .bytePair(
        try BytePairTokenizer(learning: text, mergeCount: mergeCount, minimumCount: minimumCount ?? 2))
    }
  }

  /// Reads what ``json`` of any tokenizer gave.
  ///
  /// Throws a data error for JSON that is no tokenizer's.
  public init(json: JSONValue) throws {
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(.data, what, remedy: "give a tokenizer that surprisal wrote")
    }
    func vocabulary() throws -> Vocabulary {
      guard let value = json["vocabulary"] else { throw failure("the tokenizer has no vocabulary") }
      return try Vocabulary(json: value)
    }
    let name = json["kind"]?.stringValue
    switch name.flatMap(TokenizerKind.init) {
    case .character: self = .character(CharacterTokenizer(try vocabulary()))
    case .byte: self = .byte(try ByteTokenizer())
    case .word:
      guard let splitting = json["splitting"]?.stringValue.flatMap(WordTokenizer.Splitting.init) else {
        throw failure("the tokenizer does not say where words end")
      }
      self = .word(WordTokenizer(try vocabulary(), splitting: splitting))
    case .bytePair:
      guard let elements = json["merges"]?.arrayValue else { throw failure("the tokenizer has no merges") }
      let merges = try elements.enumerated().map { index, element in
        guard element.arrayValue?.count == 2, let left = element[0]?.integerValue.flatMap(Int32.init(exactly:)),
          let right = element[1]?.integerValue.flatMap(Int32.init(exactly:))
        else { throw failure("merge \(index) is no pair of tokens") }
        return BytePairTokenizer.Merge(left, right)
      }
      self = .bytePair(try BytePairTokenizer(merges: merges))
    case nil: throw failure("the kind of tokenizer \(name.map { "`\($0)`" } ?? "is missing; it") is not known")
    }
  }

  /// The tokenizer itself.
  public var base: any Tokenizer {
    switch self {
    case .character(let tokenizer): tokenizer
    case .byte(let tokenizer): tokenizer
    case .word(let tokenizer): tokenizer
    case .bytePair(let tokenizer): tokenizer
    }
  }

  /// What the tokens are.
  public var kind: TokenizerKind { base.kind }
  /// The tokens by number.
  public var vocabulary: Vocabulary { base.vocabulary }
  /// The tokenizer as JSON, for a model's file.
  public var json: JSONValue { base.json }

  /// The tokens of `text`. Throws what the tokenizer of that kind throws.
  public func encode(_ text: TextData) throws -> [Int32] { try base.encode(text) }

  /// The bytes that `tokens` stand for. Throws a data error for a number that is no token's.
  public func decode(_ tokens: some Collection<Int32>) throws -> [UInt8] { try base.decode(tokens) }
}
