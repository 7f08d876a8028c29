import SurprisalCore
import SurprisalData
import Testing

/// Files of several chunks: equal bits on any number of threads, right rows and lines at every cut.
@Suite struct CSVChunkTests {
  /// Several megabytes whose rows hold their own index, in the form that `line` gives.
  private func text(rows: Int, header: String, line: (Int) -> String) -> [UInt8] {
    var bytes = Array(header.utf8)
    for row in 0..<rows { bytes += Array(line(row).utf8) }
    return bytes
  }

  @Test(arguments: [1, 2, 3, 8])
  func readsPlainRows(threads: Int) throws {
    for end in ["\n", "\r\n", "\r"] {
      let bytes = text(rows: 250_000, header: "a,b" + end) { "\($0),\(Double($0) / 7)" + end }
      let table = try CSVFixture.table(bytes, CSVOptions(threads: threads))
      #expect(bytes.count > 4 << 20)
      #expect(table.rows.rowCount == 250_000)
      #expect(
        (0..<250_000).allSatisfy { table.rows[$0, 0] == Double($0) && table.rows[$0, 1] == Double($0) / 7 })
      #expect(table.sourceLines?.line(ofRow: 249_999) == 250_001)
    }
  }

  @Test(arguments: [1, 3])
  func readsQuotedLineEnds(threads: Int) throws {
    let bytes = text(rows: 120_000, header: "a,t,b\n") { row in
      row % 3 == 0
        ? "\(row),\"two\nlines, \"\"quoted\"\"\r\nand, a \",\(row)\n" : "\(row),a 5\" bare quote,\"\(row)\"\n"
    }
    let table = try CSVFixture.table(bytes, CSVOptions(columns: ["a", "b"], threads: threads))
    #expect(bytes.count > 3 << 20)
    #expect(table.rows.rowCount == 120_000)
    #expect((0..<120_000).allSatisfy { table.rows[$0, 0] == Double($0) && table.rows[$0, 1] == Double($0) })
    // Each third row takes three lines.
    #expect(table.sourceLines?.line(ofRow: 119_999) == 2 + 119_999 + 2 * 40_000)
  }

  @Test(arguments: [1, 3])
  func dropsRowsAndSkipsBlankLines(threads: Int) throws {
    let bytes = text(rows: 200_000, header: "a,b\n") { row in
      switch row % 10 {
      case 3: "NA,\(row)\n"
      case 7: "\(row),0.123456789\n\n"
      default: "\(row),0.123456789\n"
      }
    }
    let table = try CSVFixture.table(bytes, CSVOptions(missing: .drop, threads: threads))
    #expect(table.droppedRowCount == 20_000)
    #expect(table.rows.rowCount == 180_000)
    let expected = (0..<200_000).filter { $0 % 10 != 3 }
    #expect(expected.indices.allSatisfy { table.rows[$0, 0] == Double(expected[$0]) })
    #expect(
      expected.indices.allSatisfy {
        let row = expected[$0]
        return table.sourceLines?.line(ofRow: $0) == 2 + row + (row + 2) / 10
      })
    let error = try #require(CSVFixture.error(bytes, CSVOptions(threads: threads)))
    #expect(error.location?.line == 5)
    #expect(error.message.contains("20000 missing cells in all"))
  }

  /// The first error of the file wins, whichever thread finds another first.
  @Test func reportsFirstErrorOfFile() throws {
    let bytes = text(rows: 400_000, header: "a,b\n") { $0 % 90_000 == 80_000 ? "1,x\n" : "\($0),1.25\n" }
    for threads in [1, 2, 4] {
      let error = try #require(CSVFixture.error(bytes, CSVOptions(threads: threads)))
      #expect(error.location == .init(file: "t.csv", line: 80_002, column: 2))
    }
  }
}
