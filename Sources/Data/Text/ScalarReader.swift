/// Reads the Unicode scalars of bytes that are known to be UTF-8, one by one.
struct ScalarReader {
  /// What a scalar is to those who take texts apart.
  enum Class: UInt8 {
    case letter
    case number
    case white
    case other
  }

  let bytes: UnsafeRawBufferPointer
  /// The offset of the next scalar.
  private(set) var offset: Int

  init(_ bytes: UnsafeRawBufferPointer, from offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  /// The next scalar's number; nil at the end.
  @inline(__always)
  mutating func next() -> UInt32? {
    guard offset < bytes.count else { return nil }
    let lead = bytes[offset]
    if lead < 0x80 {
      offset += 1
      return UInt32(lead)
    }
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for place in offset + 1..<offset + length { value = value << 6 | UInt32(bytes[place] & 0x3F) }
    offset += length
    return value
  }

  /// The next scalar's class without stepping over it; nil at the end.
  @inline(__always)
  func peek() -> Class? {
    var copy = self
    return copy.next().map(ScalarReader.classify)
  }

  /// Steps over all scalars that follow and are of `kind`.
  mutating func skip(while kind: Class) {
    var copy = self
    while let scalar = copy.next(), ScalarReader.classify(scalar) == kind { self = copy }
  }

  /// The class by Unicode's general category (L, N) and the property White_Space.
  static func classify(_ value: UInt32) -> Class {
    if value < 0x80 { return asciiClasses[Int(value)] }
    guard let scalar = Unicode.Scalar(value) else { return .other }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
    case .decimalNumber, .letterNumber, .otherNumber: return .number
    default: return scalar.properties.isWhitespace ? .white : .other
    }
  }

  private static let asciiClasses: [Class] = (0..<128).map { byte in
    switch UInt8(byte) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return .letter
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case 0x20, 0x09...0x0D: return .white
    default: return .other
    }
  }
}
