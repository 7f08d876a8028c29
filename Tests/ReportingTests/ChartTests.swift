import Testing

@testable import SurprisalReporting

@Suite struct ChartTests {
  @Test(
    arguments: [
      (0.0, "0"), (-0.004, "0"), (1.005, "1"), (2.5, "2.5"), (-3.126, "-3.13"), (100, "100"), (0.07, "0.07"),
      (.nan, "0"), (.infinity, "0"), (1e300, "1000000"), (-1e300, "-1000000"),
    ] as [(Double, String)]) func coordinates(value: Double, text: String)
  {
    #expect(Drawing.number(value) == text)
  }

  @Test func theStaircaseRisesAndTheBoundMeetsItAtEveryExpectationStep() {
    let chart = StaircaseChart(ledger: SampleContent.ordinary(iterations: 8).ledger, hasPrior: false)
    #expect(chart.halfSteps.map(\.isExpectation).prefix(4) == [true, false, true, false])
    for step in chart.halfSteps where step.isExpectation { #expect(step.objective == step.bound) }
    for step in chart.halfSteps where !step.isExpectation {
      #expect(step.isExtrapolated == (step.bound == nil))
      #expect(step.objective > step.bound ?? -.infinity)
    }
    let bounds = chart.halfSteps.compactMap(\.bound)
    for (earlier, later) in zip(bounds, bounds.dropFirst()) { #expect(later >= earlier) }
    for (earlier, later) in zip(chart.halfSteps, chart.halfSteps.dropFirst()) {
      #expect(later.objective >= earlier.objective)
    }
  }

  @Test func longRunsAreCutAndThinned() {
    let ledger = SampleContent.ordinary(iterations: 5_000).ledger.map { iteration in
      var slow = iteration
      slow.objective = -1_000 - 100 / Double(iteration.number)
      slow.boundAfterMaximization = slow.objective + 1e-9
      return slow
    }
    #expect(StaircaseChart(ledger: ledger, hasPrior: false).halfSteps.count <= 28)
    let gain = RemainingGainChart(ledger: ledger, hasPrior: false)
    #expect(gain.treads.count <= RemainingGainChart.pointLimit)
    #expect(gain.treads.first?.start == 1 && gain.treads.last?.start == 4_999)
  }

  @Test func theEllipseIsThatOfTheCovariance() throws {
    let frame = PlotFrame(
      left: 0, top: 0, width: 100, height: 200, x: { AxisScale(domain: 0...10, start: $0, end: $1) },
      y: { AxisScale(domain: 0...10, start: $0, end: $1) })
    let plain = try #require(Ellipse(mean: (5, 5), covariance: (xx: 4, xy: 0, yy: 0.25), in: frame))
    #expect(plain.centerX == 50 && plain.centerY == 100)
    #expect(abs(plain.majorRadius - 20) < 1e-12 && abs(plain.minorRadius - 10) < 1e-12)
    #expect(abs(plain.angle) < 1e-12)
    // In drawing units the covariance is [[100, −100], [−100, 400]]: eigenvalues 250 ± √32500.
    let turned = try #require(Ellipse(mean: (5, 5), covariance: (xx: 1, xy: 0.5, yy: 1), in: frame))
    #expect(abs(turned.majorRadius * turned.majorRadius - 430.277_563_773_2) < 1e-9)
    #expect(abs(turned.minorRadius * turned.minorRadius - 69.722_436_226_8) < 1e-9)
    // atan2(−100, −150) / 2 in degrees: steep, rising to the right as drawn.
    #expect(abs(turned.angle - -73.154_966_237) < 1e-9)
    #expect(Ellipse(mean: (.nan, 0), covariance: (xx: 1, xy: 0, yy: 1), in: frame) == nil)
    #expect(Ellipse(mean: (0, 0), covariance: (xx: .infinity, xy: 0, yy: 1), in: frame) == nil)
    #expect(Ellipse(mean: (0, 0), covariance: (xx: -1, xy: 0, yy: 1), in: frame) == nil)
  }

  @Test func theColumnsThatSeparateBestAreChosen() {
    var content = SampleContent.ordinary(columns: 8)
    content.components = [0.0, 1.0].map { side in
      .init(
        weight: 0.5, mean: (0..<8).map { side * Double(($0 * 3) % 8) },
        covariance: (0..<8).map { row in (0..<8).map { $0 == row ? 1 : 0 } })
    }
    #expect(ColumnChoice.columns(of: content, atMost: 3) == [2, 5, 7])
    #expect(ColumnChoice.columns(of: SampleContent.ordinary(columns: 4), atMost: 5) == [0, 1, 2, 3])
  }

  @Test func theHistogramHoldsTheWholeWeight() {
    var histogram = Histogram(from: -3, through: 5, rowCount: 1_000)
    for index in 0..<1_000 { histogram.add(-3 + 8 * Double(index) / 999, weight: 0.5) }
    histogram.add(.nan)
    histogram.add(.infinity)
    histogram.add(6)
    #expect(histogram.counts.reduce(0, +) == 500)
    #expect(abs(histogram.densities.reduce(0, +) * histogram.binWidth - 1) < 1e-12)
  }

  @Test func theSmallestCriterionWins() {
    let comparison = ModelReportContent.Comparison(candidates: [
      .init(size: 1, kind: "EEE", value: 10),
      .init(size: 2, kind: "VVV", value: 5),
      .init(size: 3, kind: "VVV", value: nil, failure: "collapsed"),
      .init(size: 3, kind: "EEE", value: .nan),
      .init(size: 2, kind: "EEE", value: 7),
    ])
    let chart = CriterionChart(comparison)
    #expect(chart.best?.kind == "VVV" && chart.best?.size == 2)
    #expect(chart.failureCount == 2)
    #expect(chart.lines.map(\.kind) == ["VVV", "EEE"])
    #expect(chart.lines.last?.points.map(\.size) == [1, 2])
  }

  /// Sizes of one kind of model need no legend of kinds; the page has them under a heading of their own.
  @Test func sizesThatWereComparedAreInThePage() {
    var content = SampleContent.ordinary().general
    content.comparison = .init(
      sizeName: "states", criterion: "ICL",
      candidates: [
        .init(size: 1, value: 912.25), .init(size: 2, value: 844.5), .init(size: 3, value: nil, failure: "collapsed"),
      ])
    let checker = MarkupChecker(ModelReport(content).html())
    #expect(checker.problem == nil && checker.badNumbers.isEmpty)
    for text in [
      "How many states", "ICL by number of states", "ICL in nats; smaller is better", "smallest: 2",
      "1 candidate could not be fitted", "3 states: collapsed",
    ] {
      #expect(checker.text.contains(text), "\(text)")
    }
    #expect(!checker.text.contains("How many components") && !checker.text.contains("covariance model ."))
    content.comparison.candidates = Array(content.comparison.candidates.prefix(1))
    #expect(!MarkupChecker(ModelReport(content).html()).text.contains("How many states"))
  }

  /// What names a row is no column of it.
  @Test func aPartOfATableSaysHowManyColumnsItLists() {
    let header = ["", "share"] + (1...784).map { "pixel\($0)" }
    var content = SampleContent.ordinary().general
    content.tables = [
      ReportTable(header: header, rows: [header], leadingColumns: 2), ReportTable(header: Array(header.dropFirst())),
    ]
    let text = MarkupChecker(ModelReport(content).html()).text
    #expect(text.contains("38 of 784 columns") && text.contains("39 of 784 columns"))
  }
}
