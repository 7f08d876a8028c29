extension Int {
  /// The number with what it counts: `1 column`, `2 columns`.
  package func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
