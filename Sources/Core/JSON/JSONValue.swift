/// A JSON value (RFC 8259). Objects keep the order of their members.
///
/// A number without fraction and exponent that fits a 64-bit integer is kept exactly as `integer`; every
/// other number is the nearest float64. `1` and `1.0` are therefore different values, and each is written
/// as it was read.
public enum JSONValue: Sendable, Hashable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number, exact.
  case integer(Int)
  /// A float64. Infinities and NaN have no JSON form and are written as `null`.
  case number(Double)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Named values in the order they were read or given.
  case object([JSONMember])
}

/// One named value of a JSON object.
public struct JSONMember: Sendable, Hashable {
  /// The name.
  public var key: String
  /// The value.
  public var value: JSONValue

  /// The member `key`: `value`.
  public init(_ key: String, _ value: JSONValue) {
    self.key = key
    self.value = value
  }
}

extension JSONValue {
  /// The member `key` of an object; nil if this is no object or has no such member.
  ///
  /// Names are compared by their code points, as JSON does, not by Swift's canonical equivalence. Setting
  /// replaces the first such member or appends a new one; setting nil removes it. A value that is no
  /// object becomes one when a member is set.
  public subscript(key: String) -> JSONValue? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }
    set {
      var members: [JSONMember] = []
      if case .object(let present) = self { members = present }
      let place = members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
      switch (place, newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(JSONMember(key, value))
      case (nil, nil): return
      }
      self = .object(members)
    }
  }

  /// The element at `index` of an array; nil if this is no array or has no such element.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// Whether this is `null`.
  public var isNull: Bool { self == .null }

  /// The truth value, if this is one.
  public var boolValue: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  /// The number as float64, if this is a number.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): return Double(value)
    case .number(let value): return value
    default: return nil
    }
  }

  /// The number as an integer, if this is a number without a fractional part that fits (`3`, `3.0`, `3e0`).
  public var integerValue: Int? {
    switch self {
    case .integer(let value): return value
    case .number(let value): return Int(exactly: value)
    default: return nil
    }
  }

  /// The text, if this is one.
  public var stringValue: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  /// The elements, if this is an array.
  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { return value }
    return nil
  }

  /// The members in order, if this is an object.
  public var members: [JSONMember]? {
    if case .object(let value) = self { return value }
    return nil
  }

  /// The elements as float64 numbers, if this is an array of numbers alone.
  public var doubleValues: [Double]? {
    guard let elements = arrayValue else { return nil }
    let numbers = elements.compactMap(\.doubleValue)
    return numbers.count == elements.count ? numbers : nil
  }
}
