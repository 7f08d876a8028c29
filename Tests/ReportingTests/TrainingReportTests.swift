import Foundation
import Synchronization
import Testing

@testable import SurprisalReporting

/// The page on a training, its curves and the line of progress.
@Suite struct TrainingReportTests {
  private func content(epochs: Int = 3) -> TrainingReportContent {
    var content = TrainingReportContent(title: "LeNet on <digits>", description: "A network & its data.")
    content.command = "surprisal train lenet 'a & b'"
    content.headlines = [.init("accuracy on test data", "98.9 %")]
    content.facts = [.init("parameters", "61,706")]
    content.summary = "0  Conv2d  [6, 28, 28]"
    content.settings = [.init("optimizer", "SGD")]
    content.metricNames = ["loss", "accuracy"]
    content.warnings = ["the data were others"]
    content.epochs = (1...epochs).map {
      .init(number: $0, step: $0 * 469, trainingLoss: 1 / Double($0), metrics: [0.5 / Double($0), nil])
    }
    content.bestEpoch = 2
    let points = (1...epochs * 100).map { (step: Double($0), value: 1 / Double($0)) }
    content.curves = CurveChart(panels: [
      .init("nats", curves: [.init("training", points: points), .init("validation", points: [(50, 0.4)])]),
      .init("learning rate", curves: [.init("rate", points: [(1, 0.1), (300, 0.01)])], isLogarithmic: true),
      .init("nothing", curves: [.init("none", points: [(1, .nan)])]),
    ])
    return content
  }

  @Test func aPageHoldsWhatItsContentSays() {
    let page = TrainingReport(content()).html()
    let checker = MarkupChecker(page)
    #expect(checker.problem == nil && checker.badNumbers.isEmpty)
    for text in [
      "LeNet on <digits>", "A network & its data.", "98.9 %", "61,706", "Conv2d", "SGD", "the data were others",
      "2 (best)", "training loss", "loss in nats per datum", "validation accuracy", "0.33333", "1,407",
      "surprisal train lenet 'a & b'", "training from 1 to 0.00333; validation from 0.4 to 0.4; rate from 0.1 to 0.01.",
      "log scale",
    ] {
      #expect(checker.text.contains(text), "\(text)")
    }
    #expect(!checker.text.contains("nothing") && checker.elements["script"] == nil)
    for forbidden in ["http://", "https://", "src=", "href=", "@import", "url("] {
      #expect(!page.contains(forbidden), "\(forbidden)")
    }
    #expect(page == TrainingReport(content()).html())
  }

  @Test func longTrainingsAreListedInPartWithTheBest() {
    var content = content(epochs: 200)
    content.bestEpoch = 77
    let checker = MarkupChecker(TrainingReport(content).html())
    #expect(checker.problem == nil && checker.elements["tr"] ?? 0 < 50)
    #expect(checker.text.contains("77 (best)") && checker.text.contains("…"))
  }

  @Test func longCurvesAreMeansOfStretches() {
    let points = (0..<100_000).map { (step: Double($0), value: Double($0 % 2)) }
    let thinned = CurveDrawing.thinned(points)
    #expect(thinned.count == CurveDrawing.pointLimit)
    #expect(thinned.allSatisfy { abs($0.value - 0.5) < 1e-9 })
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.step < $1.step })
    #expect(abs(thinned[0].step - 124.5) < 1e-9)
  }

  @Test(
    arguments: [
      [(1.0, Double.nan)], [], [(1, 1e308), (2, -1e308)], [(1, 0), (1, 0)], [(.nan, 1), (2, 3)], [(5, 5)],
    ] as [[(Double, Double)]]) func hostileCurves(points: [(Double, Double)])
  {
    for isLogarithmic in [false, true] {
      let chart = CurveChart(panels: [
        .init(
          "a<b", curves: [.init("x", points: points.map { (step: $0.0, value: $0.1) }, marked: 1)],
          isLogarithmic: isLogarithmic)
      ])
      let checker = MarkupChecker(chart.svg())
      #expect(checker.problem == nil && checker.badNumbers.isEmpty)
    }
  }

  @Test func theLineOfProgressSaysRateAndTimeLeft() {
    func text(_ done: Int, _ total: Int?, _ rate: Double?, width: Int = 100) -> String {
      ProgressLine.text(
        done: done, total: total, unit: "steps", rate: rate, note: "loss 0.5", width: width, unicode: false)
    }
    #expect(text(50, 200, 10) == "#####...............  25 %  50/200 steps  10/s  15 s left  loss 0.5")
    #expect(text(50, nil, nil) == "50 steps  loss 0.5")
    #expect(text(200, 200, 10) == "####################  100 %  200/200 steps  10/s  loss 0.5")
    #expect(text(50, 200, 10, width: 30).count == 30)
  }

  /// The rate is that of this run, and drawings keep their distance.
  @Test func theRateCountsFromTheFirstUpdate() {
    let state = Mutex((time: UInt64(0), text: [String]()))
    let line = ProgressLine(
      total: 2_000, unit: "steps",
      capabilities: .init(isTerminal: true, movesCursor: true, showsUnicode: false, width: 100),
      output: { text in state.withLock { $0.text.append(text) } }, clock: { state.withLock { $0.time } })
    for step in 0...100 {
      state.withLock { $0.time = UInt64(step) * 10_000_000 }
      line.update(done: 1_000 + step)
    }
    let drawn = state.withLock { $0.text }
    #expect(drawn.count == 21)
    #expect(drawn.last?.contains("1100/2000 steps  100/s  9 s left") == true, "\(drawn.last ?? "")")
    line.finish()
    line.update(done: 1_500)
    #expect(state.withLock { $0.text.count } == 22)
    let hidden = ProgressLine(
      total: 1, unit: "steps", capabilities: .init(), output: { _ in Issue.record("drawn on a pipe") }, clock: { 0 })
    hidden.update(done: 1) {
      Issue.record("a note nobody reads"); return ""
    }
  }
}
