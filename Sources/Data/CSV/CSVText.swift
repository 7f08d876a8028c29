import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of a delimited text: where its records begin and end, and what its cells say.
///
/// The bytes must stay valid while this value is used, with the padding of ``MappedFile`` behind them.
package struct CSVText {
  let name: String
  /// All of the file.
  let bytes: UnsafeRawBufferPointer
  /// The first byte behind a byte order mark.
  let start: Int
  /// The end without blank lines at the end of the file.
  let end: Int

  /// Looks at the ends of `bytes`.
  ///
  /// Throws a data error for UTF-16 and UTF-32 and for a file without any text.
  package init(bytes: UnsafeRawBufferPointer, name: String) throws {
    self.name = name
    self.bytes = bytes
    try CSVText.refuseWideEncodings(bytes, name: name)
    let hasMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    start = hasMark ? 3 : 0
    end = CSVText.endWithoutBlankLines(bytes, from: start)
    guard start < end else {
      throw SurprisalError(
        .data, "no rows: the file is \(bytes.isEmpty ? "empty" : "blank")",
        remedy: "give a file with at least one row of numbers", at: .init(file: name))
    }
  }

  /// The address of `offset`, for the C functions.
  func address(_ offset: Int) -> UnsafePointer<CChar> {
    // `bytes` holds at least one byte, so that it has an address.
    (bytes.baseAddress.unsafelyUnwrapped + offset).assumingMemoryBound(to: CChar.self)
  }

  /// The first `byte` at or behind `offset` and before the end.
  func firstOffset(of byte: UInt8, from offset: Int) -> Int? {
    guard offset < end, let found = memchr(address(offset), Int32(byte), end - offset) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(address(0))
  }

  private static func endWithoutBlankLines(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var end = bytes.count
    while end > start {
      var contentEnd = end
      while contentEnd > start, bytes[contentEnd - 1] == UInt8(ascii: " ") { contentEnd -= 1 }
      guard
        contentEnd == start || bytes[contentEnd - 1] == UInt8(ascii: "\n")
          || bytes[contentEnd - 1] == UInt8(ascii: "\r")
      else { return end }
      end = max(contentEnd - 1, start)
    }
    return end
  }

  private static func refuseWideEncodings(_ bytes: UnsafeRawBufferPointer, name: String) throws {
    var head: [UInt8] = Array(bytes.prefix(4))
    head += Array(repeating: 1, count: 4 - head.count)
    let encoding: String
    switch (head[0], head[1], head[2], head[3]) {
    case (0xFF, 0xFE, 0, 0): encoding = "UTF-32LE"
    case (0, 0, 0xFE, 0xFF): encoding = "UTF-32BE"
    case (0xFF, 0xFE, _, _): encoding = "UTF-16LE"
    case (0xFE, 0xFF, _, _): encoding = "UTF-16BE"
    case (1..., 0, 1..., 0) where bytes.count >= 4: encoding = "UTF-16LE"
    case (0, 1..., 0, 1...) where bytes.count >= 4: encoding = "UTF-16BE"
    default: return
    }
    throw SurprisalError(
      .data, "the text is \(encoding) from byte offset 0 on, not UTF-8",
      remedy: "convert it: iconv -f \(encoding) -t UTF-8", at: .init(file: name, line: 1, column: 1))
  }
}

extension CSVText {
  /// The text of `field`, its quotes taken away.
  ///
  /// Throws a data error that names encoding and byte offset if the bytes are not UTF-8.
  package func string(_ field: CSVField, number: Int) throws -> String {
    if let offset = invalidOffset(in: field) { throw encodingError(offset, field: field, number: number) }
    return lossyString(field)
  }

  /// The text of `field` with its quotes taken away, bytes that are no UTF-8 replaced.
  func lossyString(_ field: CSVField) -> String {
    let contents = UnsafeRawBufferPointer(rebasing: bytes[field.range])
    guard field.hasEscapes else { return String(decoding: contents, as: UTF8.self) }
    var unescaped: [UInt8] = []
    unescaped.reserveCapacity(contents.count)
    var index = 0
    while index < contents.count {
      unescaped.append(contents[index])
      // A quote inside quotes is written twice.
      index += contents[index] == UInt8(ascii: "\"") ? 2 : 1
    }
    return String(decoding: unescaped, as: UTF8.self)
  }

  /// The file's offset of the first byte in `field` that is not UTF-8.
  func invalidOffset(in field: CSVField) -> Int? {
    UTF8Validation.firstInvalidOffset(in: UnsafeRawBufferPointer(rebasing: bytes[field.range]))
      .map { field.range.lowerBound + $0 }
  }

  /// The error for a byte at `offset` that is not UTF-8.
  func encodingError(_ offset: Int, field: CSVField, number: Int) -> SurprisalError {
    let digits = String(bytes[offset], radix: 16, uppercase: true)
    return SurprisalError(
      .data, "byte 0x\(digits) at byte offset \(offset) is not UTF-8; the text may be Latin-1",
      remedy: "convert it: iconv -f LATIN1 -t UTF-8",
      at: .init(file: name, line: field.line, column: number))
  }
}
