/// An option of the command line without its type: all that help, completions and the parser need.
package struct OptionDescription: Sendable {
  /// The name without its two hyphens.
  package var name: String
  /// Other names, without their hyphens.
  package var aliases: [String]
  /// A one-letter form, if there is one.
  package var letter: Character?
  /// What its text must be.
  package var kind: ValueKind
  /// The word that stands for its text in help.
  package var placeholder: String
  /// What it does, as one line without a period.
  package var help: String
  /// What holds without it.
  package var standard: String?
  /// The heading that it stands under in help.
  package var section: String
  /// What to do instead of giving one of these texts, which it does not take.
  package var advice: [String: String] = [:]
  /// Whether `text` can be read; set where the kind is.
  var accepts: @Sendable (String) -> Bool
}

/// An option of the command line whose text is read as a `Value`.
package struct Option<Value: Sendable>: Sendable {
  /// The option without its type.
  package let description: OptionDescription
  let read: @Sendable (String) -> Value?

  init(
    _ name: String, aliases: [String] = [], letter: Character? = nil, kind: ValueKind, placeholder: String,
    help: String, standard: String? = nil, section: String, advice: [String: String] = [:],
    read: @escaping @Sendable (String) -> Value?
  ) {
    self.read = read
    self.description = OptionDescription(
      name: name, aliases: aliases, letter: letter, kind: kind, placeholder: placeholder, help: help,
      standard: standard, section: section, advice: advice, accepts: { read($0) != nil })
  }
}

extension Option where Value == Bool {
  /// An option without a value.
  static func flag(_ name: String, letter: Character? = nil, section: String, _ help: String) -> Option {
    Option(name, letter: letter, kind: .flag, placeholder: "", help: help, section: section) { _ in true }
  }
}

extension Option where Value == Int {
  /// A whole number in `range`.
  static func integer(
    _ name: String, aliases: [String] = [], _ range: ClosedRange<Int>, placeholder: String = "N",
    section: String, standard: String? = nil, _ help: String
  ) -> Option {
    Option(
      name, aliases: aliases, kind: .integer(range), placeholder: placeholder, help: help, standard: standard,
      section: section
    ) { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
  }
}

extension Option where Value == UInt64 {
  /// A whole number of 64 bits.
  static func seed(_ name: String, section: String, standard: String? = nil, _ help: String) -> Option {
    Option(
      name, kind: .seed, placeholder: "N", help: help, standard: standard, section: section
    ) { UInt64($0) }
  }
}

extension Option where Value == Double {
  /// A number in `range`, without its ends if `isOpen`.
  static func real(
    _ name: String, _ range: ClosedRange<Double>, isOpen: Bool = false, placeholder: String = "X",
    section: String, standard: String? = nil, _ help: String
  ) -> Option {
    Option(
      name, kind: .real(range, isOpen: isOpen), placeholder: placeholder, help: help,
      standard: standard, section: section
    ) { text in
      guard let value = Double(text), range.contains(value) else { return nil }
      return isOpen && (value == range.lowerBound || value == range.upperBound) ? nil : value
    }
  }
}

extension Option where Value == String {
  /// One of a few names in any case; the value is the name as it is listed.
  static func choice(
    _ name: String, _ choices: [ValueKind.Choice], placeholder: String = "NAME", section: String,
    standard: String? = nil, advice: [String: String] = [:], _ help: String
  ) -> Option {
    Option(
      name, kind: .choice(choices), placeholder: placeholder, help: help, standard: standard,
      section: section, advice: advice
    ) { text in choices.first { $0.matches(text) }?.name }
  }

  /// The name of a file.
  static func path(
    _ name: String, letter: Character? = nil, section: String, placeholder: String = "FILE", _ help: String
  ) -> Option {
    Option(
      name, letter: letter, kind: .path, placeholder: placeholder, help: help, section: section
    ) { $0.isEmpty || $0.utf8.contains(0) ? nil : $0 }
  }

  /// One name of a column.
  static func column(_ name: String, section: String, _ help: String) -> Option {
    Option(name, kind: .list, placeholder: "COLUMN", help: help, section: section) { text in
      ValueKind.names(in: text).flatMap { $0.count == 1 ? $0[0] : nil }
    }
  }
}

extension Option where Value == [String] {
  /// Names of columns separated by commas.
  static func columns(_ name: String, section: String, standard: String? = nil, _ help: String) -> Option {
    Option(
      name, kind: .list, placeholder: "A,B", help: help, standard: standard, section: section
    ) { ValueKind.names(in: $0) }
  }

  /// Several of a few names, or `all`.
  static func choices(
    _ name: String, _ choices: [ValueKind.Choice], section: String, standard: String, _ help: String
  ) -> Option {
    Option(
      name, kind: .choices(choices), placeholder: "NAMES", help: help, standard: standard,
      section: section
    ) { text in
      if text.lowercased() == "all" { return choices.map(\.name) }
      var names: [String] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let choice = choices.first(where: { $0.matches(String(part)) }) else { return nil }
        if !names.contains(choice.name) { names.append(choice.name) }
      }
      return names.isEmpty ? nil : names
    }
  }
}

extension Option where Value == [Int] {
  /// Whole numbers and ranges of them.
  static func integers(
    _ name: String, _ range: ClosedRange<Int>, placeholder: String, section: String, standard: String,
    _ help: String
  ) -> Option {
    Option(
      name, kind: .integers(range), placeholder: placeholder, help: help, standard: standard,
      section: section
    ) { ValueKind.integers(in: $0, range: range) }
  }
}

extension Option where Value == [Int] {
  /// Whole numbers from 1 to a million in the order given.
  static func widths(_ name: String, section: String, standard: String, _ help: String) -> Option {
    Option(
      name, kind: .widths, placeholder: "N,N", help: help, standard: standard, section: section
    ) { text in
      let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.allSatisfy({ $0.map { (1...1_000_000).contains($0) } == true }) else { return nil }
      return numbers.compactMap(\.self)
    }
  }
}

extension Option where Value == [Double] {
  /// Finite numbers separated by commas.
  static func numbers(
    _ name: String, placeholder: String = "X,Y", section: String, standard: String? = nil, _ help: String
  ) -> Option {
    Option(
      name, kind: .numbers, placeholder: placeholder, help: help, standard: standard, section: section
    ) { NumberRows.numbers(in: $0[...]) }
  }
}

/// Numbers in rows, as `1,2;3,4` spells them.
package struct NumberRows: Sendable, Hashable {
  /// The rows, one if there is no semicolon.
  var rows: [[Double]]

  /// All numbers, row by row.
  var numbers: [Double] { rows.flatMap { $0 } }

  /// The numbers between the commas of `text`; nil if one is not finite or no number.
  static func numbers(in text: Substring) -> [Double]? {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      // A blank behind a comma is no mistake.
      Double(part.drop { $0 == " " })
    }
    guard numbers.allSatisfy({ $0?.isFinite == true }) else { return nil }
    return numbers.compactMap { $0 }
  }
}

extension Option where Value == NumberRows {
  /// Finite numbers separated by commas, rows of them by semicolons.
  static func rows(
    _ name: String, aliases: [String] = [], placeholder: String, section: String, standard: String? = nil,
    _ help: String
  ) -> Option {
    Option(
      name, aliases: aliases, kind: .rows, placeholder: placeholder, help: help, standard: standard, section: section
    ) { text in
      let parts = text.split(separator: ";", omittingEmptySubsequences: false)
      let rows = parts.compactMap(NumberRows.numbers)
      return rows.count == parts.count ? NumberRows(rows: rows) : nil
    }
  }
}

extension Option where Value == Character {
  /// One character, or its name.
  static func character(
    _ name: String, section: String, standard: String, _ help: String
  ) -> Option {
    Option(
      name, kind: .character, placeholder: "C", help: help, standard: standard, section: section
    ) { ValueKind.character(in: $0) }
  }
}
