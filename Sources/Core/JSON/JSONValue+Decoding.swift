extension JSONValue {
  /// The value of `type` that this JSON holds.
  ///
  /// Members that the type does not read are refused, so that a misspelled setting is not ignored in silence.
  ///
  /// - Throws: a data error that says where in the JSON something is missing, of another kind or not known.
  public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
    let read = ReadMembers()
    let value: Value
    do {
      value = try JSONValueDecoder(value: self, codingPath: [], read: read).decode(type)
    } catch let error as DecodingError {
      throw SurprisalError(.data, error.text, remedy: "mend the JSON")
    }
    if let unread = unreadMember(at: "", read.known) {
      throw SurprisalError(
        .data, "`\(unread.path)` is not known",
        remedy: unread.nearest.map { "did you mean `\($0)`?" } ?? "leave it out")
    }
    return value
  }

  /// The first member that was not asked for by name, of the objects that were read by name.
  private func unreadMember(at path: String, _ known: [String: [String]]) -> (path: String, nearest: String?)? {
    switch self {
    case .object(let members):
      for member in members {
        let inner = path.isEmpty ? member.key : path + "." + member.key
        if let names = known[path], !names.contains(member.key) {
          return (inner, names.first { $0.lowercased().hasPrefix(member.key.lowercased().prefix(3)) })
        }
        if let found = member.value.unreadMember(at: inner, known) { return found }
      }
      return nil
    case .array(let elements):
      return elements.enumerated().lazy.compactMap { $1.unreadMember(at: "\(path).\($0)", known) }.first
    default: return nil
    }
  }
}

/// The names that were asked for, by the path of the object that they were asked of.
private final class ReadMembers {
  var known: [String: [String]] = [:]
}

extension DecodingError {
  /// Where and what, in one line.
  fileprivate var text: String {
    func place(_ path: [any CodingKey]) -> String { "`\(pathText(path))`" }
    switch self {
    case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? context.debugDescription : "\(place(context.codingPath)): \(context.debugDescription)"
    @unknown default: return "\(self)"
    }
  }
}

private func pathText(_ path: [any CodingKey]) -> String {
  path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
}

private struct JSONValueDecoder: Decoder {
  let value: JSONValue
  let codingPath: [any CodingKey]
  let read: ReadMembers
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object = value else { throw mismatch(type, "an object of named values is needed here") }
    return KeyedDecodingContainer(KeyedContainer<Key>(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let elements = value.arrayValue else { throw mismatch([Any].self, "a list is needed here") }
    return UnkeyedContainer(decoder: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { SingleContainer(decoder: self) }

  func mismatch(_ type: Any.Type, _ text: String) -> DecodingError {
    .typeMismatch(type, .init(codingPath: codingPath, debugDescription: text))
  }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let decoded: Any?
    switch type {
    case is Bool.Type: decoded = value.boolValue
    case is String.Type: decoded = value.stringValue
    case is Double.Type: decoded = value.doubleValue
    case is Float.Type: decoded = value.doubleValue.map { Float($0) }
    case let whole as any FixedWidthInteger.Type: decoded = value.integerValue.flatMap { number(whole, $0) }
    case is JSONValue.Type: decoded = value
    default: return try type.init(from: self)
    }
    guard let decoded = decoded as? Value else { throw mismatch(type, "\(kindName(type)) is needed here") }
    return decoded
  }

  private func number<Whole: FixedWidthInteger>(_ type: Whole.Type, _ value: Int) -> Any? { Whole(exactly: value) }

  private func kindName(_ type: Any.Type) -> String {
    switch type {
    case is Bool.Type: "true or false"
    case is String.Type: "a text"
    case is Double.Type, is Float.Type: "a number"
    default: "a whole number"
    }
  }
}

private struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: JSONValueDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] {
    (decoder.value.members ?? []).compactMap { member in
      note(member.key)
      return Key(stringValue: member.key)
    }
  }

  func contains(_ key: Key) -> Bool {
    note(key.stringValue)
    return decoder.value[key.stringValue] != nil
  }

  func decodeNil(forKey key: Key) -> Bool { inner(key)?.value.isNull ?? true }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try present(key).decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try present(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try present(key).unkeyedContainer()
  }

  func superDecoder() -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try present(key) }

  private func note(_ key: String) {
    let path = pathText(decoder.codingPath)
    if decoder.read.known[path]?.contains(key) != true { decoder.read.known[path, default: []].append(key) }
  }

  private func inner(_ key: Key) -> JSONValueDecoder? {
    note(key.stringValue)
    return decoder.value[key.stringValue].map {
      JSONValueDecoder(value: $0, codingPath: decoder.codingPath + [key], read: decoder.read)
    }
  }

  private func present(_ key: Key) throws -> JSONValueDecoder {
    guard let inner = inner(key) else {
      throw DecodingError.keyNotFound(key, .init(codingPath: decoder.codingPath, debugDescription: "missing"))
    }
    return inner
  }
}

private struct ElementKey: CodingKey {
  let intValue: Int?
  var stringValue: String { intValue.map(String.init) ?? "" }
  init(_ index: Int) { intValue = index }
  init?(intValue: Int) { self.intValue = intValue }
  init?(stringValue: String) { nil }
}

private struct UnkeyedContainer: UnkeyedDecodingContainer {
  let decoder: JSONValueDecoder
  let elements: [JSONValue]
  var currentIndex = 0
  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  init(decoder: JSONValueDecoder, elements: [JSONValue]) {
    self.decoder = decoder
    self.elements = elements
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, elements[currentIndex].isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().decode(type) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
  mutating func superDecoder() throws -> any Decoder { try next() }

  private mutating func next() throws -> JSONValueDecoder {
    guard !isAtEnd else { throw decoder.mismatch(JSONValue.self, "the list ends too early") }
    defer { currentIndex += 1 }
    return JSONValueDecoder(
      value: elements[currentIndex], codingPath: decoder.codingPath + [ElementKey(currentIndex)], read: decoder.read)
  }
}

private struct SingleContainer: SingleValueDecodingContainer {
  let decoder: JSONValueDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.value.isNull }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.decode(type) }
}
