/// How many terminal columns text fills, and cutting it to fit.
enum TextWidth {
  /// The terminal columns that `text` fills: two for East Asian wide characters and emoji, none for marks.
  static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

  static func of(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.properties.generalCategory == .nonspacingMark { return 0 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// `text` cut to at most `width` columns, its end replaced by `…`, or by `~` in ASCII.
  static func cut(_ text: String, to width: Int, unicode: Bool = true) -> String {
    guard of(text) > width else { return text }
    guard width > 0 else { return "" }
    var result = ""
    var used = 1
    for character in text {
      used += of(character)
      if used > width { break }
      result.append(character)
    }
    return result + (unicode ? "…" : "~")
  }

  /// `text` filled up with spaces to `width` columns.
  static func pad(_ text: String, to width: Int, onLeft: Bool) -> String {
    let blanks = String(repeating: " ", count: max(0, width - of(text)))
    return onLeft ? blanks + text : text + blanks
  }
}
