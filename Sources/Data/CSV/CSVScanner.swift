import SurprisalCore

/// One cell of a record: where its contents are, without the quotes around them.
package struct CSVField {
  /// The contents' offsets in the file.
  var range: Range<Int>
  /// The line, from 1, on which the cell begins.
  var line: Int
  /// Whether it stood in quotes.
  var isQuoted: Bool
  /// Whether it holds quotes written twice.
  var hasEscapes: Bool

  /// The cell without the blanks around it, unless it stood in quotes.
  func trimmed(_ text: CSVText, _ dialect: CSVDialect) -> CSVField {
    if isQuoted { return self }
    var field = self
    while let last = field.range.last, dialect.isBlank(text.bytes[last]) {
      field.range = field.range.lowerBound..<last
    }
    while let first = field.range.first, dialect.isBlank(text.bytes[first]) {
      field.range = (first + 1)..<field.range.upperBound
    }
    return field
  }
}

/// Reads delimited text record by record, by RFC 4180: the exact reader behind the fast one.
///
/// A cell is quoted if a quote is its first character; quotes elsewhere in a cell stand for themselves. Lines
/// end with LF, CRLF or CR. Blank lines are no records, except between those of a file with one column, where
/// they are empty cells.
package struct CSVScanner {
  /// Records longer than this are refused, so that a lost quote or line end cannot take all memory.
  static let longestRecord = 1 << 26
  /// Records with more cells than this are refused.
  static let mostFields = 1 << 22

  let text: CSVText
  let dialect: CSVDialect
  /// Where the next record starts.
  var offset: Int
  /// The line, from 1, of the next record.
  var line: Int
  /// Where the text to read ends.
  let end: Int

  /// A scanner of the whole text, or from `offset` on `line` on.
  package init(text: CSVText, dialect: CSVDialect, offset: Int? = nil, line: Int = 1) {
    self.text = text
    self.dialect = dialect
    self.offset = offset ?? text.start
    self.line = line
    end = text.end
  }

  /// Steps over blank lines.
  package mutating func skipBlankLines() {
    while offset < end {
      var next = offset
      while next < end, text.bytes[next] == UInt8(ascii: " ") { next += 1 }
      guard let length = lineEndLength(at: next) else { return }
      offset = next + length
      line += 1
    }
  }

  /// The cells of the next record in `fields`; false at the end. Blank lines are not skipped.
  ///
  /// Throws a data error for a quote without its end, text behind a closing quote, a NUL byte, and records
  /// that are too long.
  package mutating func nextRecord(into fields: inout [CSVField]) throws -> Bool {
    fields.removeAll(keepingCapacity: true)
    guard offset < end else { return false }
    let start = offset
    var isLast = false
    while !isLast {
      if dialect.skipsRuns { offset = skipSpaces(offset) }
      let field = try nextField(number: fields.count + 1, recordStart: start)
      fields.append(field)
      guard fields.count <= CSVScanner.mostFields else {
        throw error(
          "more than \(CSVScanner.mostFields) columns", remedy: "give a file with fewer columns",
          line: field.line, column: fields.count)
      }
      if dialect.skipsRuns { offset = skipSpaces(offset) }
      if offset >= end {
        isLast = true
      } else if let length = lineEndLength(at: offset) {
        offset += length
        line += 1
        isLast = true
      } else if dialect.skipsRuns {
        continue
      } else {
        offset += 1
      }
    }
    return true
  }

  /// The cell at `offset`, which then stands on the delimiter, the line's end or the end of the text.
  private mutating func nextField(number: Int, recordStart: Int) throws -> CSVField {
    let firstLine = line
    if offset < end, text.bytes[offset] == UInt8(ascii: "\"") {
      return try quotedField(number: number, recordStart: recordStart)
    }
    let start = offset
    while offset < end {
      let byte = text.bytes[offset]
      if byte == dialect.delimiter || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      if byte == 0 { throw nulError(line: firstLine, column: number) }
      offset += 1
      if offset - recordStart > CSVScanner.longestRecord { throw tooLong(firstLine, number) }
    }
    return CSVField(range: start..<offset, line: firstLine, isQuoted: false, hasEscapes: false)
  }

  private mutating func quotedField(number: Int, recordStart: Int) throws -> CSVField {
    let firstLine = line
    let start = offset + 1
    var hasEscapes = false
    var isClosed = false
    offset = start
    while offset < end, !isClosed {
      let byte = text.bytes[offset]
      if byte == UInt8(ascii: "\"") {
        if offset + 1 < end, text.bytes[offset + 1] == UInt8(ascii: "\"") {
          hasEscapes = true
          offset += 2
        } else {
          isClosed = true
        }
      } else if let length = lineEndLength(at: offset) {
        line += 1
        offset += length
      } else if byte == 0 {
        throw nulError(line: line, column: number)
      } else {
        offset += 1
      }
      if offset - recordStart > CSVScanner.longestRecord { throw tooLong(firstLine, number) }
    }
    guard isClosed else {
      throw error(
        "the quote that opens here is never closed", remedy: "close it, or write a quote as \"\"",
        line: firstLine, column: number)
    }
    let range = start..<offset
    offset += 1
    while offset < end, dialect.isBlank(text.bytes[offset]) { offset += 1 }
    let isComplete =
      offset >= end || lineEndLength(at: offset) != nil || text.bytes[offset] == dialect.delimiter
      || (dialect.skipsRuns && offset > range.upperBound + 1)
    guard isComplete else {
      throw error(
        "text behind the closing quote", remedy: "quote the whole cell, or write a quote inside as \"\"",
        line: line, column: number)
    }
    return CSVField(range: range, line: firstLine, isQuoted: true, hasEscapes: hasEscapes)
  }

  private func skipSpaces(_ offset: Int) -> Int {
    var offset = offset
    while offset < end, text.bytes[offset] == UInt8(ascii: " ") { offset += 1 }
    return offset
  }

  /// The length of the line end at `offset`, or `nil` if there is none.
  private func lineEndLength(at offset: Int) -> Int? {
    guard offset < end else { return nil }
    switch text.bytes[offset] {
    case UInt8(ascii: "\n"): return 1
    case UInt8(ascii: "\r"):
      return offset + 1 < text.bytes.count && text.bytes[offset + 1] == UInt8(ascii: "\n") ? 2 : 1
    default: return nil
    }
  }

  private func error(_ message: String, remedy: String, line: Int, column: Int) -> SurprisalError {
    SurprisalError(
      .data, message, remedy: remedy, at: .init(file: text.name, line: line, column: column))
  }

  private func nulError(line: Int, column: Int) -> SurprisalError {
    error(
      "a NUL byte at byte offset \(offset)", remedy: "give UTF-8 text; binary tables end in .npy",
      line: line, column: column)
  }

  private func tooLong(_ line: Int, _ column: Int) -> SurprisalError {
    error(
      "the record is longer than \(CSVScanner.longestRecord) bytes",
      remedy: "look for a quote that is never closed, or for missing line ends", line: line, column: column)
  }
}
