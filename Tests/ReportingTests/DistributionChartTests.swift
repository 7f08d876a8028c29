import SurprisalReporting
import Testing

@Suite struct DistributionChartTests {
  @Test func aDensityIsALine() {
    let x = (-300...300).map { Double($0) / 100 }
    let chart = DistributionChart(
      name: "Normal <0, 1>", isDiscrete: false, x: x, values: x.map { 0.4 - $0 * $0 / 30 }, mean: 0,
      interval: -1.96...1.96)
    let checker = MarkupChecker(chart.svg())
    #expect(checker.problem == nil && checker.badNumbers.isEmpty)
    #expect(checker.text.contains("Normal <0, 1>") && checker.text.contains("mean 0"))
    #expect(checker.text.contains("95 % lie from -1.96 to 1.96"))
  }

  /// Poles, infinities and NaN are no reason for a broken picture.
  @Test(arguments: [[Double.infinity, 3, 1], [.nan, 0, 0], [0, 0, 0], [1e308, 1e-308, 5]])
  func poles(values: [Double]) {
    for isDiscrete in [false, true] {
      let chart = DistributionChart(name: "pole", isDiscrete: isDiscrete, x: [0, 1, 2], values: values, mean: .nan)
      let checker = MarkupChecker(chart.svg())
      #expect(checker.problem == nil && checker.badNumbers.isEmpty, "\(values)")
    }
    #expect(MarkupChecker(DistributionChart(name: "", isDiscrete: false, x: [], values: []).svg()).problem == nil)
  }

  @Test func aHeatMapNamesItsLargestPair() {
    let map = HeatMap(
      title: "Mutual information", unit: "nats", names: ["a & b", "c", "d"],
      values: [[1.1, 0.5, 0.02], [0.5, 0.7, .nan], [0.02, .nan, 0.3]],
      doubtful: [[false, false, true], [false, false, false], [true, false, false]])
    let checker = MarkupChecker(map.svg())
    #expect(checker.problem == nil && checker.badNumbers.isEmpty)
    #expect(checker.text.contains("the largest is 0.5 nats between a & b and c"))
    #expect(checker.text.contains("(0.02)") && checker.elements["rect"] == 8)
    let many = HeatMap(
      title: "many", unit: "bits", names: (0..<100).map { "x\($0)" },
      values: (0..<100).map { row in (0..<100).map { Double(row * $0) } })
    #expect(MarkupChecker(many.svg()).problem == nil)
    #expect(MarkupChecker(HeatMap(title: "none", unit: "nats", names: [], values: []).svg()).problem == nil)
  }

  /// Tables of other sizes than the names leave cells blank, or out.
  @Test func aHeatMapOfOtherSizes() {
    for values in [[], [[1.0]], [[1, 2, 3], [2, 1], [3, 2, 1], [0, 0, 0, 0]]] {
      for doubtful in [[], [[true]], [[true, false], []]] {
        let map = HeatMap(title: "sizes", unit: "nats", names: ["a", "b"], values: values, doubtful: doubtful)
        #expect(MarkupChecker(map.svg()).problem == nil)
      }
    }
    let map = HeatMap(title: "sizes", unit: "nats", names: ["a", "b"], values: [[1, 2, 9], [2, 1], [9, 9, 9]])
    #expect(map.svg().contains("the largest is 2 nats between a and b") && !map.svg().contains("9 nats"))
  }

  /// Work in proportion to the cells: a look through all of them for each would take minutes.
  @Test(.timeLimit(.minutes(1))) func aLargeHeatMap() {
    let names = (0..<400).map { "x\($0)" }
    let values = names.indices.map { row in names.indices.map { Double(row ^ $0) } }
    #expect(HeatMap(title: "large", unit: "nats", names: names, values: values).svg().contains("</svg>"))
  }
}
