import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads markup with Foundation's XML parser and collects what a drawing may get wrong.
final class MarkupChecker: NSObject, XMLParserDelegate {
  private(set) var elements: [String: Int] = [:]
  /// Every element with its attributes, in the order of the document.
  private(set) var attributes: [(element: String, values: [String: String])] = []
  private(set) var text = ""
  private(set) var badNumbers: [String] = []
  private(set) var problem: String?

  private static let numeric: Set<String> = [
    "d", "x", "y", "cx", "cy", "r", "rx", "ry", "width", "height", "viewBox", "transform", "stroke-width",
  ]

  /// Checks an XML document, or an HTML page written as XML.
  init(_ markup: String) {
    super.init()
    let body =
      markup
      .replacingOccurrences(of: "<!DOCTYPE html>\n", with: "")
      .replacingOccurrences(of: "<style>", with: "<style><![CDATA[")
      .replacingOccurrences(of: "</style>", with: "]]></style>")
    let parser = XMLParser(data: Data(body.utf8))
    parser.delegate = self
    if !parser.parse() { problem = "\(parser.parserError.map { "\($0)" } ?? "") line \(parser.lineNumber)" }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements[name, default: 0] += 1
    self.attributes.append((name, attributes))
    for (key, value) in attributes where Self.numeric.contains(key) {
      let lowered = value.lowercased()
      if lowered.contains("nan") || lowered.contains("inf") || lowered.contains("e+") {
        badNumbers.append("\(name) \(key)=\(value.prefix(80))")
      }
    }
    for (key, value) in attributes where key.hasPrefix("on") || value.hasPrefix("javascript:") {
      badNumbers.append("\(name) \(key)=\(value.prefix(80))")
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
