/// A picture of a fit as one SVG document: the rows with the components' ellipses above the staircase of EM.
///
/// It follows the reader's light or dark setting, needs no font or other file, and has the same bytes for the
/// same content.
public struct StaticFigure: Sendable {
  /// What the picture shows.
  public var content: MixtureReportContent

  /// A picture of `content`.
  public init(_ content: MixtureReportContent) { self.content = content }

  /// The picture as UTF-8 text.
  public func svg() -> String { PairOfCharts(content).document() }
}

/// The scatter plot above the staircase; the staircase is on the log scale where that shows every half-step.
private struct PairOfCharts: Chart {
  let title: String
  let upper: ScatterChart
  let lower: any Chart

  init(_ content: MixtureReportContent) {
    title = content.title
    upper = ScatterChart(content, size: content.chartColumns.count == 2 ? (920, 440) : nil)
    let gain = RemainingGainChart(ledger: content.ledger, hasPrior: content.hasPrior)
    lower =
      gain.hasSteps && gain.treads.count >= 8
      ? gain : StaircaseChart(ledger: content.ledger, hasPrior: content.hasPrior)
  }

  var size: (width: Double, height: Double) {
    (max(upper.size.width, lower.size.width), upper.size.height + lower.size.height)
  }

  var summary: String { upper.summary + " " + lower.summary }

  func draw(into markup: inout Markup) {
    upper.draw(into: &markup)
    markup.element("g", ["transform": "translate(0 \(Drawing.number(upper.size.height)))"]) {
      lower.draw(into: &$0)
    }
  }
}
