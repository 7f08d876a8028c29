/// A table of text in a page: the first cell of a row names it.
public struct ReportTable: Sendable, Hashable {
  /// What the table holds, with its unit.
  public var caption: String?
  /// The names of the columns; the first is that of the rows' names.
  public var header: [String]
  /// The cells, row by row; short rows end early.
  public var rows: [[String]]
  /// The components whose colors stand in front of the rows, counted from 0; none if empty.
  public var components: [Int]
  /// How many of the first columns speak of a row as a whole (its name, its share) and count as none of the columns.
  public var leadingColumns: Int
  /// Whether the table stands beside the one before where both have room.
  public var isNarrow: Bool

  /// The most rows and columns that a page lists.
  static let rowLimit = 100
  static let columnLimit = 40

  /// A table of `rows` under `header`.
  public init(
    caption: String? = nil, header: [String], rows: [[String]] = [], components: [Int] = [], leadingColumns: Int = 1,
    isNarrow: Bool = false
  ) {
    self.caption = caption
    self.header = header
    self.rows = rows
    self.components = components
    self.leadingColumns = leadingColumns
    self.isNarrow = isNarrow
  }

  /// Writes the table in a box that scrolls sideways by itself; a large one in part, which it says.
  func write(into markup: inout Markup) {
    let columns = min(ReportTable.columnLimit, max(header.count, rows.lazy.map(\.count).max() ?? 0))
    markup.element("div", ["class": "scroll"]) { box in
      box.element("table") { table in
        if let caption { table.element("caption", [:], caption) }
        table.element("thead") { head in
          head.element("tr") { row in
            for name in header.prefix(columns) { row.element("th", ["scope": "col", "title": name], name) }
          }
        }
        table.element("tbody") { body in
          for (index, cells) in rows.prefix(ReportTable.rowLimit).enumerated() {
            body.element("tr") { row in write(cells.prefix(columns), index: index, into: &row) }
          }
        }
      }
    }
    if let note = partNote { markup.element("p", ["class": "note"], note) }
  }

  private func write(_ cells: ArraySlice<String>, index: Int, into row: inout Markup) {
    for (column, cell) in cells.enumerated() {
      row.element("td") { box in
        if column == 0 && components.indices.contains(index) {
          let color = "background:var(--c\(components[index] % Palette.count))"
          box.element("span", ["class": "swatch", "style": color], "")
        }
        box.write(cell)
      }
    }
  }

  /// How much of the table is listed, if not all.
  private var partNote: String? {
    var parts: [String] = []
    if rows.count > ReportTable.rowLimit {
      parts.append("\(ReportTable.rowLimit) of \(NumberText.grouped(rows.count)) rows")
    }
    if header.count > ReportTable.columnLimit {
      let count = header.count - leadingColumns
      parts.append("\(ReportTable.columnLimit - leadingColumns) of \(NumberText.grouped(count)) columns")
    }
    return parts.isEmpty ? nil : "Listed are \(parts.joined(separator: " and ")); the model file holds all."
  }
}

extension [ReportTable] {
  /// Writes all tables, narrow ones beside each other.
  func write(into markup: inout Markup) {
    var index = startIndex
    while index < endIndex {
      let end = self[index...].firstIndex { !$0.isNarrow } ?? endIndex
      if end == index {
        self[index].write(into: &markup)
        index += 1
      } else {
        markup.element("div", ["class": "tables"]) { box in
          for table in self[index..<end] { table.write(into: &box) }
        }
        index = end
      }
    }
  }
}
