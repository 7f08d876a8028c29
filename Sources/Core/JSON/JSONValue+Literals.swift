extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
  /// `null`.
  public init(nilLiteral: ()) { self = .null }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
}

extension JSONValue: ExpressibleByFloatLiteral, ExpressibleByStringLiteral {
  /// A float64.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByStringInterpolation {}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  /// An array of the elements in order.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object of the members in the order written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { JSONMember($0.0, $0.1) })
  }
}

extension JSONValue {
  /// A truth value.
  public init(_ value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(_ value: Int) { self = .integer(value) }
  /// A float64; written as `null` if it is not finite.
  public init(_ value: Double) { self = .number(value) }
  /// A text.
  public init(_ value: String) { self = .string(value) }
  /// An array of float64 numbers.
  public init(_ values: [Double]) { self = .array(values.map { .number($0) }) }
  /// An array of whole numbers.
  public init(_ values: [Int]) { self = .array(values.map { .integer($0) }) }
  /// An array of texts.
  public init(_ values: [String]) { self = .array(values.map { .string($0) }) }
  /// An array of float64 numbers row by row.
  public init(_ rows: [[Double]]) { self = .array(rows.map { JSONValue($0) }) }
  /// A float64, or `null` for nil.
  public init(_ value: Double?) { self = value.map { .number($0) } ?? .null }
  /// A whole number, or `null` for nil.
  public init(_ value: Int?) { self = value.map { .integer($0) } ?? .null }
  /// A text, or `null` for nil.
  public init(_ value: String?) { self = value.map { .string($0) } ?? .null }
}
