import SurprisalCore

/// The attributes of a reference case: axes, strides, a slope.
struct Attributes: Sendable {
  let json: JSONValue

  /// Whether the case has the attribute.
  func has(_ key: String) -> Bool { json[key] != nil }

  /// The whole number `key`; nil if the case has none.
  func optionalInt(_ key: String) -> Int? { json[key]?.integerValue }
  /// The whole number `key`.
  func int(_ key: String) -> Int { required(optionalInt(key), key) }

  /// The list of whole numbers `key`; nil if the case has none.
  func optionalInts(_ key: String) -> [Int]? { json[key]?.arrayValue?.compactMap(\.integerValue) }
  /// The list of whole numbers `key`.
  func ints(_ key: String) -> [Int] { required(optionalInts(key), key) }

  /// The number `key`; nil if the case has none.
  func optionalDouble(_ key: String) -> Double? { json[key]?.doubleValue }
  /// The number `key`.
  func double(_ key: String) -> Double { required(optionalDouble(key), key) }

  /// The truth value `key`; false if the case has none.
  func bool(_ key: String) -> Bool { json[key]?.boolValue ?? false }
  /// The text `key`.
  func string(_ key: String) -> String { required(json[key]?.stringValue, key) }

  /// The list of pairs `key`, such as the widths of a padding.
  func pairs(_ key: String) -> [(Int, Int)] {
    let lists = required(json[key]?.arrayValue, key).map { $0.arrayValue?.compactMap(\.integerValue) ?? [] }
    return lists.map { ($0[0], $0[1]) }
  }

  private func required<Value>(_ value: Value?, _ key: String) -> Value {
    guard let value else { preconditionFailure("the case has no attribute '\(key)' of this type: \(json)") }
    return value
  }
}
