import SurprisalCore

/// A report on a fitted Gaussian mixture as one HTML page that needs nothing beside itself.
///
/// Charts are inline SVG; the page has no script, no font and no link, follows the reader's light or dark
/// setting, and has the same bytes for the same content.
public struct MixtureReport: Sendable {
  /// What the report says.
  public var content: MixtureReportContent

  /// A report that says `content`.
  public init(_ content: MixtureReportContent) { self.content = content }

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
        writeCharts(into: &main)
        writeParameters(into: &main)
        writeLedger(into: &main)
        writeReproduction(into: &main)
        main.element("footer", [:], "Made by Surprisal. Log-densities depend on the unit of x.")
      }
    }
    page.close("html")
    return "<!DOCTYPE html>\n" + page.text
  }

  private func writeHeader(into main: inout Markup) {
    main.element("h1", [:], content.title)
    let count = content.components.count
    let columns = content.columnCount
    main.element(
      "p", ["class": "note"],
      "A mixture of \(count) Gaussian component\(count == 1 ? "" : "s") "
        + "(covariance model \(content.covarianceModel)) "
        + "fitted by EM to \(NumberText.grouped(content.rowCount)) rows × \(columns) "
        + "column\(columns == 1 ? "" : "s").")
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
    let perRow = content.totalWeight > 0 ? content.logLikelihood / content.totalWeight : .nan
    let bits = LogDensity(nats: perRow).bits
    let tiles: [(value: String, name: String)] = [
      ("\(NumberText.fixed(perRow, 4)) nats", "log p(x|θ) per row; \(NumberText.fixed(bits, 4)) bits"),
      ("\(NumberText.general(content.gap, 2)) nats", "gap between log p(x|θ) and its bound, in total"),
      (NumberText.fixed(content.bic, 2), "BIC; smaller is better"),
      (
        content.converged ? "converged" : "not converged",
        "after \(NumberText.grouped(content.iterations)) iterations; "
          + "\(content.startsAtBest) of \(content.starts) starts at the best"
      ),
    ]
    main.element("div", ["class": "tiles"]) { grid in
      for tile in tiles {
        grid.element("div", ["class": "tile"]) { box in
          box.element("b", [:], tile.value)
          box.element("span", [:], tile.name)
        }
      }
    }
  }

  private func writeCharts(into main: inout Markup) {
    main.element("h2", [:], "How the bound was raised")
    main.append(StaircaseChart(ledger: content.ledger, hasPrior: content.hasPrior).figure())
    let gain = RemainingGainChart(ledger: content.ledger, hasPrior: content.hasPrior)
    if !gain.isEmpty { main.append(gain.figure()) }
    main.element("h2", [:], "Rows and components")
    main.append(ScatterChart(content).figure())
    if content.rowCount > content.sampleRows.count {
      let shown = NumberText.grouped(content.sampleRows.count)
      main.element(
        "p", ["class": "note"],
        "Shown are \(shown) of \(NumberText.grouped(content.rowCount)) rows, chosen evenly over the file.")
    }
    let responsibilities = ResponsibilityChart(content)
    if !responsibilities.isEmpty {
      main.element("h2", [:], "Which component answers for which row")
      main.append(responsibilities.figure())
    }
    let criterion = CriterionChart(content.candidates)
    if !criterion.isEmpty {
      main.element("h2", [:], "How many components")
      main.append(criterion.figure())
      writeCandidateFailures(into: &main)
    }
  }

  private func writeCandidateFailures(into main: inout Markup) {
    let failures = content.candidates.filter { $0.failure != nil }
    guard !failures.isEmpty else { return }
    main.element("details") { details in
      details.element("summary", [:], "\(failures.count) candidates could not be fitted")
      details.element("ul") { list in
        for candidate in failures.prefix(50) {
          let name = "\(candidate.covarianceModel), \(candidate.components) components"
          list.element("li", [:], "\(name): \(candidate.failure ?? "")")
        }
      }
    }
  }
}
