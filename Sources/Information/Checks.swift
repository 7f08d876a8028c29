import SurprisalCore

/// What is refused before anything is computed.
enum Checks {
  /// Probabilities that are at least 0, finite, and sum to 1 within 1e-9.
  ///
  /// - Throws: `data` with the first wrong index, or the sum.
  static func probabilities(_ p: [Double], _ name: String) throws {
    if p.isEmpty { throw SurprisalError(.data, "\(name): there are no probabilities") }
    for (index, value) in p.enumerated() where !(value >= 0 && value <= 1 + 1e-9) {
      throw SurprisalError(.data, "\(name): probability \(index) is \(value), not in 0 … 1")
    }
    let sum = p.reduce(0, +)
    if !(abs(sum - 1) <= 1e-9) {
      throw SurprisalError(.data, "\(name): the probabilities sum to \(sum), not to 1", remedy: "divide by the sum")
    }
  }

  /// An order of Rényi's measures.
  ///
  /// - Throws: `usage` if it is negative or not a number.
  static func order(_ order: Double) throws {
    if !(order >= 0) { throw SurprisalError(.usage, "order \(order) is not in 0 … ∞") }
  }
}
