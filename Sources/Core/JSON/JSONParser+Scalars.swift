extension JSONParser {
  /// Reads a number: `integer` if it has neither fraction nor exponent and fits, else the nearest float64.
  package mutating func parseNumber() throws -> JSONValue {
    let start = position
    var isWhole = true
    if next == UInt8(ascii: "-") { advance() }
    if next == UInt8(ascii: "0") {
      advance()
      if let byte = next, isDigit(byte) { throw failure("a number starts with a needless 0") }
    } else {
      try skipDigits()
    }
    if next == UInt8(ascii: ".") {
      isWhole = false
      advance()
      try skipDigits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      advance()
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { advance() }
      try skipDigits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    // "-0" is kept as float64, which alone has a negative zero.
    if isWhole, let integer = Int(text), integer != 0 || text == "0" { return .integer(integer) }
    guard let value = Double(text), value.isFinite else {
      throw failure("a number is beyond the range of float64", at: start)
    }
    return .number(value)
  }

  private func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

  private mutating func skipDigits() throws {
    guard let byte = next, isDigit(byte) else { throw unexpected("a digit") }
    while let byte = next, isDigit(byte) { advance() }
  }

  /// Reads a text in quotes, its escapes resolved.
  package mutating func parseString() throws -> String {
    try expect("\"")
    var start = position
    var text = ""
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        try append(from: start, to: &text)
        advance()
        return text
      case UInt8(ascii: "\\"):
        try append(from: start, to: &text)
        text.unicodeScalars.append(try parseEscape())
        start = position
      case 0..<0x20:
        throw failure("a control character stands unescaped in a text")
      default:
        advance()
      }
    }
    throw unexpected("a closing quote")
  }

  /// Appends the bytes from `start` to here, which must be UTF-8.
  private func append(from start: Int, to text: inout String) throws {
    let run = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    if let offset = UTF8Validation.firstInvalidOffset(in: run) {
      throw failure("a text is not UTF-8", at: start + offset)
    }
    if text.isEmpty {
      text = String(decoding: run, as: UTF8.self)
    } else {
      text += String(decoding: run, as: UTF8.self)
    }
  }

  private mutating func parseEscape() throws -> Unicode.Scalar {
    let start = position
    advance()
    guard let byte = next else { throw unexpected("an escape") }
    advance()
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw failure("an unknown escape", at: start)
    }
    var code = try parseFourHexDigits()
    if 0xD800..<0xDC00 ~= code, next == UInt8(ascii: "\\") {
      advance()
      guard next == UInt8(ascii: "u") else { throw failure("half a surrogate pair", at: start) }
      advance()
      let low = try parseFourHexDigits()
      guard 0xDC00..<0xE000 ~= low else { throw failure("half a surrogate pair", at: start) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw failure("half a surrogate pair", at: start)
    }
    return scalar
  }

  private mutating func parseFourHexDigits() throws -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw unexpected("four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      advance()
    }
    return code
  }
}

extension JSONValue {
  /// Reads one JSON value that fills all of `bytes` (UTF-8).
  ///
  /// Throws a data error with the byte offset for anything RFC 8259 does not allow, and also for a name
  /// that comes twice in an object (unless `allowsDuplicateKeys`), a number beyond float64, half a
  /// surrogate pair, and more than `maximumDepth` open brackets. `file` is named in the error.
  public init(
    parsing bytes: UnsafeRawBufferPointer, allowsDuplicateKeys: Bool = false,
    maximumDepth: Int = 512, file: String? = nil
  ) throws {
    var parser = JSONParser(
      bytes, maximumDepth: maximumDepth, allowsDuplicateKeys: allowsDuplicateKeys, file: file)
    self = try parser.parseValue()
    try parser.expectEnd()
  }

  /// Reads one JSON value that fills all of `bytes` (UTF-8), as `init(parsing:)` for raw memory does.
  public init(
    parsing bytes: [UInt8], allowsDuplicateKeys: Bool = false, maximumDepth: Int = 512,
    file: String? = nil
  ) throws {
    self = try bytes.withUnsafeBytes {
      try JSONValue(
        parsing: $0, allowsDuplicateKeys: allowsDuplicateKeys, maximumDepth: maximumDepth, file: file)
    }
  }

  /// Reads one JSON value that fills all of `text`, as `init(parsing:)` for raw memory does.
  public init(
    parsing text: String, allowsDuplicateKeys: Bool = false, maximumDepth: Int = 512,
    file: String? = nil
  ) throws {
    try self.init(
      parsing: Array(text.utf8), allowsDuplicateKeys: allowsDuplicateKeys,
      maximumDepth: maximumDepth, file: file)
  }
}
