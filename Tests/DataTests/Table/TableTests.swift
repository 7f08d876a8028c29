import SurprisalCore
import SurprisalData
import Testing

@Suite struct TableTests {
  private func table() throws -> Table {
    try Table(
      columnNames: ["width", "height", "2"], rows: RowMatrix([1, 2, 3, 4, 5, 6], columnCount: 3),
      sourceName: "memory")
  }

  @Test func selectsByNameBeforeNumber() throws {
    #expect(try table().column(named: "2") == [3, 6])
    #expect(try table().column(named: "1") == [1, 4])
    let selected = try table().selecting(columns: ["height", "width"])
    #expect(selected.columnNames == ["height", "width"])
    #expect(selected.values == [2, 1, 5, 4])
  }

  @Test(arguments: [
    ("heigth", "height"), ("Width", "width"), ("widht", "width"), ("w", nil), ("depth", nil),
    ("heights", "height"),
  ])
  func suggestsNearestName(wanted: String, suggestion: String?) throws {
    #expect(nearestName(to: wanted, in: ["width", "height"]) == suggestion)
    let error = #expect(throws: SurprisalError.self) { try table().column(named: wanted) }
    #expect(error?.category == .usage)
    #expect(error?.remedy?.contains(suggestion ?? "the columns are width, height, 2") == true)
  }

  @Test func refusesWrongCounts() throws {
    let rows = try RowMatrix([1, 2], columnCount: 2)
    #expect(throws: SurprisalError.self) { try Table(columnNames: ["a"], rows: rows, sourceName: "m") }
    #expect(throws: SurprisalError.self) {
      try Table(columnNames: ["a", "b"], rows: rows, weights: [1, 2], sourceName: "m")
    }
  }

  @Test func sourceLinesKeepRuns() {
    var lines = SourceLines()
    #expect(lines.line(ofRow: 0) == nil)
    for (row, line) in [(0, 2), (3, 5), (4, 9), (6, 11), (6, 12)] { lines.append(row: row, line: line) }
    #expect((0..<8).map { lines.line(ofRow: $0) } == [2, 3, 4, 5, 9, 10, 12, 13])
    #expect(lines.starts.count == 3)
  }
}
