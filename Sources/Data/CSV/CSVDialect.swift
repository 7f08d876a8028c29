import SurprisalCore

/// The characters that divide a delimited text, given or found by the rule at ``CSVOptions/Delimiter``.
package struct CSVDialect: Equatable {
  /// The byte between cells.
  var delimiter: UInt8
  /// The decimal mark.
  var decimalMark: UInt8

  /// Whether a run of delimiters counts as one.
  var skipsRuns: Bool { delimiter == UInt8(ascii: " ") }

  /// Whether `byte` may stand around a cell without belonging to it.
  func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (byte == UInt8(ascii: "\t") && delimiter != byte && !skipsRuns)
  }

  /// The dialect that `options` ask for, or that `text` shows.
  init(options: CSVOptions, text: CSVText) throws {
    guard let mark = options.decimalMark.asciiValue, options.decimalMark == "." || options.decimalMark == ","
    else {
      throw SurprisalError(
        .usage, "the decimal mark is `\(options.decimalMark)`", remedy: "use `.` or `,`")
    }
    switch options.delimiter {
    case .spaces: self.init(delimiter: UInt8(ascii: " "), decimalMark: mark)
    case .character(let character):
      let byte = character.asciiValue ?? 0
      guard CSVDialect.isPossibleDelimiter(byte), byte != mark else {
        throw SurprisalError(
          .usage, "the delimiter `\(character)` cannot be told from the cells",
          remedy: "use a comma, tab, semicolon or another sign that is neither letter, digit, quote nor mark")
      }
      self.init(delimiter: byte, decimalMark: mark)
    case .automatic: self = try CSVDialect.detect(in: text, decimalMark: mark)
    }
  }

  package init(delimiter: UInt8, decimalMark: UInt8 = UInt8(ascii: ".")) {
    self.delimiter = delimiter
    self.decimalMark = decimalMark
  }

  private static func isPossibleDelimiter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\t"), UInt8(ascii: " "), UInt8(ascii: "!"): true
    case UInt8(ascii: "#")...UInt8(ascii: "/"): !"+-.".utf8.contains(byte)
    case UInt8(ascii: ":")...UInt8(ascii: "@"), UInt8(ascii: "[")...UInt8(ascii: "`"),
      UInt8(ascii: "{")...UInt8(ascii: "~"):
      true
    default: false
    }
  }
}

extension CSVDialect {
  /// The records that detection looks at, and the bytes after which two records are enough.
  private static let sampleRecords = 20
  private static let sampleBytes = 1 << 16

  private static func detect(in text: CSVText, decimalMark: UInt8) throws -> CSVDialect {
    let tab = UInt8(ascii: "\t")
    let comma = UInt8(ascii: ",")
    let semicolon = UInt8(ascii: ";")
    let space = UInt8(ascii: " ")
    var counts: [UInt8: [Int]] = [:]
    for candidate in [tab, comma, semicolon, space] where candidate != decimalMark {
      counts[candidate] = fieldCounts(text, CSVDialect(delimiter: candidate, decimalMark: decimalMark))
    }
    func dividesFirst(_ candidate: UInt8) -> Bool { (counts[candidate]?.first ?? 0) > 1 }
    func fits(_ candidate: UInt8) -> Bool {
      dividesFirst(candidate) && Set(counts[candidate] ?? []).count == 1
    }
    func dialect(_ delimiter: UInt8) -> CSVDialect {
      CSVDialect(delimiter: delimiter, decimalMark: decimalMark)
    }

    for isSuitable in [fits, dividesFirst] {
      if isSuitable(tab) { return dialect(tab) }
      if isSuitable(comma), isSuitable(semicolon) {
        throw SurprisalError(
          .data, "both comma and semicolon could divide the cells",
          remedy: "give --delimiter ';' --decimal ',' if the comma is a decimal mark, else --delimiter ','",
          at: .init(file: text.name, line: 1, column: 1))
      }
      if isSuitable(comma) { return dialect(comma) }
      if isSuitable(semicolon) { return dialect(semicolon) }
      if fits(space) { return dialect(space) }
    }
    let spaced = counts[space] ?? []
    if dividesFirst(space), spaced.filter({ $0 == spaced[0] }).count * 2 > spaced.count {
      return dialect(space)
    }
    return dialect(decimalMark == comma ? semicolon : comma)
  }

  /// The numbers of cells in the first records, up to one that cannot be read.
  private static func fieldCounts(_ text: CSVText, _ dialect: CSVDialect) -> [Int] {
    var scanner = CSVScanner(text: text, dialect: dialect)
    var fields: [CSVField] = []
    var counts: [Int] = []
    while counts.count < sampleRecords, counts.count < 2 || scanner.offset - text.start < sampleBytes {
      scanner.skipBlankLines()
      guard (try? scanner.nextRecord(into: &fields)) == true else { break }
      counts.append(fields.count)
    }
    return counts
  }
}
