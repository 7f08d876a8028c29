import SurprisalCore

/// One token for each of the 256 bytes. It needs no learning, and takes texts that are not UTF-8 too.
public struct ByteTokenizer: Tokenizer, Hashable {
  /// The tokens by number.
  public let vocabulary: Vocabulary

  /// The 256 bytes by value.
  public init() throws { vocabulary = try Vocabulary(tokens: (0...255).map { [UInt8($0)] }) }

  /// Bytes.
  public var kind: TokenizerKind { .byte }

  /// The bytes of `text`.
  public func encode(_ text: TextData) -> [Int32] { text.bytes.map { Int32($0) } }

  /// The bytes that `tokens` stand for. Throws a data error for a number that is no token's.
  public func decode(_ tokens: some Collection<Int32>) throws -> [UInt8] { try joined(tokens) }

  /// The tokenizer as JSON, for a model's file.
  public var json: JSONValue { ["kind": .string(kind.rawValue)] }
}
