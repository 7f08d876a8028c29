extension JSONValue {
  /// The JSON form of `value`: structs become objects with the members in the order they are encoded, optional
  /// members that are nil are left out.
  ///
  /// - Throws: what the value's own `encode(to:)` throws.
  public init(encoding value: some Encodable) throws {
    let node = JSONNode()
    try value.encode(to: JSONNodeEncoder(node: node, codingPath: []))
    self = node.value
  }
}

/// A value that is still being written; containers that were handed out go on writing into it.
private final class JSONNode {
  enum Content {
    case value(JSONValue)
    case array([JSONNode])
    case object([(key: String, node: JSONNode)])
  }

  var content = Content.value(.object([]))

  var value: JSONValue {
    switch content {
    case .value(let value): value
    case .array(let nodes): .array(nodes.map(\.value))
    case .object(let members): .object(members.map { JSONMember($0.key, $0.node.value) })
    }
  }

  func member(_ key: String) -> JSONNode {
    let node = JSONNode()
    if case .object(var members) = content {
      // With one owner the list grows in place.
      content = .value(.null)
      members.append((key, node))
      content = .object(members)
    } else {
      content = .object([(key, node)])
    }
    return node
  }

  func element() -> JSONNode {
    let node = JSONNode()
    if case .array(var nodes) = content {
      content = .value(.null)
      nodes.append(node)
      content = .array(nodes)
    } else {
      content = .array([node])
    }
    return node
  }
}

private struct JSONNodeEncoder: Encoder {
  let node: JSONNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .value = node.content { node.content = .object([]) }
    return KeyedEncodingContainer(KeyedContainer<Key>(node: node, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.content = .array([])
    return UnkeyedContainer(node: node, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SingleContainer(node: node, codingPath: codingPath)
  }
}

extension JSONNode {
  func encode<Value: Encodable>(_ value: Value, at path: [any CodingKey]) throws {
    switch value {
    case let value as Bool: content = .value(.bool(value))
    case let value as String: content = .value(.string(value))
    case let value as Double: content = .value(.number(value))
    case let value as Float: content = .value(.number(Double(value)))
    case let value as any BinaryInteger:
      guard let whole = Int(exactly: value) else {
        throw EncodingError.invalidValue(value, .init(codingPath: path, debugDescription: "beyond 64 bits"))
      }
      content = .value(.integer(whole))
    case let value as JSONValue: content = .value(value)
    default: try value.encode(to: JSONNodeEncoder(node: self, codingPath: path))
    }
  }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: JSONNode
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) { node.member(key.stringValue).content = .value(.null) }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try node.member(key.stringValue).encode(value, at: codingPath + [key])
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    JSONNodeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key]).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    JSONNodeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key]).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { JSONNodeEncoder(node: node.member("super"), codingPath: codingPath) }

  func superEncoder(forKey key: Key) -> any Encoder {
    JSONNodeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
  }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
  let node: JSONNode
  let codingPath: [any CodingKey]
  var count: Int {
    if case .array(let nodes) = node.content { nodes.count } else { 0 }
  }

  func encodeNil() { node.element().content = .value(.null) }

  func encode<Value: Encodable>(_ value: Value) throws { try node.element().encode(value, at: codingPath) }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    JSONNodeEncoder(node: node.element(), codingPath: codingPath).container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    JSONNodeEncoder(node: node.element(), codingPath: codingPath).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { JSONNodeEncoder(node: node.element(), codingPath: codingPath) }
}

private struct SingleContainer: SingleValueEncodingContainer {
  let node: JSONNode
  let codingPath: [any CodingKey]

  func encodeNil() { node.content = .value(.null) }
  func encode<Value: Encodable>(_ value: Value) throws { try node.encode(value, at: codingPath) }
}
