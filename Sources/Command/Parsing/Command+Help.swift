/// The help of a command, laid out for a terminal.
extension Command {
  private static let width = 96

  /// The usage line.
  func usage(path: [String]) -> String {
    var parts = path
    if children.isEmpty {
      parts += positionals.map { ($0.isOptional ? "[\($0.name)]" : $0.name) + ($0.isRepeated ? " ..." : "") }
      if !options.isEmpty { parts.append("[options]") }
    } else {
      parts += [childPlaceholder, "…"]
    }
    return parts.joined(separator: " ")
  }

  /// The whole help.
  package func helpText(path: [String]) -> String {
    var text = "\(path.joined(separator: " ")): \(summary)\n\nusage: \(usage(path: path))\n"
    if !aliases.isEmpty { text += "also: \(aliases.joined(separator: ", "))\n" }
    for paragraph in discussion { text += "\n" + Command.wrapped(paragraph, indent: 0) }
    if !positionals.isEmpty {
      text += "\n" + Command.columns(positionals.map { ($0.name, $0.help) })
    }
    if !children.isEmpty {
      text += "\n\(childNoun)s\n" + Command.columns(children.map { ($0.name, $0.summary) })
    }
    for section in sections {
      text += "\n\(section.title)\n"
      text += Command.columns(section.options.map { ($0.signature, $0.explanation) })
    }
    text += "\nexamples\n"
    for example in examples {
      text += "  \(example.line)\n" + Command.wrapped(example.explanation, indent: 6)
    }
    return text
  }

  /// The options under their headings, in the order of first appearance.
  var sections: [(title: String, options: [OptionDescription])] {
    var result: [(title: String, options: [OptionDescription])] = []
    for option in options + (children.isEmpty ? [Command.help.description] : []) {
      if let index = result.firstIndex(where: { $0.title == option.section }) {
        result[index].options.append(option)
      } else {
        result.append((option.section, [option]))
      }
    }
    return result
  }

  /// Two columns, the second wrapped; a long first entry gets a line of its own.
  static func columns(_ rows: [(String, String)]) -> String {
    let widest = rows.map { $0.0.count }.filter { $0 <= 28 }.max() ?? 0
    var text = ""
    for (left, right) in rows {
      let body = wrapped(right, indent: widest + 4)
      if left.count > widest {
        text += "  \(left)\n" + body
      } else {
        let padding = String(repeating: " ", count: widest - left.count + 2)
        text += "  " + left + padding + body.drop { $0 == " " }
      }
    }
    return text
  }

  /// `text` in lines of at most 96 characters, each behind `indent` spaces.
  static func wrapped(_ text: String, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var result = ""
    var line = margin
    for word in text.split(separator: " ") {
      if line.count > indent, line.count + 1 + word.count > width {
        result += line + "\n"
        line = margin
      }
      line += (line.count > indent ? " " : "") + word
    }
    return result + line + "\n"
  }
}

extension OptionDescription {
  /// The option with its placeholder.
  var signature: String {
    let long = "--" + name + (kind == .flag ? "" : " " + placeholder)
    return letter.map { "-\($0), \(long)" } ?? long
  }

  /// What it does, what it takes and what holds without it.
  var explanation: String {
    var text = help
    switch kind {
    case .choice(let choices):
      let names = choices.map { choice in
        choice.aliases.isEmpty ? choice.name : "\(choice.name) (\(choice.aliases.joined(separator: ", ")))"
      }
      text += ": " + names.joined(separator: ", ")
    case .integer, .seed, .real, .character, .choices, .integers: text += "; " + kind.expectation
    case .flag, .path, .list, .assignments, .widths, .numbers, .rows: break
    }
    if let standard { text += " (default: \(standard))" }
    return text
  }
}
