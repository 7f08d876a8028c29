/// The different words of a column, numbered as they come.
package struct WordLevels: Sendable {
  private(set) var words: [String] = []
  private var numbers: [String: Int] = [:]

  /// The number of `word`, a new one if it has not come before.
  mutating func number(of word: String) -> Int {
    if let number = numbers[word] { return number }
    numbers[word] = words.count
    words.append(word)
    return words.count - 1
  }

  /// The word for a cell that holds a number: 1, 1.0 and 1e0 are one level.
  ///
  /// From 2⁵³ on, where float64 holds several whole numbers as one, digits without point and exponent keep their
  /// `text`, but for a plus and zeros in front.
  static func word(for value: Double, text: () throws -> String) rethrows -> String {
    if value.magnitude >= 0x1p53 {
      let written = try text()
      let digits = written.drop { $0 == "-" || $0 == "+" }
      if digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        return (written.hasPrefix("-") ? "-" : "") + digits.drop { $0 == "0" }
      }
    }
    return word(for: value)
  }

  /// The word for a number: 1, 1.0 and 1e0 are one level.
  package static func word(for value: Double) -> String {
    if let whole = Int64(exactly: value) { return "\(whole)" }
    return "\(value)"
  }

  /// The words of all parts, numbers by size before other words in their order, and for each part its numbers'
  /// numbers there. The order in the file does not count.
  static func joined(_ parts: [WordLevels]) -> (words: [String], numbers: [[Int]]) {
    // What reads as NaN, such as nan(1), has no place among numbers.
    let words = Set(parts.flatMap(\.words)).map { word in (word, Double(word).flatMap { $0.isNaN ? nil : $0 }) }
      .sorted { a, b in
        switch (a.1, b.1) {
        case (let first?, let second?) where first != second: first < second
        case (.some, nil): true
        case (nil, .some): false
        default: a.0 < b.0
        }
      }.map(\.0)
    var places: [String: Int] = [:]
    for (place, word) in words.enumerated() { places[word] = place }
    return (words, parts.map { part in part.words.compactMap { places[$0] } })
  }
}
