import SurprisalCore
import SurprisalData
import Testing

/// Figure 8: thirty-one bad tables, none read silently wrong, each error with file, line and column.
@Suite struct BadCSVTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let bytes: [UInt8]
    let line: Int
    let column: Int
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ line: Int, _ column: Int) {
      self.init(name, bytes: Array(text.utf8), line, column)
    }

    init(_ name: String, bytes: [UInt8], _ line: Int, _ column: Int) {
      (self.name, self.bytes, self.line, self.column) = (name, bytes, line, column)
    }
  }

  static let cases: [Case] = [
    Case("short row", "a,b,c\n1,2,3\n4,5\n", 3, 2),
    Case("long row", "a,b\n1,2\n3,4,5\n", 3, 3),
    Case("rows all longer than the header", "a,b\n1,2,3\n4,5,6\n", 2, 3),
    Case("delimiter at the end of one row", "a,b\n1,2\n3,4,\n", 3, 3),
    Case("delimiter at the end of all rows", "a,b\n1,2,\n3,4,\n", 2, 3),
    Case("word in a number column", "a,b\n1,2\n3,abc\n", 3, 2),
    Case("word in the first row", "a,b\nabc,2\n3,4\n", 2, 1),
    Case("second header in the middle", "a,b\n1,2\na,b\n3,4\n", 3, 1),
    Case("empty cell", "a,b\n1,\n3,4\n", 2, 2),
    Case("NA", "a,b\n1,2\nNA,4\n", 3, 1),
    Case("nan", "a,b\n1,2\nnan,4\n", 3, 1),
    Case("inf", "a,b\n1,2\n3,inf\n", 3, 2),
    Case("question mark", "a,b\n1,2\n?,4\n", 3, 1),
    Case("blank line between single cells", "a\n1\n\n3\n", 3, 1),
    Case("digits with underscore", "a,b\n1_000,2\n3,4\n", 2, 1),
    Case("thousands in a quoted cell", "a,b\n\"1,000\",2\n3,4\n", 2, 1),
    Case("hexadecimal", "a,b\n1,2\n0x10,4\n", 3, 1),
    Case("full-width digits", "a,b\n1,2\n\u{FF13},4\n", 3, 1),
    Case("overflow", "a,b\n1,2\n3,1e400\n", 3, 2),
    Case("two decimal points", "a,b\n1,2\n3.0.1,4\n", 3, 1),
    Case("exponent without digits", "a,b\n1,2\n3e,4\n", 3, 1),
    Case("decimal comma", "1,5;2,5\n3,5;4,5\n", 1, 1),
    Case("decimal comma below a header", "a;b\n1,5;2\n", 2, 1),
    Case("unterminated quote", "a,b\n1,2\n\"3,4\n5,6\n", 3, 1),
    Case("text behind a quote", "a,b\n1,2\n\"3\"x,4\n", 3, 1),
    Case("NUL byte", "a,b\n1,2\n3\u{0},4\n", 3, 1),
    Case("Latin-1", bytes: Array("a,b\n1,2\n3,4".utf8) + [0xB5, 0x0A], 3, 2),
    Case("UTF-16", bytes: [0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00, 0x31, 0x00], 1, 1),
    Case("name twice", "a,a\n1,2\n", 1, 2),
    Case("names and numbers mixed", "a,2019\n1,2\n3,4\n", 1, 1),
    Case("comment line", "# made today\na,b\n1,2\n", 2, 2),
  ]

  @Test func thereAreThirtyOne() { #expect(BadCSVTests.cases.count == 31) }

  @Test(arguments: cases)
  func isRefusedWithPlace(bad: Case) throws {
    let error = try #require(CSVFixture.error(bad.bytes))
    #expect(error.category == .data)
    #expect(error.location == .init(file: "t.csv", line: bad.line, column: bad.column), "\(error)")
    #expect(error.remedy?.isEmpty == false)
    #expect(!error.description.contains("\n"))
  }

  /// The same below a hundred thousand sound rows, where several chunks are read on several threads.
  @Test(arguments: cases.filter { $0.bytes.starts(with: Array("a,b\n1,2\n".utf8)) }, [1, 4])
  func isRefusedFarDown(bad: Case, threads: Int) throws {
    let rows = 300_000
    var bytes = Array("a,b\n".utf8)
    for _ in 0..<rows { bytes += Array("1.25,-2e3\n".utf8) }
    bytes += bad.bytes.dropFirst("a,b\n".utf8.count)
    for _ in 0..<rows { bytes += Array("1.25,-2e3\n".utf8) }
    let error = try #require(CSVFixture.error(bytes, CSVOptions(threads: threads)))
    #expect(error.location == .init(file: "t.csv", line: bad.line + rows, column: bad.column), "\(error)")
  }
}
