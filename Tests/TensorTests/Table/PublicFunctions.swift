import Foundation

/// The public functions of Swift source text, spelled as the operation table spells them.
///
/// A small reader of declarations, not of the language: it finds `public … func|init|subscript` and reads its
/// parameters up to the closing bracket. Comments are dropped first; no string of ours holds such a declaration.
enum PublicFunctions {
  /// The functions in all files under `folder`, with the file each stands in.
  static func inFiles(under folder: URL) throws -> [(function: String, file: String)] {
    guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
    return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.flatMap { file in
      try PublicFunctions.inSource(String(contentsOf: file, encoding: .utf8)).map { ($0, file.lastPathComponent) }
    }
  }

  /// The functions that `source` declares and that give tensors.
  static func inSource(_ source: String) -> [String] {
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
      return isOperator
        ? "\(name)(\(parameters.map(type).joined(separator: ", ")))"
        : "\(name)(\(parameters.map { label($0, kind) + ":" }.joined()))"
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
    return type.replacing("inout", with: "").trimmingCharacters(in: .whitespaces)
  }
}
