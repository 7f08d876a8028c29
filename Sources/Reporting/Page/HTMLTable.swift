/// A table of numbers in a page: the first cell of a row names it.
struct HTMLTable {
  var caption: String?
  var header: [String]
  var rows: [[String]] = []
  /// The components whose colors stand in front of the rows, if any.
  var components: [Int] = []

  init(header: [String]) { self.header = header }

  /// Writes the table in a box that scrolls sideways by itself.
  func write(into markup: inout Markup) {
    markup.element("div", ["class": "scroll"]) { box in
      box.element("table") { table in
        if let caption { table.element("caption", [:], caption) }
        table.element("thead") { head in
          head.element("tr") { row in
            for name in header { row.element("th", ["scope": "col", "title": name], name) }
          }
        }
        table.element("tbody") { body in
          for (index, cells) in rows.enumerated() {
            body.element("tr") { row in write(cells, index: index, into: &row) }
          }
        }
      }
    }
  }

  private func write(_ cells: [String], index: Int, into row: inout Markup) {
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
}
