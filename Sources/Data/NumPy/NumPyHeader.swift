import SurprisalCore

/// The header of a .npy file (NumPy enhancement proposal 1, versions 1.0, 2.0 and 3.0).
///
/// Its text is a Python dictionary with exactly `descr`, `fortran_order` and `shape`. It is read by that
/// grammar; nothing is evaluated and nothing is unpickled.
struct NumPyHeader {
  /// The longest header text that is read, as NumPy's own limit.
  static let maximumByteCount = 10_000
  /// The bytes from the start of a file within which a sound header ends.
  static let maximumOffset = 12 + maximumByteCount
  /// The most dimensions, as in NumPy.
  static let maximumRank = 64

  private(set) var type = ElementType.float64
  private(set) var isBigEndian = false
  private(set) var isFortranOrder = false
  private(set) var shape: [Int] = []
  /// Where the numbers start.
  private(set) var dataOffset = 0
  /// The bytes the numbers take.
  private(set) var dataByteCount = 0

  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private var position = 0
  private var end = 0
  private var allowsLongSuffix = false

  /// Reads the header at the start of `bytes`; the numbers behind it need not be there.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    self.bytes = bytes
    self.file = file
    let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
    guard bytes.count >= 10, bytes.starts(with: magic) else {
      throw failure("is no .npy file, it does not start with \\x93NUMPY")
    }
    let version = bytes[6]
    guard 1...3 ~= version, bytes[7] == 0 else {
      throw failure(
        ".npy version \(version).\(bytes[7]) is not known", remedy: "write version 1.0, 2.0 or 3.0")
    }
    position = version == 1 ? 10 : 12
    allowsLongSuffix = version < 3
    guard bytes.count >= position else { throw failure("the file ends inside the .npy header") }
    let length =
      version == 1
      ? Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
      : Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    guard length <= NumPyHeader.maximumByteCount else {
      throw failure("the .npy header of \(length) bytes is over \(NumPyHeader.maximumByteCount)")
    }
    guard bytes.count - position >= length else {
      throw failure(
        "the .npy header has \(length) bytes, the file only \(bytes.count - position) behind its length")
    }
    end = position + length
    dataOffset = end
    try readDictionary()
    guard let extent = type.extent(ofShape: shape) else {
      throw failure("shape \(shape) of \(type) needs more bytes than can be counted")
    }
    dataByteCount = extent.byteCount
  }

  private func failure(_ what: String, remedy: String? = nil) -> SurprisalError {
    SurprisalError(
      .data, what, remedy: remedy ?? "write the array anew with numpy.save", at: .init(file: file))
  }

  private func unexpected(_ expected: String) -> SurprisalError {
    failure("the .npy header has no \(expected) at byte \(position)")
  }

  private var next: UInt8? { position < end ? bytes[position] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    guard let byte = next, UInt32(byte) == character.value else { return false }
    position += 1
    return true
  }

  private mutating func readDictionary() throws {
    guard take("{") else { throw unexpected("'{'") }
    var keys: Set<String> = []
    while !take("}") {
      let key = try readText()
      guard take(":") else { throw unexpected("':'") }
      guard keys.insert(key).inserted else { throw failure("the .npy header has '\(key)' twice") }
      switch key {
      case "descr": try readType()
      case "fortran_order": isFortranOrder = try readTruth()
      case "shape": try readShape()
      default: throw failure("the .npy header has an unknown field '\(key)'")
      }
      if !take(",") {
        guard take("}") else { throw unexpected("',' or '}'") }
        break
      }
    }
    // Steps over the padding; anything else behind the dictionary is refused.
    _ = take("\n")
    guard next == nil else { throw unexpected("end behind the dictionary") }
    for key in ["descr", "fortran_order", "shape"] where !keys.contains(key) {
      throw failure("the .npy header has no '\(key)'")
    }
  }

  /// Reads a Python text of printable ASCII without escapes.
  private mutating func readText() throws -> String {
    let quote: Unicode.Scalar
    if take("'") {
      quote = "'"
    } else if take("\"") {
      quote = "\""
    } else {
      throw unexpected("text in quotes")
    }
    var text = ""
    while let byte = next, UInt32(byte) != quote.value {
      guard 0x20..<0x7F ~= byte, byte != UInt8(ascii: "\\"), text.utf8.count < 64 else {
        throw unexpected("plain text")
      }
      text.unicodeScalars.append(Unicode.Scalar(byte))
      position += 1
    }
    guard next != nil else { throw unexpected("closing quote") }
    position += 1
    return text
  }

  private mutating func readTruth() throws -> Bool {
    _ = take(" ")
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position..<end].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw unexpected("True or False")
  }

  private mutating func readType() throws {
    if take("[") || take("(") {
      throw failure("a structured dtype is not read", remedy: "save its fields as arrays of their own")
    }
    let description = try readText()
    var name = Substring(description)
    if let order = name.first, "<>|=".contains(order) {
      isBigEndian = order == ">"
      name = name.dropFirst()
    }
    let types: [Substring: ElementType] = [
      "f8": .float64, "f4": .float32, "f2": .float16, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
      "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
    ]
    if let known = types[name] {
      type = known
      return
    }
    let kinds: [Character: String] = [
      "O": "objects (pickled, never read)", "c": "complex numbers", "S": "byte texts", "a": "byte texts",
      "U": "texts", "V": "raw records", "M": "dates", "m": "time spans", "f": "extended floats",
    ]
    let kind = name.first.flatMap { kinds[$0] }.map { ": \($0)" } ?? ""
    throw failure(
      "dtype '\(description)' is not read\(kind)", remedy: "save numbers, for example with astype('float64')")
  }

  private mutating func readShape() throws {
    guard take("(") else { throw unexpected("tuple for 'shape'") }
    shape = []
    while !take(")") {
      shape.append(try readDimension())
      if shape.count > NumPyHeader.maximumRank {
        throw failure("the array has more than \(NumPyHeader.maximumRank) dimensions")
      }
      if !take(",") {
        guard take(")") else { throw unexpected("',' or ')'") }
        // Python reads (3) as a number, not as a tuple.
        if shape.count == 1 { throw unexpected("',' behind the only dimension") }
        break
      }
    }
  }

  private mutating func readDimension() throws -> Int {
    if take("-") { throw failure("'shape' has a negative dimension") }
    let start = position
    while let byte = next, 0x30...0x39 ~= byte { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    guard !digits.isEmpty else { throw unexpected("whole number in 'shape'") }
    guard digits == "0" || !digits.hasPrefix("0") else { throw unexpected("number without a leading 0") }
    guard let value = Int(digits) else { throw failure("dimension \(digits.prefix(40)) is too large") }
    // Python 2 wrote long integers as 3L.
    if allowsLongSuffix, next == UInt8(ascii: "L") { position += 1 }
    return value
  }
}
