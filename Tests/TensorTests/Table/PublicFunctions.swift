import Foundation

/// The public functions of Swift source text, spelled as the operation table spells them: by their labels, like
/// `sum(alongAxes:keepingAxes:)`; operators, and functions that share all labels with another, by types too, like
/// `+(Tensor, Double)` and `power(_: Double)`.
///
/// A small reader of declarations, not of the language: it finds `public … func|init|subscript` and reads its
/// parameters up to the closing bracket. Comments are dropped first; no string of ours holds such a declaration.
enum PublicFunctions {
  /// One declaration, spelled both ways.
  private struct Declaration {
    let labels, types: String
  }

  /// The functions in all files under `folder`, with the file each stands in.
  static func inFiles(under folder: URL) throws -> [(function: String, file: String)] {
    guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
    let found = try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.flatMap { file in
      try declarations(in: String(contentsOf: file, encoding: .utf8)).map { ($0, file.lastPathComponent) }
    }
    return Array(zip(spelled(found.map(\.0)), found.map(\.1)))
  }

  /// The functions that `source` declares and that give tensors.
  static func inSource(_ source: String) -> [String] { spelled(declarations(in: source)) }

  /// Each by its labels, and by its types where another has the same labels.
  private static func spelled(_ declarations: [Declaration]) -> [String] {
    let groups = Dictionary(grouping: declarations, by: \.labels)
    return declarations.map { groups[$0.labels]?.count == 1 ? $0.labels : $0.types }
  }

  private static func declarations(in source: String) -> [Declaration] {
    let code = source.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? String(line) }
      .joined(separator: "\n")
    let declaration = /public\s+(?:(?:static|prefix|mutating)\s+)*(func|init|subscript)\s*(\w*|[^\s\w(]+)(?=\s*[(<])/
    return code.matches(of: declaration).compactMap { match in
      let kind = String(match.1)
      let rest = code[match.range.upperBound...]
      guard let open = rest.firstIndex(of: "("), let close = closing(of: open, in: rest) else { return nil }
      let result = rest[rest.index(after: close)...].prefix { $0 != "{" }
      let givesTensor = kind == "init" || result.contains("Tensor")
      let parameters = split(rest[rest.index(after: open)..<close])
      let isOperator = kind == "func" && match.2.first.map { !$0.isLetter && $0 != "_" } == true
      let changesTensor = parameters.contains { $0.contains("inout Tensor") }
      guard givesTensor || changesTensor else { return nil }
      let name = kind == "func" ? String(match.2) : kind
      if isOperator {
        let text = "\(name)(\(parameters.map(type).joined(separator: ", ")))"
        return Declaration(labels: text, types: text)
      }
      return Declaration(
        labels: "\(name)(\(parameters.map { label($0, kind) + ":" }.joined()))",
        types: "\(name)(\(parameters.map { "\(label($0, kind)): \(type($0))" }.joined(separator: ", ")))")
    }
  }

  private static func closing(of open: String.Index, in text: Substring) -> String.Index? {
    var depth = 0
    for index in text[open...].indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }

  /// The parameters between the commas that stand in no bracket.
  private static func split(_ parameters: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    for character in parameters {
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
  }

  private static func label(_ parameter: String, _ kind: String) -> String {
    let words = parameter.prefix { $0 != ":" }.split(separator: " ")
    // A subscript's parameter has a label only where it has two names.
    return kind == "subscript" && words.count == 1 ? "_" : words.first.map(String.init) ?? "_"
  }

  private static func type(_ parameter: String) -> String {
    let type = parameter.drop { $0 != ":" }.dropFirst()
    let withoutDefault = type.range(of: " = ").map { type[..<$0.lowerBound] } ?? type
    return withoutDefault.replacing("inout", with: "").trimmingCharacters(in: .whitespaces)
  }
}
