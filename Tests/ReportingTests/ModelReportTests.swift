import Foundation
import Testing

@testable import SurprisalReporting

@Suite struct ModelReportTests {
  /// Content of a model with EM, for tests.
  private func ordinary() -> ModelReportContent { SampleContent.ordinary().general }

  @Test func aPageHoldsWhatItsContentSays() {
    var content = ModelReportContent(
      title: "Three states", description: "A hidden Markov model.", columnNames: ["waiting", ""])
    content.command = "surprisal fit hidden-markov 'x & y.csv'"
    (content.rowCount, content.totalWeight) = (272, 100)
    content.headlines = [.init("of the variance", "66.5 %")]
    content.facts = [.init("states", "3")]
    content.parameterCount = 1_234
    content.settings = [.init("seed", "7")]
    (content.logLikelihood, content.lowerBound, content.gap) = (-250, -250.5, 0.5)
    (content.bic, content.aic) = (520, 510)
    (content.converged, content.iterations, content.startsAtBest, content.starts) = (true, 12, 3, 4)
    content.ledger = SampleContent.ordinary().ledger
    content.warnings = ["a start was refused"]
    content.figures = [
      ReportFigure("Bars", BarChart(title: "b", unit: "u", categoryTitle: "c", categories: ["k"], series: [])),
      ReportFigure(nil, ScreeChart(variances: [2, 1]), note: "a note", details: .init("more", lines: ["line 1"])),
    ]
    content.tables = [ReportTable(caption: "Transitions", header: ["from", "to 1"], rows: [["1", "0.5"]])]
    let page = ModelReport(content).html()
    let checker = MarkupChecker(page)
    #expect(checker.problem == nil && checker.badNumbers.isEmpty)
    for text in [
      "A hidden Markov model.", "0.5 nats", "gap between", "-2.505000", "0.00721", "-2.5000 nats", "-3.6067 bits",
      "66.5 %", "states", "1,234", "seed",
      "sum of weights", "2: waiting, column 2", "520.0000", "converged", "after 12 iterations; 3 of 4 starts",
      "a start was refused", "Bars", "Explained variance", "a note", "line 1", "Transitions", "Parameters",
      "surprisal fit hidden-markov 'x & y.csv'", "-250.500000", "Certificate", "Ledger", "depend on the unit of x",
    ] {
      #expect(checker.text.contains(text), "\(text)")
    }
    #expect(!checker.text.contains("ICL") && checker.elements["script"] == nil)
    for forbidden in ["http://", "https://", "src=", "href=", "@import", "url("] {
      #expect(!page.contains(forbidden), "\(forbidden)")
    }
    #expect(page == ModelReport(content).html())
  }

  @Test func whatAModelDoesNotHaveIsLeftOut() {
    var content = ModelReportContent(title: "PCA", description: "Principal components.", columnNames: ["a", "b"])
    content.rowCount = 10
    content.totalWeight = 10
    let checker = MarkupChecker(ModelReport(content).html())
    #expect(checker.problem == nil)
    for text in ["Evidence", "Ledger", "bound", "BIC", "converged", "Parameters", "nats", "unit of x", "nan"] {
      #expect(!checker.text.contains(text), "\(text)")
    }
    content.logLikelihood = -3
    content.isDensity = false
    let discrete = MarkupChecker(ModelReport(content).html()).text
    #expect(discrete.contains("Evidence") && discrete.contains("Log-probabilities need no unit of x."))
    #expect(!discrete.contains("Certificate"))
  }

  @Test func theMixturesPageIsOneOfThem() {
    let page = ModelReport(ordinary()).html()
    #expect(page == MixtureReport(SampleContent.ordinary()).html())
  }

  @Test func largeTablesAreListedInPartAndSaySo() {
    let wide = ReportTable(
      header: (0...10_000).map { "h\($0)" },
      rows: (0..<500).map { row in (0...10_000).map { "\(row),\($0)" } })
    var content = ordinary()
    content.tables = [wide, ReportTable(header: ["a"], isNarrow: true), ReportTable(header: [], rows: [[], ["x"]])]
    let page = ModelReport(content).html()
    let checker = MarkupChecker(page)
    #expect(checker.problem == nil)
    #expect(checker.text.contains("Listed are 100 of 500 rows and 39 of 10,000 columns"))
    #expect(checker.text.contains("99,39") && !checker.text.contains("100,0") && !checker.text.contains("99,40"))
    #expect(page.utf8.count < 500_000)
  }

  @Test func narrowTablesStandBesideEachOther() {
    let narrow = ReportTable(header: ["n"], rows: [["1"]], isNarrow: true)
    let tables = [narrow, narrow, ReportTable(header: ["w"]), narrow]
    var markup = Markup()
    tables.write(into: &markup)
    #expect(markup.text.components(separatedBy: "class=\"tables\"").count == 3)
    #expect(markup.text.components(separatedBy: "<table").count == 5)
  }

  @Test func narrowChartsAreNotStretched() {
    let map = HeatMap(transitions: [[0.5, 0.5], [0.1, 0.9]], stateNames: [])
    #expect(map.chart.chart.figure().text.contains("style=\"width:640px;min-width:0\""))
    #expect(!ScreeChart(variances: [1]).chart.chart.figure().text.contains("min-width"))
  }
}
