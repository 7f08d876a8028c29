import SurprisalCore

/// The columns' names, as the file gives them or made up, and the place where the rows begin.
struct CSVHeader {
  /// One name a column.
  var names: [String]
  /// Whether the names stand in the file.
  var isPresent: Bool
  /// Where the first row begins.
  var offset: Int
  /// The line, from 1, of the first row.
  var line: Int

  /// Reads or makes up the names of `text`'s columns.
  ///
  /// Throws a data error for names that occur twice or are not UTF-8, and if there is no row.
  init(text: CSVText, dialect: CSVDialect, option: CSVOptions.Header) throws {
    var scanner = CSVScanner(text: text, dialect: dialect)
    scanner.skipBlankLines()
    offset = scanner.offset
    line = scanner.line
    var first: [CSVField] = []
    _ = try scanner.nextRecord(into: &first)
    switch option {
    case .yes: isPresent = true
    case .no: isPresent = false
    case .automatic:
      isPresent = try CSVHeader.holdsNames(first, next: scanner, text: text, dialect: dialect)
    }
    guard isPresent else {
      names = Table.defaultColumnNames(count: first.count)
      return
    }
    names = try CSVHeader.names(in: first, text: text, dialect: dialect)
    offset = scanner.offset
    line = scanner.line
    guard offset < text.end else {
      throw SurprisalError(
        .data, "no rows: the file ends behind its header",
        remedy: "give at least one row of numbers, or --header no if the first line is one",
        at: .init(file: text.name, line: line))
    }
  }

  private static func names(
    in fields: [CSVField], text: CSVText, dialect: CSVDialect
  ) throws -> [String] {
    var names: [String] = []
    var columns: [String: Int] = [:]
    for (index, field) in fields.enumerated() {
      let written = try text.string(field.trimmed(text, dialect), number: index + 1)
      let name = written.isEmpty ? "x\(index + 1)" : written
      if let other = columns.updateValue(index + 1, forKey: name) {
        throw SurprisalError(
          .data, "the name `\(name)` stands in columns \(other) and \(index + 1) of the header",
          remedy: "give each column a name of its own, or --header no if line 1 holds numbers",
          at: .init(file: text.name, line: field.line, column: index + 1))
      }
      names.append(name)
    }
    return names
  }

  /// The columns, from 0, in which one of the first rows holds a word.
  func columnsWithWords(text: CSVText, dialect: CSVDialect) -> Set<Int> {
    var scanner = CSVScanner(text: text, dialect: dialect, offset: offset, line: line)
    var fields: [CSVField] = []
    var found: Set<Int> = []
    let start = scanner.offset
    for _ in 0..<CSVHeader.sampleRecords {
      scanner.skipBlankLines()
      guard (try? scanner.nextRecord(into: &fields)) == true else { break }
      for (index, field) in fields.enumerated() {
        let cell = CSVCell(field, of: text, dialect: dialect)
        if cell == .text || cell == .nearlyNumber { found.insert(index) }
      }
      if scanner.offset - start > 1 << 16 { break }
    }
    return found
  }

  /// The records below the first that the rule looks at.
  private static let sampleRecords = 20

  private static func holdsNames(
    _ first: [CSVField], next: CSVScanner, text: CSVText, dialect: CSVDialect
  ) throws -> Bool {
    var cells = first.map { CSVCell($0, of: text, dialect: dialect) }
    var hasNumberBelow = [Bool](repeating: false, count: cells.count)
    var scanner = next
    var fields: [CSVField] = []
    for record in 0..<sampleRecords {
      scanner.skipBlankLines()
      guard (try? scanner.nextRecord(into: &fields)) == true else { break }
      for (index, field) in fields.prefix(cells.count).enumerated() {
        guard case .number = CSVCell(field, of: text, dialect: dialect) else { continue }
        hasNumberBelow[index] = true
        if record == 0, first[index].isQuoted, !field.isQuoted { cells[index] = .text }
      }
      if scanner.offset - next.offset > 1 << 16 { break }
    }
    guard cells.contains(.text) else { return false }
    let hasNumber = cells.contains { if case .number = $0 { true } else { false } }
    guard hasNumber else { return true }
    for index in cells.indices where cells[index] == .text && hasNumberBelow[index] {
      throw SurprisalError(
        .data,
        "the first record mixes names and numbers: `\(text.lossyString(first[index]))` stands above numbers",
        remedy: "give --header yes if it holds names, --header no if it is a row",
        at: .init(file: text.name, line: first[index].line, column: index + 1))
    }
    return false
  }
}
