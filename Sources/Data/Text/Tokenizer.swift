import SurprisalCore

/// Takes a text apart into tokens, numbers of a vocabulary, and puts tokens together again.
///
/// What a tokenizer takes apart it puts together to the same bytes, wherever no token is the unknown one.
public protocol Tokenizer: Sendable {
  /// What the tokens are.
  var kind: TokenizerKind { get }
  /// The tokens by number.
  var vocabulary: Vocabulary { get }

  /// The tokens of `text`.
  ///
  /// Throws a data error with the byte offset for bytes that are not UTF-8 (but from ``ByteTokenizer``, which takes any)
  /// and for a token that is not in the vocabulary if that has no unknown token.
  func encode(_ text: TextData) throws -> [Int32]

  /// The bytes of the text that `tokens` stand for. Throws a data error for a number that is no token's.
  func decode(_ tokens: some Collection<Int32>) throws -> [UInt8]

  /// The tokenizer as JSON, for a model's file: `kind` and what that kind needs.
  var json: JSONValue { get }
}

extension Tokenizer {
  /// The tokens of `text`.
  public func encode(_ text: String) throws -> [Int32] { try encode(TextData(text)) }

  /// The text that `tokens` stand for; bytes that are not UTF-8 become the replacement character.
  public func decodedText(_ tokens: some Collection<Int32>) throws -> String {
    String(decoding: try decode(tokens), as: UTF8.self)
  }

  /// The bytes of `tokens` one behind the other.
  func joined(_ tokens: some Collection<Int32>) throws -> [UInt8] {
    try vocabulary.check(tokens)
    var bytes: [UInt8] = []
    for token in tokens { bytes.append(contentsOf: vocabulary.table[Int(token)]) }
    return bytes
  }
}

/// What the tokens of a tokenizer are; the raw value is its name in files and on the command line.
public enum TokenizerKind: String, Sendable, Hashable, CaseIterable {
  /// Unicode scalars: ``CharacterTokenizer``.
  case character
  /// Bytes: ``ByteTokenizer``.
  case byte
  /// Words and what lies between them: ``WordTokenizer``.
  case word
  /// Frequent runs of bytes: ``BytePairTokenizer``.
  case bytePair = "byte-pair"
}
