import SurprisalCore

/// A text as its bytes, with the name that errors call it by.
///
/// The bytes are kept as they are, byte order marks and line ends included, so that what a tokenizer takes apart and puts
/// together again is the same text bit by bit. Whether they are UTF-8 is asked where it matters: see ``checkUTF8()``.
public struct TextData: Sendable, Hashable {
  /// The file's name as given; `-` for standard input.
  public let name: String
  /// The text.
  public let bytes: [UInt8]

  /// The bytes of a text called `name`.
  public init(bytes: [UInt8], name: String = "text") {
    self.bytes = bytes
    self.name = name
  }

  /// A text in memory.
  public init(_ text: String, name: String = "text") { self.init(bytes: Array(text.utf8), name: name) }

  /// Reads the file at `path`; `-` stands for standard input. Files packed with gzip are unpacked.
  ///
  /// Throws `missingInput` for a file that is not there, `inputOutput` for one that cannot be read.
  public init(path: String) throws {
    let file = try MappedFile(path: path)
    let contents = file.isGzip ? try file.unpackingGzip() : file
    self.init(bytes: contents.withUnsafeBytes { Array($0) }, name: path)
  }

  /// The number of bytes.
  public var byteCount: Int { bytes.count }

  /// The number of characters: Unicode scalars of a text in UTF-8, else bytes that begin one.
  public var characterCount: Int { bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }

  /// The text as a string; bytes that are not UTF-8 become the replacement character.
  public var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Throws a data error with the offset of the first byte that is not part of well-formed UTF-8 (Unicode 15, table 3-7).
  public func checkUTF8() throws {
    guard let offset = bytes.withUnsafeBytes(UTF8Validation.firstInvalidOffset) else { return }
    let value = String(bytes[offset], radix: 16, uppercase: true)
    let mark: String? =
      switch Array(bytes.prefix(2)) {
      case [0xFF, 0xFE], [0xFE, 0xFF]: "UTF-16"
      default: nil
      }
    throw SurprisalError(
      .data,
      "byte 0x\(value.count < 2 ? "0" : "")\(value) at byte offset \(offset) of \(byteCount) bytes is not UTF-8"
        + (mark.map { "; the text begins like \($0)" } ?? ""),
      remedy: "convert the text to UTF-8 or take bytes as tokens", at: .init(file: name))
  }
}

extension TextData {
  /// The text cut in two behind `fraction` of its characters, such as 0.9 for training and the rest for validation.
  ///
  /// The cut lies before character ⌊fraction · `characterCount`⌋, never within one. Throws a usage error for a fraction
  /// outside [0, 1].
  public func split(atFraction fraction: Double) throws -> (first: TextData, second: TextData) {
    guard fraction >= 0, fraction <= 1 else {
      throw SurprisalError(.usage, "the fraction is \(fraction)", remedy: "give a number from 0 to 1")
    }
    var left = Int(fraction * Double(characterCount))
    var offset = 0
    while offset < bytes.count {
      if bytes[offset] & 0xC0 != 0x80 {
        if left == 0 { break }
        left -= 1
      }
      offset += 1
    }
    return (
      TextData(bytes: Array(bytes[..<offset]), name: name), TextData(bytes: Array(bytes[offset...]), name: name)
    )
  }

  /// The text with everything but ASCII letters replaced by single blanks and the letters in lower case: the form in which
  /// "Dive into Deep Learning" (section 9.2) reads The Time Machine.
  public func lowercasedLetters() -> TextData {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): result.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(byte | 0x20)
      default: if result.last != UInt8(ascii: " ") { result.append(UInt8(ascii: " ")) }
      }
    }
    return TextData(bytes: result, name: name)
  }
}
