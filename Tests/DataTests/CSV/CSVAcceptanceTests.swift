import SurprisalCore
import SurprisalData
import Testing

/// The acceptance tests of bad and unusual tables, by their names A01 … A12, A41 and A68.
@Suite struct CSVAcceptanceTests {
  @Test func a01ShortRow() throws {
    let error = try #require(CSVFixture.error("a,b,c,d\n1,2,3,4\n5,6,7\n"))
    #expect(error.category == .data)
    #expect(error.description.hasPrefix("t.csv:3:3: found 3 cells but the header has 4 ("))
  }

  @Test func a02TextInNumberColumn() throws {
    let error = try #require(CSVFixture.error("a,b\n1,2\n3,abc\n"))
    #expect(error.category == .data)
    #expect(error.description.hasPrefix("t.csv:3:2: column `b` holds `abc`, not a number ("))
  }

  @Test(arguments: [
    "", "NA", "N/A", "NaN", "nan", "null", "?", "inf", "-inf", "Infinity", " ", "\"\"", "NULL",
  ])
  func a03MissingCells(cell: String) throws {
    let text = "a,b\n1,2\n\(cell),4\n5,\(cell)\n\(cell),\(cell)\n7,8\n"
    let error = try #require(CSVFixture.error(text))
    #expect(error.category == .data)
    #expect(error.location == .init(file: "t.csv", line: 3, column: 1))
    #expect(error.message.hasPrefix("row 2, column `a`: "))
    #expect(
      error.message.contains("t.csv:4:2 (row 3, `b`) and t.csv:5:1 (row 4, `a`); 4 missing cells in all"))
    let table = try CSVFixture.table(text, CSVOptions(missing: .drop))
    #expect(table.droppedRowCount == 3)
    #expect(table.values == [1, 2, 7, 8])
    #expect(table.sourceLines?.line(ofRow: 1) == 6)
    let kept = try CSVFixture.table(text, CSVOptions(missing: .keep))
    let expected: [Double] = [1, 2, .nan, 4, 5, .nan, .nan, .nan, 7, 8]
    #expect(zip(kept.values, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    #expect(kept.values.count == 10 && kept.droppedRowCount == 0)
  }

  /// Kept missing cells take no room in the file, and make no level of a column of words.
  @Test(arguments: [1, 3])
  func keepsMissingCells(threads: Int) throws {
    let count = 120_000
    let text = "a,b,c\n" + (0..<count).map { $0 % 1000 == 0 ? "1,2,3\n" : ",,\n" }.joined()
    let table = try CSVFixture.table(text, CSVOptions(missing: .keep, threads: threads))
    #expect(table.rows.rowCount == count)
    #expect(table.values.enumerated().allSatisfy { $1.isNaN == ($0 / 3 % 1000 != 0) })
    let words = try CSVFixture.table(
      "w,x\nred,1\n,2\nblue,\nred,4\n", CSVOptions(wordColumns: .automatic(also: []), missing: .keep))
    #expect(words.levels == [["blue", "red"], nil])
    #expect(words.rows[1, 0].isNaN && words.rows[2, 1].isNaN && words.rows[3, 0] == 1)
    let weights = CSVOptions(weightsColumn: "w", missing: .keep)
    #expect(CSVFixture.error("w,x\n1,1\n,2\n", weights)?.category == .data)
  }

  @Test(arguments: [
    "\u{FEFF}a,b\n1.5,2\n3,4e1\n", "a,b\r\n1.5,2\r\n3,4e1\r\n", "a,b\r1.5,2\r3,4e1\r",
    "a,b\r\n1.5,2\n3,4e1\r",
    "a,b\n1.5,2\n3,4e1", "a,b\n\n1.5,2\n  \n3,4e1\n\n\n", "\"a\",\"b\"\n\"1.5\", 2 \n3 ,\"4e1\"",
    "\n\na,b\n1.5,2\n3,4e1", "a,b\r1.5,2\r3,4e1",
  ])
  func a04LineEndsAndByteOrderMark(text: String) throws {
    let expected = try CSVFixture.table("a,b\n1.5,2\n3,4e1\n")
    let table = try CSVFixture.table(text)
    #expect(table.columnNames == ["a", "b"])
    #expect(table.bits == expected.bits)
    #expect(table.values == [1.5, 2, 3, 40])
  }

  @Test func a06UnterminatedQuote() throws {
    let error = try #require(
      CSVFixture.error(
        "a,b\n" + repeatElement("1,2\n", count: 5).joined() + "3,\"4\n"
          + repeatElement("5,6\n", count: 100_000).joined()))
    #expect(error.category == .data)
    #expect(error.location == .init(file: "t.csv", line: 7, column: 2))
    #expect(error.message == "the quote that opens here is never closed")
  }

  @Test func a07DecimalComma() throws {
    let error = try #require(CSVFixture.error("1,5;2,5"))
    #expect(error.category == .data)
    #expect(error.description.contains("--delimiter ';'"))
    #expect(error.description.contains("--decimal ','"))
    let options = CSVOptions(delimiter: .character(";"), decimalMark: ",")
    #expect(try CSVFixture.table("1,5;2,5", options).values == [1.5, 2.5])
    let inColumn = try #require(CSVFixture.error("a;b\n1,5;2,5"))
    #expect(inColumn.location == .init(file: "t.csv", line: 2, column: 1))
    #expect(inColumn.description.contains("--decimal ','"))
    #expect(try CSVFixture.table("a;b\n1,5;2,5", CSVOptions(decimalMark: ",")).values == [1.5, 2.5])
  }

  @Test(arguments: ["1_000", "0x10", "１２", "1e400", "-1e400", "1.2.3", "1 000", "1e", "true", "12%", "$5"])
  func a08NoNumbers(cell: String) throws {
    for text in ["a,b\n1,2\n3,\(cell)\n", "1,2\n3,\(cell)\n"] {
      let line = text.hasPrefix("a") ? 3 : 2
      let error = try #require(CSVFixture.error(text))
      #expect(error.category == .data)
      #expect(error.location == .init(file: "t.csv", line: line, column: 2))
      #expect(error.message.contains("holds `\(cell)`"))
    }
    // In the first line too: nothing that begins like a number becomes a name.
    if cell.first?.isNumber == true { #expect(CSVFixture.error("\(cell)\n1\n2\n")?.location?.line == 1) }
  }

  @Test func a08NulAndUnderflow() throws {
    let error = try #require(CSVFixture.error("a,b\n1,2\n3,\04\n"))
    #expect(error.location == .init(file: "t.csv", line: 3, column: 2))
    #expect(error.message == "a NUL byte at byte offset 10")
    #expect(try CSVFixture.table("a,b\n1e-400,-1e-400").bits == [0, (-0.0).bitPattern])
  }

  @Test(arguments: ["", "a,b\n", "a,b", "\n\n\r\n  \n", "\u{FEFF}", "\u{FEFF}\n", "\"a\"\n"])
  func a10NoRows(text: String) throws {
    let error = try #require(CSVFixture.error(text))
    #expect(error.category == .data)
    #expect(error.message.hasPrefix("no rows"))
  }

  @Test func a11Encodings() throws {
    let wide = "a,b\n1,2\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    for (bytes, encoding) in [
      ([0xFF, 0xFE] + wide, "UTF-16LE"), (wide, "UTF-16LE"),
      ([0xFE, 0xFF] + wide.dropLast().reversed() + [0], "UTF-16BE"),
    ] {
      let error = try #require(CSVFixture.error(bytes))
      #expect(error.category == .data)
      #expect(error.message.contains(encoding) && error.message.contains("byte offset 0"))
    }
    let header: [UInt8] = Array("n,".utf8) + [0xE9] + Array("\n1,2\n".utf8)
    let headerError = try #require(CSVFixture.error(header))
    #expect(headerError.location == .init(file: "t.csv", line: 1, column: 2))
    #expect(headerError.message.contains("byte offset 2") && headerError.message.contains("Latin-1"))
    let cell: [UInt8] = Array("n,m\n1,2\n3,4".utf8) + [0xB0] + Array("\n".utf8)
    let cellError = try #require(CSVFixture.error(cell))
    #expect(cellError.location == .init(file: "t.csv", line: 3, column: 2))
    #expect(cellError.message.contains("byte offset 11") && cellError.message.contains("Latin-1"))
  }

  @Test func a12Names() throws {
    let twice = try #require(CSVFixture.error("a,b,a\n1,2,3\n"))
    #expect(twice.category == .data)
    #expect(twice.location == .init(file: "t.csv", line: 1, column: 3))
    let unknown = try #require(
      CSVFixture.error("width,height\n1,2\n", CSVOptions(columns: ["width", "heigth"])))
    #expect(unknown.category == .usage)
    #expect(unknown.description.contains("did you mean `height`?"))
  }

  @Test func a41NamesRowAndColumn() throws {
    let rows = (1...20).map { $0 == 17 ? "1,NaN" : "1,2" }.joined(separator: "\n")
    let error = try #require(CSVFixture.error("a,b\n" + rows))
    #expect(error.location == .init(file: "t.csv", line: 18, column: 2))
    #expect(error.message.hasPrefix("row 17, column `b`"))
  }

  @Test func a68VeryWideHeader() throws {
    let count = 1_000_000
    let header = (0..<count).map { "c\($0)" }.joined(separator: ",")
    let row = [String](repeating: "1", count: count).joined(separator: ",")
    let table = try CSVFixture.table("\(header)\n\(row)\n\(row)\n", CSVOptions(columns: ["c0", "c999999"]))
    #expect(table.values == [1, 1, 1, 1])
    let all = try CSVFixture.table("\(header)\n\(row)\n")
    #expect(all.rows.columnCount == count)
  }

  @Test func a68VeryLongLine() throws {
    let line = [UInt8](repeating: UInt8(ascii: "7"), count: (1 << 26) + 100)
    let error = try #require(CSVFixture.error(line))
    #expect(error.category == .data)
    #expect(error.message.contains("longer than 67108864 bytes"))
  }
}
