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
    ReportPage.html(title: content.title) { main in
      writeHeader(into: &main)
      writeFit(into: &main)
      writeEvidence(into: &main)
      writeRun(into: &main)
      for figure in content.figures { figure.write(into: &main) }
      content.comparison.figure?.write(into: &main)
      writeTables(into: &main)
      writeLedger(into: &main)
      writeReproduction(into: &main)
      let unit = content.isDensity ? "Log-densities depend on the unit of x." : "Log-probabilities need no unit of x."
      main.element("footer", [:], "Made by Surprisal. " + (content.logLikelihood == nil ? "" : unit))
    }
  }

  private func writeHeader(into main: inout Markup) {
    main.element("h1", [:], content.title)
    main.element("p", ["class": "note"], content.description)
    writeTiles(into: &main)
    ReportPage.writeWarnings(content.warnings, into: &main)
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
    ReportPage.writeTiles(tiles, into: &main)
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
    ReportPage.writeCommand(
      command,
      note: "The same rows, options, seed, version and instruction set give the same bits on any number of threads.",
      into: &main)
  }
}
