/// The manual page in the `man` macros of roff, made from the tree of commands.
package enum ManualPage {
  /// The page of `root` for `version`.
  package static func text(for root: Command, version: String) -> String {
    var page = ".TH \(root.name.uppercased()) 1 \"\" \"\(root.name) \(version)\" \"User Commands\"\n"
    page += ".SH NAME\n\(root.name) \\- \(escaped(root.summary))\n"
    page += ".SH SYNOPSIS\n"
    for (path, command) in root.leaves {
      page += ".B \(path.joined(separator: " "))\n"
      page += escaped(command.usage(path: [])) + "\n.br\n"
    }
    page += ".SH DESCRIPTION\n"
    for paragraph in root.discussion { page += escaped(paragraph) + "\n.PP\n" }
    for (path, command) in root.leaves {
      page += ".SH \(path.dropFirst().joined(separator: " ").uppercased())\n"
      page += escaped(command.summary) + ".\n"
      for paragraph in command.discussion { page += ".PP\n" + escaped(paragraph) + "\n" }
      for positional in command.positionals {
        page += ".TP\n.I \(positional.name)\n\(escaped(positional.help))\n"
      }
      for option in command.options {
        page += ".TP\n.B \(escaped(option.signature))\n\(escaped(option.explanation))\n"
      }
      for example in command.examples {
        page += ".PP\n.nf\n\(escaped(example.line))\n.fi\n\(escaped(example.explanation))\n"
      }
    }
    page += ".SH EXIT STATUS\n"
    for (code, meaning) in ExitCode.meanings { page += ".TP\n.B \(code)\n\(escaped(meaning))\n" }
    return page
  }

  /// `text` as roff shows it: hyphens stay hyphens, a leading period is no request, all in ASCII.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case ".", "'": result += result.isEmpty ? "\\&\(scalar)" : String(scalar)
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
      }
    }
    return result
  }
}
