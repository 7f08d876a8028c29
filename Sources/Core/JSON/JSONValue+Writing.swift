extension JSONValue {
  /// The value as JSON text, which reads back to the same bits.
  ///
  /// Numbers have the fewest digits that give the same float64; infinities and NaN are written as `null`.
  /// With `pretty`, members and elements stand on lines of their own, indented by two blanks, except that
  /// arrays of numbers stay on one line.
  public func text(pretty: Bool = false) -> String {
    var writer = JSONWriter(isPretty: pretty)
    writer.write(self, depth: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as JSON text on one line.
  public var description: String { text() }
}

private struct JSONWriter {
  let isPretty: Bool
  var bytes: [UInt8] = []

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): append(value.description)
    // Swift's shortest form ("0.1", "1e-05", "5e+20") is valid JSON for every finite number.
    case .number(let value): append(value.isFinite ? value.description : "null")
    case .string(let value): write(string: value)
    case .array(let elements):
      let isPacked = elements.allSatisfy(\.isScalarNumber)
      write(elements, between: ("[", "]"), depth: depth, isPacked: isPacked) { writer, element in
        writer.write(element, depth: depth + 1)
      }
    case .object(let members):
      write(members, between: ("{", "}"), depth: depth, isPacked: false) { writer, member in
        writer.write(string: member.key)
        writer.append(writer.isPretty ? ": " : ":")
        writer.write(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func write<Item>(
    _ items: [Item], between brackets: (String, String), depth: Int, isPacked: Bool,
    _ body: (inout JSONWriter, Item) -> Void
  ) {
    append(brackets.0)
    let isSpread = isPretty && !isPacked && !items.isEmpty
    for (index, item) in items.enumerated() {
      if index > 0 { append(isPretty && isPacked ? ", " : ",") }
      if isSpread { breakLine(depth: depth + 1) }
      body(&self, item)
    }
    if isSpread { breakLine(depth: depth) }
    append(brackets.1)
  }

  private mutating func breakLine(depth: Int) {
    append("\n")
    for _ in 0..<depth { append("  ") }
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Writes `string` in quotes. Control characters, and the line ends of JavaScript that JSON allows, are
  /// escaped, so that the text is safe in a terminal and a script.
  private mutating func write(string: String) {
    append("\"")
    // The lead bytes C2 and E2 start the control characters and line ends beyond ASCII.
    let isPlain = string.utf8.allSatisfy {
      $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F && $0 != 0xC2 && $0 != 0xE2
    }
    if isPlain {
      append(string)
    } else {
      for scalar in string.unicodeScalars { append(JSONWriter.escaped(scalar)) }
    }
    append("\"")
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: return String(Character(scalar))
    }
  }
}

extension JSONValue {
  fileprivate var isScalarNumber: Bool {
    switch self {
    case .integer, .number: return true
    default: return false
    }
  }
}
