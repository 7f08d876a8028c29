/// The parts that all report pages share: the frame, the numbers at the top, warnings and named values.
enum ReportPage {
  /// A whole page around what `body` writes.
  static func html(title: String, _ body: (inout Markup) -> Void) -> String {
    var page = Markup()
    page.open("html", ["lang": "en"])
    page.element("head") { head in
      head.empty("meta", ["charset": "utf-8"])
      head.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      head.empty("meta", ["name": "color-scheme", "content": "light dark"])
      head.element("title", [:], title)
      head.style(Palette.styleSheet(variablesOn: ":root") + PageStyle.sheet)
    }
    page.element("body") { $0.element("main", [:], body) }
    page.close("html")
    return "<!DOCTYPE html>\n" + page.text
  }

  /// The numbers at the top of a page.
  static func writeTiles(_ tiles: [(value: String, name: String)], into main: inout Markup) {
    guard !tiles.isEmpty else { return }
    main.element("div", ["class": "tiles"]) { grid in
      for tile in tiles {
        grid.element("div", ["class": "tile"]) { box in
          box.element("b", [:], tile.value)
          box.element("span", [:], tile.name)
        }
      }
    }
  }

  /// What the reader should know first; the first fifty.
  static func writeWarnings(_ warnings: [String], into main: inout Markup) {
    guard !warnings.isEmpty else { return }
    main.element("div", ["class": "warnings", "role": "note"]) { box in
      box.element("b", [:], warnings.count == 1 ? "Warning" : "Warnings")
      box.element("ul") { list in
        for warning in warnings.prefix(50) { list.element("li", [:], warning) }
        if warnings.count > 50 { list.element("li", [:], "and \(warnings.count - 50) more") }
      }
    }
  }

  /// A table of names and values.
  static func writeFacts(_ facts: [ModelReportContent.Fact], into main: inout Markup) {
    main.element("div", ["class": "scroll"]) { box in
      box.element("table", ["class": "names"]) { table in
        table.element("tbody") { body in
          for fact in facts {
            body.element("tr") { row in
              row.element("th", ["scope": "row"], fact.name)
              row.element("td", [:], fact.value)
            }
          }
        }
      }
    }
  }

  /// The command line that does the same again, and what that gives.
  static func writeCommand(_ command: String, note: String, into main: inout Markup) {
    main.element("h2", [:], "How to make it again")
    main.element("pre") { pre in pre.element("code", [:], command) }
    main.element("p", ["class": "note"], note)
  }
}
