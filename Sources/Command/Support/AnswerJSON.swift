import Surprisal

extension JSONValue {
  /// The text of an answer in which no number is lost: JSON has none for infinities, so they are the texts "Infinity"
  /// and "-Infinity", which Python's `float`, JavaScript's `Number` and Swift's `Double` read. Only NaN, what does not
  /// exist or is not known, is `null`.
  var answerText: String { withoutInfinities.text() }

  /// An infinity as a text; otherwise the number itself.
  static func answer(_ number: Double) -> JSONValue {
    number.isInfinite ? .string(number > 0 ? "Infinity" : "-Infinity") : .number(number)
  }

  private var withoutInfinities: JSONValue {
    switch self {
    case .number(let value): .answer(value)
    case .array(let elements): .array(elements.map(\.withoutInfinities))
    case .object(let members): .object(members.map { JSONMember($0.key, $0.value.withoutInfinities) })
    default: self
    }
  }
}
