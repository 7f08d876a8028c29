/// Elements and text of an SVG or HTML document, escaped in this one place.
///
/// Names of elements and attributes are the program's own; values and text may hold anything.
struct Markup {
  private(set) var text = ""

  /// Starts an element.
  mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]) {
    start(name, attributes)
    text += ">"
  }

  /// Ends an element.
  mutating func close(_ name: StaticString) { text += "</\(name)>\n" }

  /// An element without content.
  mutating func empty(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]) {
    start(name, attributes)
    text += "/>\n"
  }

  /// An element that holds text.
  mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: String
  ) {
    open(name, attributes)
    write(content)
    close(name)
  }

  /// An element that holds what `body` writes.
  mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ body: (inout Markup) -> Void
  ) {
    open(name, attributes)
    body(&self)
    close(name)
  }

  /// Text, escaped.
  mutating func write(_ content: String) { text += Markup.escaped(content) }

  /// Markup that this module wrote itself.
  mutating func append(_ markup: Markup) { text += markup.text }

  /// Style sheets of this module, which are not escaped.
  mutating func style(_ sheet: String) { text += "<style>\(sheet)</style>\n" }

  private mutating func start(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>
  ) {
    text += "<\(name)"
    for (key, value) in attributes { text += " \(key)=\"\(Markup.escaped(value))\"" }
  }

  /// `content` as text or attribute value of XML and HTML; characters that XML forbids become U+FFFD.
  static func escaped(_ content: String) -> String {
    var result = ""
    result.reserveCapacity(content.utf8.count)
    for scalar in content.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "\u{FFFD}"
      case _
      where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        || scalar.value & 0xFFFE == 0xFFFE:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
