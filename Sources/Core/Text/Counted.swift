extension Int {
  /// The number with what it counts: `1 column`, `2 columns`; `0 data`, `1 datum` of `counted("datum", "data")`.
  package func counted(_ noun: String, _ plural: String? = nil) -> String {
    "\(self) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}
