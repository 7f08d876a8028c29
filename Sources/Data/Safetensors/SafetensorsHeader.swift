import SurprisalCore

/// The JSON header of a safetensors file, read against its fixed grammar: nothing it holds is built in
/// memory before it is known to belong there.
struct SafetensorsHeader {
  /// The longest header that is read, as in the reference reader.
  static let maximumByteCount = 100_000_000
  /// The longest tensor name, in bytes.
  static let maximumNameByteCount = 4096
  /// The most dimensions of a tensor.
  static let maximumRank = 64

  var metadata: [(key: String, value: String)] = []
  var tensors: [SafetensorsFile.Tensor] = []
  /// Where the text of the checksum starts in the header, if the metadata has one.
  var checksumOffset: Int?
  private let file: String

  /// Reads `header`, whose tensors fill `dataByteCount` bytes behind it.
  init(_ header: UnsafeRawBufferPointer, dataByteCount: Int, file: String) throws {
    self.file = file
    var parser = JSONParser(header, file: file)
    guard parser.next == UInt8(ascii: "{") else {
      throw failure("the header does not start with '{'")
    }
    parser.advance()
    var keys = JSONKeySet()
    if !parser.take("}") {
      repeat {
        let (key, offset) = try parser.parseKey()
        guard keys.insert(key) else {
          throw parser.failure("\(SafetensorsHeader.quoted(key)) comes twice", at: offset)
        }
        if key == "__metadata__" {
          try readMetadata(&parser)
        } else {
          tensors.append(try readTensor(key, &parser))
        }
      } while parser.take(",")
      guard parser.take("}") else { throw parser.unexpected("',' or '}'") }
    }
    while let byte = parser.next {
      // The format pads with blanks alone; a line end or anything else behind the header is refused.
      guard byte == 0x20 else { throw parser.unexpected("the end of the header or a blank") }
      parser.advance()
    }
    try checkCoverage(of: dataByteCount)
  }

  private func failure(_ what: String, tensor: String? = nil) -> SurprisalError {
    let subject = tensor.map { "tensor \(SafetensorsHeader.quoted($0)): " } ?? ""
    return SurprisalError(
      .data, subject + what, remedy: "write the file anew with a sound safetensors writer",
      at: .init(file: file))
  }

  /// `name` in quotes, shortened where it is long.
  static func quoted(_ name: String) -> String {
    name.utf8.count <= 100 ? "'\(name)'" : "'\(name.prefix(80))…' (\(name.utf8.count) bytes)"
  }

  /// What is wrong with `name` as the name of a tensor, or nil.
  static func fault(ofName name: String) -> String? {
    if name.utf8.count > maximumNameByteCount { return "the name is over \(maximumNameByteCount) bytes" }
    if name.utf8.contains(0) { return "the name holds a NUL" }
    if name.contains("..") { return "the name holds '..'" }
    return nil
  }

  /// Reads `{"key": "text", …}`. The format wants texts alone: null is refused, as an object and as a value.
  private mutating func readMetadata(_ parser: inout JSONParser) throws {
    guard parser.take("{") else { throw parser.unexpected("the object of metadata") }
    if parser.take("}") { return }
    var keys = JSONKeySet()
    repeat {
      let (key, offset) = try parser.parseKey()
      guard keys.insert(key) else {
        throw parser.failure("metadata \(SafetensorsHeader.quoted(key)) comes twice", at: offset)
      }
      parser.skipWhitespace()
      guard parser.next == UInt8(ascii: "\"") else {
        throw parser.unexpected("the text of metadata \(SafetensorsHeader.quoted(key))")
      }
      if key == SafetensorsFile.MetadataKey.checksum { checksumOffset = parser.position + 1 }
      metadata.append((key, try parser.parseString()))
    } while parser.take(",")
    guard parser.take("}") else { throw parser.unexpected("',' or '}'") }
  }

  /// Reads `{"dtype": …, "shape": […], "data_offsets": […]}`, each once and nothing else.
  private func readTensor(_ name: String, _ parser: inout JSONParser) throws -> SafetensorsFile.Tensor {
    if let fault = SafetensorsHeader.fault(ofName: name) { throw failure(fault, tensor: name) }
    guard parser.take("{") else { throw failure("is described by no object", tensor: name) }
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    if !parser.take("}") {
      repeat {
        let (key, _) = try parser.parseKey()
        switch key {
        case "dtype" where type == nil: type = try readType(name, &parser)
        case "shape" where shape == nil: shape = try readIntegers("shape", of: name, &parser)
        case "data_offsets" where offsets == nil:
          offsets = try readIntegers("data_offsets", of: name, &parser)
        case "dtype", "shape", "data_offsets": throw failure("'\(key)' comes twice", tensor: name)
        default: throw failure("unknown field \(SafetensorsHeader.quoted(key))", tensor: name)
        }
      } while parser.take(",")
      guard parser.take("}") else { throw parser.unexpected("',' or '}'") }
    }
    guard let type else { throw failure("'dtype' is missing", tensor: name) }
    guard let shape else { throw failure("'shape' is missing", tensor: name) }
    guard let offsets else { throw failure("'data_offsets' is missing", tensor: name) }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw failure("data_offsets \(offsets.prefix(4)) are not [begin, end]", tensor: name)
    }
    guard let extent = type.extent(ofShape: shape) else {
      throw failure("shape \(shape) needs more bytes than can be counted", tensor: name)
    }
    guard extent.byteCount == offsets[1] - offsets[0] else {
      throw failure(
        "shape \(shape) of \(type) takes \(extent.byteCount) bytes, data_offsets give "
          + "\(offsets[1] - offsets[0])", tensor: name)
    }
    return SafetensorsFile.Tensor(name: name, type: type, shape: shape, byteRange: offsets[0]..<offsets[1])
  }

  private func readType(_ name: String, _ parser: inout JSONParser) throws -> ElementType {
    parser.skipWhitespace()
    guard parser.next == UInt8(ascii: "\"") else { throw failure("'dtype' is no text", tensor: name) }
    let text = try parser.parseString()
    guard let type = ElementType(safetensorsName: text) else {
      throw failure("unknown dtype \(SafetensorsHeader.quoted(text))", tensor: name)
    }
    return type
  }

  private func readIntegers(
    _ field: String, of name: String, _ parser: inout JSONParser
  ) throws -> [Int] {
    guard parser.take("[") else { throw failure("'\(field)' is no list", tensor: name) }
    var values: [Int] = []
    if parser.take("]") { return values }
    repeat {
      parser.skipWhitespace()
      let start = parser.position
      guard let byte = parser.next, byte == UInt8(ascii: "-") || 0x30...0x39 ~= byte,
        case .integer(let value) = try parser.parseNumber(), value >= 0
      else {
        throw failure(
          "'\(field)' holds something other than whole numbers from 0 to 2^63 - 1 (byte \(start) of the "
            + "header)", tensor: name)
      }
      values.append(value)
      if values.count > SafetensorsHeader.maximumRank {
        throw failure("'\(field)' has more than \(SafetensorsHeader.maximumRank) numbers", tensor: name)
      }
    } while parser.take(",")
    guard parser.take("]") else { throw parser.unexpected("',' or ']'") }
    return values
  }

  /// Throws unless the tensors lie one behind the other and fill the data exactly; then sorts them by name.
  private mutating func checkCoverage(of dataByteCount: Int) throws {
    tensors.sort { a, b in
      (a.byteRange.lowerBound, a.byteRange.upperBound) < (b.byteRange.lowerBound, b.byteRange.upperBound)
    }
    var end = 0
    for tensor in tensors {
      let begin = tensor.byteRange.lowerBound
      if begin < end {
        throw failure("begins at byte \(begin), inside the tensor before it", tensor: tensor.name)
      }
      if begin > end {
        throw failure("bytes \(end)..<\(begin) before it belong to no tensor", tensor: tensor.name)
      }
      end = tensor.byteRange.upperBound
      if end > dataByteCount {
        throw failure("ends at byte \(end), the data at \(dataByteCount)", tensor: tensor.name)
      }
    }
    guard end == dataByteCount else {
      throw failure("\(dataByteCount - end) bytes behind the last tensor belong to none")
    }
    tensors.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}

extension ElementType {
  /// The type that safetensors calls `name`, such as `F64`.
  init?(safetensorsName name: String) {
    guard let type = ElementType.allCases.first(where: { $0.safetensorsName == name }) else { return nil }
    self = type
  }

  /// The type's name in a safetensors header.
  var safetensorsName: String {
    switch self {
    case .float64: return "F64"
    case .float32: return "F32"
    case .float16: return "F16"
    case .bfloat16: return "BF16"
    case .int8: return "I8"
    case .int16: return "I16"
    case .int32: return "I32"
    case .int64: return "I64"
    case .uint8: return "U8"
    case .uint16: return "U16"
    case .uint32: return "U32"
    case .uint64: return "U64"
    case .bool: return "BOOL"
    }
  }
}
