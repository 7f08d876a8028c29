import SurprisalCore
import SurprisalData
import Testing

/// Columns of words become the numbers of their levels.
struct CSVWordTests {
  private func table(_ text: String, _ words: CSVOptions.WordColumns = .automatic(also: []), drop: Bool = false) throws
    -> Table
  {
    try CSVFixture.table(text, CSVOptions(wordColumns: words, missing: drop ? .drop : .error))
  }

  @Test func wordsBecomeLevels() throws {
    let table = try table("x,kind\n1,pear\n2, apple \n3,\"pear\"\n4,\"red, ripe\"\n")
    #expect(table.levels == [nil, ["apple", "pear", "red, ripe"]])
    #expect(try table.column(named: "kind") == [1, 0, 1, 2] && table.column(named: "x") == [1, 2, 3, 4])
  }

  /// Numbers come by size, and one number written in two ways is one level.
  @Test func numbersAmongWords() throws {
    let table = try table("kind\n10\n9\n9.0\nother\n1e1\n", .automatic(also: ["kind"]))
    #expect(table.levels == [["9", "10", "other"]] && table.rows.row(0) == [1] && table.rows.row(4) == [1])
    #expect(try self.table("kind,x\n10,1\n9,2\n", .automatic(also: ["1"])).levels == [["9", "10"], nil])
  }

  /// Numbers that float64 holds as one, as identities often are, stay apart as they are written.
  @Test func wholeNumbersBeyondFloat64StayApart() throws {
    let text = "id\n9007199254740993\n9007199254740992\n+09007199254740993\n-9007199254740993\n1e16\n"
    let table = try table(text + "10000000000000000\n123456789012345678901234567890\nx\n", .automatic(also: ["id"]))
    let words = [
      "-9007199254740993", "9007199254740992", "9007199254740993", "10000000000000000",
      "123456789012345678901234567890", "x",
    ]
    #expect(table.levels == [words])
    #expect(try table.column(named: "id") == [2, 1, 2, 0, 3, 3, 4, 5])
  }

  @Test func missingWordsAreMissing() throws {
    #expect(throws: SurprisalError.self) { try table("x,kind\n1,a\n2,\n") }
    let rest = try table("x,kind\n1,a\n,b\n3,NA\n4,c\n", drop: true)
    #expect(rest.levels == [nil, ["a", "c"]] && rest.droppedRowCount == 2, "words of rows left out make no level")
  }

  @Test func withoutTheOptionAWordIsAnError() throws {
    #expect(throws: SurprisalError.self) { try table("x,kind\n1,a\n2,b\n", .none) }
    #expect(throws: SurprisalError.self) { try table("x,kind\n1,a\n2,b\n", .automatic(also: ["color"])) }
  }

  /// The same levels and numbers whatever the threads, over many chunks.
  @Test func manyChunksAgree() throws {
    var text = "kind,x\n"
    for row in 0..<200_000 { text += "k\((row &* 2_654_435_761) % 97),\(row)\n" }
    let tables = try [1, 2].map { threads in
      try CSVFixture.table(text, CSVOptions(wordColumns: .automatic(also: []), threads: threads))
    }
    #expect(tables[0].levels[0]?.count == 97 && tables[0].levels == tables[1].levels)
    #expect(try tables[0].column(named: "kind") == tables[1].column(named: "kind"))
    let (levels, codes) = (try #require(tables[0].levels[0]), try tables[0].column(named: "kind"))
    let wrong = codes.indices.first { levels[Int(codes[$0])] != "k\(($0 &* 2_654_435_761) % 97)" }
    #expect(wrong == nil)
  }
}
