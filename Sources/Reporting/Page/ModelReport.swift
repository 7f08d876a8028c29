import SurprisalCore

/// A report on a fitted model as one HTML page that needs nothing beside itself.
///
/// Charts are inline SVG; the page has no script, no font and no link, follows the reader's light or dark
/// setting, and has the same bytes for the same content.
public struct ModelReport: Sendable {
  /// What the report says.
  public var content: ModelReportContent

  /// A report that says `content`.
  public init(_ content: ModelReportContent) { self.content = content }

  /// The page as UTF-8 text.
  public func html() -> String {
    var page = Markup()
    page.open("html", ["lang": "en"])
    page.element("head") { head in
      head.empty("meta", ["charset": "utf-8"])
      head.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      head.empty("meta", ["name": "color-scheme", "content": "light dark"])
      head.element("title", [:], content.title)
      head.style(Palette.styleSheet(variablesOn: ":root") + PageStyle.sheet)
    }
    page.element("body") { body in
      body.element("main") { main in
        writeHeader(into: &main)
        writeFit(into: &main)
        writeEvidence(into: &main)
        writeRun(into: &main)
        for figure in content.figures { figure.write(into: &main) }
        content.comparison.figure?.write(into: &main)
        writeTables(into: &main)
        writeLedger(into: &main)
        writeReproduction(into: &main)
        let unit =
          content.isDensity ? "Log-densities depend on the unit of x." : "Log-probabilities need no unit of x."
        main.element("footer", [:], "Made by Surprisal. " + (content.logLikelihood == nil ? "" : unit))
      }
    }
    page.close("html")
    return "<!DOCTYPE html>\n" + page.text
  }

  private func writeHeader(into main: inout Markup) {
    main.element("h1", [:], content.title)
    main.element("p", ["class": "note"], content.description)
    writeTiles(into: &main)
    guard !content.warnings.isEmpty else { return }
    main.element("div", ["class": "warnings", "role": "note"]) { box in
      box.element("b", [:], content.warnings.count == 1 ? "Warning" : "Warnings")
      box.element("ul") { list in
        for warning in content.warnings.prefix(50) { list.element("li", [:], warning) }
        if content.warnings.count > 50 {
          list.element("li", [:], "and \(content.warnings.count - 50) more")
        }
      }
    }
  }

  private func writeTiles(into main: inout Markup) {
    var tiles: [(value: String, name: String)] = []
    if let logLikelihood = content.logLikelihood {
      let perRow = content.totalWeight > 0 ? logLikelihood / content.totalWeight : .nan
      let bits = LogDensity(nats: perRow).bits
      let name = "log p(x|θ) per row; \(NumberText.fixed(bits, 4)) bits"
      tiles.append(("\(NumberText.fixed(perRow, 4)) nats", name))
    }
    tiles += content.headlines.map { ($0.value, $0.name) }
    if let gap = content.gap {
      tiles.append(("\(NumberText.general(gap, 2)) nats", "gap between log p(x|θ) and its bound, in total"))
    }
    if let bic = content.bic { tiles.append((NumberText.fixed(bic, 2), "BIC; smaller is better")) }
    if let converged = content.converged {
      tiles.append(
        (
          converged ? "converged" : "not converged",
          "after \(NumberText.grouped(content.iterations)) iteration\(content.iterations == 1 ? "" : "s"); "
            + "\(content.startsAtBest) of \(content.starts) start\(content.starts == 1 ? "" : "s") at the best"
        ))
    }
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

  private func writeTables(into main: inout Markup) {
    guard !content.tables.isEmpty else { return }
    main.element("h2", [:], "Parameters")
    if let note = content.tableNote { main.element("p", ["class": "note"], note) }
    content.tables.write(into: &main)
  }

  /// The command line that makes the same fit again.
  private func writeReproduction(into main: inout Markup) {
    guard let command = content.command else { return }
    main.element("h2", [:], "How to make it again")
    main.element("pre") { pre in pre.element("code", [:], command) }
    main.element(
      "p", ["class": "note"],
      "The same rows, options, seed, version and instruction set give the same bits on any number of threads."
    )
  }
}
