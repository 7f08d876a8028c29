/// What the text of an option must be: read by the parser, the help, the completions and the manual page.
package enum ValueKind: Sendable, Hashable {
  /// No text: the option is there or not.
  case flag
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  /// A whole number of 64 bits without a sign.
  case seed
  /// A number between two bounds, which `isOpen` leaves out.
  case real(ClosedRange<Double>, isOpen: Bool)
  /// One of a few names.
  case choice([Choice])
  /// Several of a few names, separated by commas, or `all`.
  case choices([Choice])
  /// The name of a file.
  case path
  /// Names separated by commas.
  case list
  /// One of a few names for all columns, or COLUMN=NAME pairs separated by commas.
  case assignments([String])
  /// Whole numbers and ranges of them such as `1-4,8`.
  case integers(ClosedRange<Int>)
  /// Whole numbers from 1 to a million separated by commas, in their order.
  case widths
  /// Numbers separated by commas.
  case numbers
  /// Numbers separated by commas, rows of them by semicolons.
  case rows
  /// One character, or its name.
  case character

  /// A name that may be given, with other spellings of it.
  package struct Choice: Sendable, Hashable {
    /// The name that help and completions show.
    package var name: String
    /// Other spellings.
    package var aliases: [String]

    /// A name with other spellings of it.
    package init(_ name: String, aliases: [String] = []) {
      self.name = name
      self.aliases = aliases
    }

    /// Whether `text` is this name in any case.
    func matches(_ text: String) -> Bool {
      let lowered = text.lowercased()
      return name.lowercased() == lowered || aliases.contains { $0.lowercased() == lowered }
    }
  }

  /// What a value must be, to stand behind «takes».
  package var expectation: String {
    switch self {
    case .flag: "no value"
    case .integer(let range):
      "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .seed: "a whole number from 0 to \(UInt64.max)"
    case .real(let range, let isOpen):
      isOpen
        ? "a number between \(ValueKind.text(range.lowerBound)) and \(ValueKind.text(range.upperBound))"
        : "a number from \(ValueKind.text(range.lowerBound)) to \(ValueKind.text(range.upperBound))"
    case .choice(let choices): "one of \(choices.map(\.name).joined(separator: ", "))"
    case .choices(let choices):
      "all, or names from \(choices.map(\.name).joined(separator: ", ")) separated by commas"
    case .path: "the name of a file"
    case .list: "names separated by commas"
    case .assignments(let names): "one of \(names.joined(separator: ", ")), or COLUMN=NAME pairs separated by commas"
    case .integers(let range):
      "whole numbers from \(range.lowerBound) to \(range.upperBound) such as 1-9 or 2,3,5"
    case .widths: "whole numbers from 1 to 1000000 separated by commas"
    case .numbers: "numbers separated by commas"
    case .rows: "numbers separated by commas, and rows of them by semicolons"
    case .character: "one character, or comma, semicolon, tab, space"
    }
  }

  /// The names that the shell can complete.
  package var completions: [String] {
    switch self {
    case .choice(let choices): choices.map(\.name)
    case .choices(let choices): ["all"] + choices.map(\.name)
    case .character: ["comma", "semicolon", "tab", "space"]
    default: []
    }
  }

  private static func text(_ value: Double) -> String {
    value.magnitude < 1e15 && value == value.rounded() ? String(Int(value)) : String(value)
  }
}

extension ValueKind {
  /// The names in `text`, separated by commas; a name with a comma in it stands in double quotes, doubled
  /// inside. `nil` where a name is empty or a quote is left open.
  static func names(in text: String) -> [String]? {
    var names: [String] = []
    var name = ""
    var isQuoted = false
    var pending: Character?
    var characters = text[...]
    while let character = characters.popFirst() {
      if isQuoted {
        if character == "\"" {
          if characters.first == "\"" {
            name.append("\"")
            characters.removeFirst()
          } else {
            isQuoted = false
          }
        } else {
          name.append(character)
        }
      } else if character == "\"", name.isEmpty, pending != "\"" {
        isQuoted = true
      } else if character == "," {
        guard !name.isEmpty else { return nil }
        names.append(name)
        name = ""
      } else {
        name.append(character)
      }
      pending = character
    }
    guard !isQuoted, !name.isEmpty else { return nil }
    return names + [name]
  }

  /// The numbers that `text` names in rising order without repeats, or `nil` if one is not in `range`.
  static func integers(in text: String, range: ClosedRange<Int>) -> [Int]? {
    var result: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
        first <= last, range.contains(first), range.contains(last)
      else { return nil }
      result.formUnion(first...last)
    }
    return result.isEmpty ? nil : result.sorted()
  }

  /// The character that `text` is or names; `nil` for a quote, a line end or more than one character.
  static func character(in text: String) -> Character? {
    switch text.lowercased() {
    case "comma": return ","
    case "semicolon": return ";"
    case "tab", "\\t": return "\t"
    case "space": return " "
    default:
      guard text.utf8.count == 1, let character = text.first, character != "\"", !character.isNewline
      else { return nil }
      return character
    }
  }
}
