/// A strict reader of JSON text (RFC 8259): UTF-8 without a byte order mark, no comments, no trailing
/// commas, no lone surrogates, no numbers beyond float64.
///
/// `JSONValue.init(parsing:)` reads a whole value with it; readers of a fixed grammar (safetensors) drive
/// it token by token, so that a hostile text is refused before memory is spent on it.
package struct JSONParser {
  package let bytes: UnsafeRawBufferPointer
  package private(set) var position = 0
  let maximumDepth: Int
  let allowsDuplicateKeys: Bool
  let file: String?

  /// A parser at the start of `bytes`, which must stay valid while it is used.
  package init(
    _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = 512, allowsDuplicateKeys: Bool = false,
    file: String? = nil
  ) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    self.allowsDuplicateKeys = allowsDuplicateKeys
    self.file = file
  }

  /// The error that `what` is wrong at `offset` bytes from the start.
  package func failure(_ what: String, at offset: Int? = nil) -> SurprisalError {
    SurprisalError(
      .data, "\(what) at byte offset \(offset ?? position) of the JSON text",
      remedy: "give valid JSON as RFC 8259 defines it",
      at: file.map { SurprisalError.Location(file: $0) })
  }

  /// The next byte, or nil at the end.
  package var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Steps over one byte.
  package mutating func advance(by count: Int = 1) { position += count }

  /// Steps over blanks, tabs and line ends.
  package mutating func skipWhitespace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  /// Steps over white space and then `character`, if it comes next.
  package mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipWhitespace()
    guard let byte = next, UInt32(byte) == character.value else { return false }
    position += 1
    return true
  }

  /// Steps over white space and `character`; throws if something else comes next.
  package mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw unexpected("'\(character)'") }
  }

  /// The error that `expected` was to come next.
  package func unexpected(_ expected: String) -> SurprisalError {
    guard let byte = next else { return failure("the text ends where \(expected) is expected") }
    let found =
      0x20 < byte && byte < 0x7F
      ? "'\(Unicode.Scalar(byte))'" : "byte 0x" + String(byte, radix: 16, uppercase: true)
    return failure("found \(found) where \(expected) is expected")
  }

  /// Reads one value; `depth` brackets are open around it.
  package mutating func parseValue(depth: Int = 0) throws -> JSONValue {
    skipWhitespace()
    guard let byte = next else { throw unexpected("a value") }
    switch byte {
    case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
    case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "-"), 0x30...0x39: return try parseNumber()
    case UInt8(ascii: "t"): return try parseWord("true", as: .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", as: .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", as: .null)
    default: throw unexpected("a value")
    }
  }

  /// Throws unless only white space is left.
  package mutating func expectEnd() throws {
    skipWhitespace()
    if next != nil { throw unexpected("the end of the text") }
  }

  private mutating func parseWord(_ word: StaticString, as value: JSONValue) throws -> JSONValue {
    for offset in 0..<word.utf8CodeUnitCount {
      guard next == word.utf8Start[offset] else { throw unexpected("'\(word)'") }
      position += 1
    }
    return value
  }

  private mutating func parseArray(depth: Int) throws -> JSONValue {
    if depth > maximumDepth { throw failure("more than \(maximumDepth) brackets are open") }
    position += 1
    var elements: [JSONValue] = []
    if take("]") { return .array(elements) }
    repeat { elements.append(try parseValue(depth: depth)) } while take(",")
    guard take("]") else { throw unexpected("',' or ']'") }
    return .array(elements)
  }

  private mutating func parseObject(depth: Int) throws -> JSONValue {
    if depth > maximumDepth { throw failure("more than \(maximumDepth) brackets are open") }
    position += 1
    var members: [JSONMember] = []
    var keys = JSONKeySet()
    if take("}") { return .object(members) }
    repeat {
      let key = try parseKey()
      if !allowsDuplicateKeys && !keys.insert(key.text) {
        throw failure("the name \"\(key.text)\" comes twice in one object", at: key.offset)
      }
      members.append(JSONMember(key.text, try parseValue(depth: depth)))
    } while take(",")
    guard take("}") else { throw unexpected("',' or '}'") }
    return .object(members)
  }

  /// Reads a member's name and the colon behind it; `offset` is where the name starts.
  package mutating func parseKey() throws -> (text: String, offset: Int) {
    skipWhitespace()
    let offset = position
    guard next == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
    let text = try parseString()
    try expect(":")
    return (text, offset)
  }
}

/// The names of one object seen so far, compared by code points.
package struct JSONKeySet {
  // Most objects have few members: those are searched, more are hashed.
  private var few: [String] = []
  private var keys: Set<[UInt8]> = []

  package init() {}

  /// Adds `key`; false if it was there already.
  package mutating func insert(_ key: String) -> Bool {
    if few.contains(where: { $0.utf8.elementsEqual(key.utf8) }) { return false }
    if few.count < 8 {
      few.append(key)
      return true
    }
    return keys.insert(Array(key.utf8)).inserted
  }
}
