import Surprisal

/// The options that say which distribution each column has.
enum FamilyOptions {
  /// The families by the names that the command line gives them.
  static let names = ["bernoulli", "categorical", "poisson", "geometric", "exponential", "normal"]

  static let families = Option<[FamilyChoice]>(
    "families", kind: .assignments(names), placeholder: "COLUMN=FAMILY,…",
    help: "what some columns are: \(names.joined(separator: ", ")); one family alone is for all columns",
    standard: "words are categorical, 0 and 1 bernoulli, other numbers normal", section: FitOptions.model
  ) { text in
    guard let parts = ValueKind.names(in: text) else { return nil }
    let choices = parts.compactMap { FamilyChoice($0) }
    return choices.count == parts.count && !choices.isEmpty ? choices : nil
  }
}

/// One family, for one column or for all.
struct FamilyChoice: Sendable, Hashable {
  /// The column by name or number; nil for all columns.
  var column: String?
  /// One of `FamilyOptions.names`.
  var family: String

  /// The choice that `column=family`, or `family` alone, makes; nil for an unknown family.
  init?(_ text: String) {
    guard let mark = text.lastIndex(of: "=") else {
      self.init(column: nil, family: text)
      return
    }
    self.init(column: String(text[..<mark]), family: String(text[text.index(after: mark)...]))
  }

  /// A choice of a known family, in any case.
  init?(column: String?, family: String) {
    guard let name = FamilyOptions.names.first(where: { $0 == family.lowercased() }), column != "" else { return nil }
    self.column = column
    self.family = name
  }
}
