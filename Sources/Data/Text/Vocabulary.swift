import SurprisalCore

/// The tokens that a tokenizer knows, numbered from 0, and which of them stands for everything unknown.
///
/// A token is a string of bytes: a character or word in UTF-8, or for byte pairs any bytes at all.
public struct Vocabulary: Sendable {
  package let table: ByteStringTable
  /// The number of the token that stands for what is not in the vocabulary; nil if there is none.
  public let unknown: Int32?

  /// The text of the unknown token.
  public static let unknownText = "<unk>"

  /// `tokens` numbered in their order; `unknown` is the number of the one that stands for all others.
  ///
  /// Throws a data error for a token that is empty or comes twice, more tokens than 32 bits can count, and an unknown
  /// token that is none of them.
  public init(tokens: [[UInt8]], unknown: Int32? = nil) throws {
    var table = ByteStringTable()
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(.data, what, remedy: "give each token once")
    }
    guard tokens.count < Int(Int32.max) else { throw failure("\(tokens.count) tokens are too many") }
    for (index, token) in tokens.enumerated() {
      guard !token.isEmpty else { throw failure("token \(index) of the vocabulary is empty") }
      guard token.withUnsafeBytes({ table.insert($0) }) == index else {
        throw failure("token \(index) of the vocabulary, `\(String(decoding: token, as: UTF8.self))`, is there already")
      }
    }
    if let unknown, !(0..<Int32(tokens.count)).contains(unknown) {
      throw failure("the unknown token \(unknown) is none of the \(tokens.count) tokens")
    }
    self.table = table
    self.unknown = unknown
  }

  /// How many tokens there are, the unknown one included.
  public var count: Int { table.count }

  /// The bytes of token `id`, which must be below `count`.
  public subscript(id: Int32) -> [UInt8] { Array(table[Int(id)]) }

  /// Token `id` for people to read; bytes that are not UTF-8 become the replacement character.
  public func text(of id: Int32) -> String { String(decoding: table[Int(id)], as: UTF8.self) }

  /// The number of the token with these bytes, nil if there is none.
  public func id(of token: some Collection<UInt8>) -> Int32? {
    Array(token).withUnsafeBytes { table.index(of: $0) }.map { Int32($0) }
  }

  /// The number of the token with this text, nil if there is none.
  public func id(of token: String) -> Int32? { id(of: token.utf8) }

  /// Throws a data error if one of `tokens` is no number of this vocabulary.
  package func check(_ tokens: some Collection<Int32>) throws {
    let limit = Int32(count)
    for (place, token) in tokens.enumerated() where token < 0 || token >= limit {
      throw SurprisalError(
        .data, "token \(token) at place \(place) is none of the vocabulary's \(count)",
        remedy: "give numbers from 0 to \(count - 1)")
    }
  }

  /// Throws a data error if the vocabulary has fewer than two tokens apart from the unknown one.
  ///
  /// `text` is what it was learned from. (A model over one token has nothing to predict.)
  func checkSize(learnedFrom text: TextData) throws {
    let known = count - (unknown == nil ? 0 : 1)
    guard known < 2 else { return }
    throw SurprisalError(
      .data, "the vocabulary has \(known) \(known == 1 ? "token" : "tokens"), from \(text.byteCount) bytes of text",
      remedy: "give a text with at least 2 different tokens", at: .init(file: text.name))
  }
}

extension Vocabulary: Hashable {
  /// Whether both have the same tokens in the same order and the same unknown one.
  public static func == (a: Vocabulary, b: Vocabulary) -> Bool {
    a.unknown == b.unknown && a.count == b.count && (0..<a.count).allSatisfy { a.table[$0] == b.table[$0] }
  }

  /// Hashes the tokens.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(unknown)
    for index in 0..<count { hasher.combine(table[index]) }
  }
}

extension Vocabulary {
  /// The vocabulary as JSON: `tokens`, each a text or, if it is not UTF-8, an array of bytes; and `unknown`.
  public var json: JSONValue {
    var members = [
      JSONMember(
        "tokens",
        .array(
          (0..<count).map { index in
            let token = table[index]
            let isText = token.withUnsafeBytes { UTF8Validation.firstInvalidOffset(in: $0) == nil }
            return isText
              ? .string(String(decoding: token, as: UTF8.self)) : .array(token.map { .integer(Int($0)) })
          }))
    ]
    if let unknown { members.append(JSONMember("unknown", .integer(Int(unknown)))) }
    return .object(members)
  }

  /// Reads what `json` gave. Throws a data error for anything else.
  public init(json: JSONValue) throws {
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(.data, what, remedy: "give a vocabulary that surprisal wrote")
    }
    guard let elements = json["tokens"]?.arrayValue else { throw failure("the vocabulary has no tokens") }
    let tokens = try elements.enumerated().map { index, element -> [UInt8] in
      if let text = element.stringValue { return Array(text.utf8) }
      let bytes = element.arrayValue?.map { $0.integerValue.flatMap(UInt8.init(exactly:)) } ?? [nil]
      guard bytes.allSatisfy({ $0 != nil }) else {
        throw failure("token \(index) of the vocabulary is neither a text nor bytes")
      }
      return bytes.compactMap { $0 }
    }
    let unknown = json["unknown"]
    let id = unknown?.integerValue.flatMap(Int32.init(exactly:))
    guard unknown == nil || id != nil else { throw failure("the unknown token is no number") }
    try self.init(tokens: tokens, unknown: id)
  }
}
