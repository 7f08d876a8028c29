import SurprisalCore
import SurprisalData
import Testing

/// Delimiters, headers, columns and weights: the stated rules.
@Suite struct CSVFormTests {
  @Test(arguments: [
    "a,b\n1,2\n3,4\n", "a\tb\n1\t2\n3\t4\n", "a;b\n1;2\n3;4\n", "a b\n1 2\n3 4\n",
    " a   b \n  1 2\n3    4  \n",
    "a, b\n1, 2\n3, 4\n", "a ,b\n1\t,2\n 3, 4 \n", "\"a\";\"b\"\n\"1\";2\n3;\"4\"\n",
    "\"a\" \"b\"\n1 \"2\"\n3 4\n",
  ])
  func findsDelimiter(text: String) throws {
    let table = try CSVFixture.table(text)
    #expect(table.columnNames == ["a", "b"])
    #expect(table.values == [1, 2, 3, 4])
    #expect(table.hasHeader)
  }

  @Test func takesOtherDelimiters() throws {
    #expect(try CSVFixture.table("1|2\n3|4", CSVOptions(delimiter: .character("|"))).values == [1, 2, 3, 4])
    #expect(try CSVFixture.table("1  2\n3 4", CSVOptions(delimiter: .spaces)).values == [1, 2, 3, 4])
    for delimiter in ["e", "5", "\"", "\n", "é", "."] as [Character] {
      #expect(CSVFixture.error("1,2", CSVOptions(delimiter: .character(delimiter)))?.category == .usage)
    }
    #expect(CSVFixture.error("1,2", CSVOptions(decimalMark: "x"))?.category == .usage)
  }

  @Test(arguments: [
    ("1,2\n3,4", false), ("a,b\n1,2", true), ("\"2019\",\"2020\"\n1,2", true), ("NA,b\n1,2", true),
    (",b\n1,2", true), ("1,x\n2,y", false), ("\"1\",\"2\"\n\"3\",\"4\"", false), ("1st,name\n1,2", true),
  ])
  func findsHeader(text: String, isPresent: Bool) throws {
    let table = try CSVFixture.table(text, CSVOptions(columns: ["1"]))
    #expect(table.hasHeader == isPresent)
    #expect(table.rows.rowCount == (isPresent ? 1 : 2))
  }

  @Test func followsHeaderOption() throws {
    #expect(CSVFixture.error("a,2\n3,4")?.message.contains("mixes names and numbers") == true)
    #expect(try CSVFixture.table("1,2\n3,4", CSVOptions(header: .yes)).columnNames == ["1", "2"])
    #expect(try CSVFixture.table("a,2\n3,4", CSVOptions(header: .yes)).columnNames == ["a", "2"])
    #expect(CSVFixture.error("a,b\n3,4", CSVOptions(header: .no))?.location?.line == 1)
    #expect(try CSVFixture.table("1,2\n3,4", CSVOptions(header: .no)).columnNames == ["x1", "x2"])
  }

  @Test func selectsColumns() throws {
    let text = "id,x,kind,y\nr1,1,\"p, q\",2\nr2,3,\"s\"\"t\",4\nr3,5,é,6\n"
    let byName = try CSVFixture.table(text, CSVOptions(columns: ["y", "x"]))
    #expect(byName.columnNames == ["y", "x"])
    #expect(byName.values == [2, 1, 4, 3, 6, 5])
    let byNumber = try CSVFixture.table(text, CSVOptions(columns: ["2", "4"]))
    #expect(byNumber.values == [1, 2, 3, 4, 5, 6])
    #expect(CSVFixture.error(text)?.location == .init(file: "t.csv", line: 2, column: 1))
    for columns in [["x", "2"], [], ["5"], ["0"]] {
      #expect(CSVFixture.error(text, CSVOptions(columns: columns))?.category == .usage)
    }
  }

  @Test func ignoresTextAndEncodingOfOtherColumns() throws {
    let bytes: [UInt8] = Array("x,t\n1,".utf8) + [0xE9, 0xFF] + Array("\n2,NA\n".utf8)
    #expect(try CSVFixture.table(bytes, CSVOptions(columns: ["x"])).values == [1, 2])
  }

  @Test func takesWeights() throws {
    let text = "x,w,y\n1,0.5,2\n3,0,4\n"
    let table = try CSVFixture.table(text, CSVOptions(weightsColumn: "w"))
    #expect(table.columnNames == ["x", "y"])
    #expect(table.values == [1, 2, 3, 4])
    #expect(table.weights == [0.5, 0])
    let extracted = try CSVFixture.table(text).extractingWeights(from: "w")
    #expect(extracted.values == table.values && extracted.weights == table.weights)
    let selected = try CSVFixture.table(text, CSVOptions(columns: ["y"], weightsColumn: "2"))
    #expect(selected.values == [2, 4] && selected.weights == [0.5, 0])
    #expect(CSVFixture.error(text, CSVOptions(columns: ["w"], weightsColumn: "w"))?.category == .usage)
    #expect(CSVFixture.error("w\n1\n2", CSVOptions(weightsColumn: "w"))?.category == .usage)
  }

  @Test func refusesBadWeights() throws {
    let negative = try #require(
      CSVFixture.error("x,w\n1,1\n\n2,-1\n", CSVOptions(weightsColumn: "w")))
    #expect(negative.location == .init(file: "t.csv", line: 4, column: 2))
    #expect(negative.message.hasPrefix("row 2 has the weight -1.0"))
    #expect(CSVFixture.error("x,w\n1,0\n2,0\n", CSVOptions(weightsColumn: "w"))?.category == .data)
    #expect(throws: SurprisalError.self) {
      try CSVFixture.table("x,w\n1,-1\n2,1\n").extractingWeights(from: "w")
    }
  }

  @Test func readsGzip() throws {
    // printf 'a,b\n1,2\n' | gzip -9n, twice one behind the other: two members, then one cut off.
    let member: [UInt8] = [
      0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0xD4, 0x49, 0xE2, 0x32, 0xD4,
      0x31, 0xE2, 0x02, 0x00, 0x7B, 0x07, 0x97, 0x0A, 0x08, 0x00, 0x00, 0x00,
    ]
    try CSVFixture.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("t.csv.gz").path
      #if SystemLibraries
        try MappedFileTests.write(member, to: path)
        #expect(try Table(contentsOf: path).values == [1, 2])
        try MappedFileTests.write(member + member, to: path)
        let error = #expect(throws: SurprisalError.self) { try Table(contentsOf: path) }
        #expect(error?.location == .init(file: path, line: 3, column: 1))
        try MappedFileTests.write(member.dropLast(9), to: path)
        #expect(throws: SurprisalError.self) { try Table(contentsOf: path) }
      #else
        try MappedFileTests.write(member, to: path)
        let error = #expect(throws: SurprisalError.self) { try Table(contentsOf: path) }
        #expect(error?.category == .usage)
      #endif
    }
  }
}
