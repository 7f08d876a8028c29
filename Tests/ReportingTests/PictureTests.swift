import Foundation
import SurprisalReporting
import Testing

/// The numbers in the pictures of models are those given, and no numbers break them.
@Suite struct PictureTests {
  private func checked(_ picture: some Picture) -> MarkupChecker {
    let checker = MarkupChecker(picture.svg())
    #expect(checker.problem == nil && checker.badNumbers.isEmpty)
    return checker
  }

  /// The numbers of the attribute `name` of all elements of a kind, in their order.
  private func numbers(_ name: String, of element: String, in checker: MarkupChecker) -> [Double] {
    checker.attributes.filter { $0.element == element }.compactMap { $0.values[name].flatMap(Double.init) }
  }

  /// The coordinates of a path with absolute and relative commands apart from each other.
  private func places(_ path: String) -> [Double] {
    path.split { !"-.0123456789".contains($0) }.compactMap { Double($0) }
  }

  private func paths(_ style: String, in checker: MarkupChecker) -> [String] {
    checker.attributes.filter { $0.element == "path" && $0.values["class"] == style }.compactMap { $0.values["d"] }
  }

  @Test func barsOfTheScreeChartAreSharesOfTheVariance() throws {
    let checker = checked(ScreeChart(variances: [3, 1], totalVariance: 5))
    // Two hundred pixels are 105 %: 60 % and 20 % are 114.29 and 38.1 pixels high.
    let heights = checker.attributes.filter { $0.values["class"] == "f0" && $0.values["height"] != "12" }
    #expect(heights.compactMap { $0.values["height"].flatMap(Double.init) } == [114.29, 38.1])
    #expect(checker.text.contains("component 1: 60.000 %, variance 3"))
    #expect(checker.text.contains("the first 2 together 80.00 %"))
    let kept = checked(ScreeChart(variances: [3, 1, 1], keptCount: 1))
    #expect(kept.text.contains("the first 1 together 60.00 %") && kept.text.contains("kept: 1"))
  }

  @Test func colorsOfAHeatMapAreTheNumbers() throws {
    func opacities(_ map: HeatMap) -> [String] {
      checked(map).attributes.compactMap { $0.element == "rect" ? $0.values["style"] : nil }
    }
    let names = ["r1", "r2"]
    let columns = ["a", "b", "c"]
    func map(_ values: [[Double]], _ colors: HeatMap.ColorScale) -> HeatMap {
      HeatMap(title: "t", unit: "u", rowNames: names, columnNames: columns, values: values, colors: colors)
    }
    #expect(
      opacities(map([[0, 0.5, 1], [0.25, .nan, 2]], .share))
        == [0.06, 0.48, 0.9, 0.27, 0.9].map {
          "fill-opacity:\(NumberText.fixed($0, 2))"
        })
    #expect(opacities(map([[0, 2, 4], [1, 1, 1]], .fromZero))[1] == "fill-opacity:0.48")
    // Counts are written whole, other numbers in three digits.
    let counts = checked(map([[18, 0, 120_345], [1, 1, 1]], .fromZero)).text
    #expect(counts.contains("18") && counts.contains("120,345 u") && !counts.contains(".0"), "\(counts)")
    #expect(checked(map([[18, 0.5, 4], [1, 1, 1]], .fromZero)).text.contains("18.0"))
    #expect(
      opacities(map([[1, 20, 5], [3, 10, 5]], .columnwise))
        == [0.06, 0.9, 0.06, 0.9, 0.06, 0.06].map {
          "fill-opacity:\(NumberText.fixed($0, 2))"
        })
    let signed = checked(map([[-4, 2, 0], [1, 1, 1]], .signed))
    let colors = signed.attributes.compactMap { $0.element == "rect" ? $0.values["class"] : nil }
    #expect(colors.filter { $0.hasPrefix("f") } == ["f1", "f0", "f0", "f0", "f0", "f0"])
    #expect(signed.text.contains("−4.00") && signed.text.contains("fullest at ±4.00"))
    #expect(signed.text.contains("2 rows and 3 columns; the largest is 2 u for r1, b."))
  }

  @Test func transitionsHaveExpectedStays() {
    let checker = checked(
      HeatMap(transitions: [[0.75, 0.25, 0], [0, 1, 0], [0.1, .nan]], stateNames: ["dry"]))
    for text in ["expected stay, steps", "dry", "state 2", "for ever", "from", "to"] {
      #expect(checker.text.contains(text), "\(text)")
    }
    #expect(HeatMap(transitions: [[0.75, 0.25], [0.5, 0.5]], stateNames: []).notes == ["4", "2"])
    #expect(HeatMap(transitions: [], stateNames: []).notes.isEmpty)
  }

  @Test func pixelsStandWhereTheyBelong() throws {
    var image = [Double](repeating: 0, count: 36)
    image[3 * 6 + 2] = 1
    image[3 * 6 + 3] = 1
    image[35] = 0.5
    let grid = ImageGrid(title: "t", unit: "p", names: ["one"], images: [image], pixelWidth: 6)
    let drawn = checked(grid).attributes.filter { $0.element == "path" }
    #expect(drawn.compactMap { $0.values["d"] } == ["M5 5.5h1", "M2 3.5h2"])
    #expect(drawn.compactMap { $0.values["style"] }.map { $0.hasSuffix("stroke-opacity:0.500") } == [true, false])
    #expect(ImageGrid.side(ofColumns: 784) == 28 && ImageGrid.side(ofColumns: 36) == 6)
    #expect(ImageGrid.side(ofColumns: 25) == nil && ImageGrid.side(ofColumns: 63) == nil)
    // Larger images are drawn in blocks: 128 × 128 pixels as 64 × 64 means.
    let large = ImageGrid(
      title: "t", unit: "p", names: [], images: [(0..<16_384).map { Double($0 % 2) }], pixelWidth: 128, range: 0...1)
    let half = checked(large).attributes.filter { $0.element == "path" }
    #expect(half.count == 1 && half[0].values["style"]?.hasSuffix("stroke-opacity:0.500") == true)
  }

  @Test func barsAreAsHighAsTheirNumbers() throws {
    let chart = BarChart(
      title: "Levels", unit: "probability", categoryTitle: "island", categories: ["x", "y"],
      series: [.init("1", [1, 0.5]), .init("2", [.nan, 0.25])])
    let checker = checked(chart)
    let first = places(try #require(paths("f0", in: checker).first))
    let second = places(try #require(paths("f1", in: checker).first))
    // M left zero V top h width V zero: the height is zero − top, 200 pixels for 1.05.
    let heights = [first[1] - first[2], first[6] - first[7], second[1] - second[2]]
    for (height, value) in zip(heights, [1, 0.5, 0.25]) { #expect(abs(height - value * 200 / 1.05) < 0.02) }
    #expect(second.count == 5 && checker.text.contains("1: largest 1 for x; 2: largest 0.25 for y"))
    let negative = checked(
      BarChart(
        title: "n", unit: "u", categoryTitle: "", categories: ["a", "b"], series: [.init("", [-1, -3])]))
    #expect(negative.text.contains("largest -1 for a"))
  }

  @Test func intervalsAreTheirNumbers() throws {
    let chart = IntervalChart(
      title: "Means", groupNames: ["s1", "s2", "s3"],
      panels: [.init("waiting, min", centers: [0, 1, 4], deviations: [0.5, 1, 2])])
    let checker = checked(chart)
    let centers = numbers("cx", of: "circle", in: checker)
    #expect(centers.count == 3)
    #expect(abs((centers[1] - centers[0]) / (centers[2] - centers[0]) - 0.25) < 1e-3)
    let unit = centers[1] - centers[0]
    let ends = places(try #require(paths("s2", in: checker).first))
    #expect(abs(ends[2] - ends[0] - 4 * unit) < 0.05 && abs(ends[0] - (centers[2] - 2 * unit)) < 0.05)
    #expect(checker.text.contains("waiting, min: s1 0 ± 0.5, s2 1 ± 1, s3 4 ± 2."))
  }

  @Test func scoresAndArrowsShareOneScale() throws {
    let plot = Biplot(
      scores: [[-2, -1], [2, -1], [0, 3]], loadings: [[1, 0], [0, -0.5], [0.3, 0.4]], columnNames: ["a", "b"],
      axisTitles: ["component 1 (70 %)"])
    let checker = checked(plot)
    let dots = places(try #require(paths("s0", in: checker).first))
    // M x y h 0, three times.
    let (a, b, c) = ((x: dots[0], y: dots[1]), (x: dots[3], y: dots[4]), (x: dots[6], y: dots[7]))
    let unit = (b.x - a.x) / 4
    #expect(abs(a.y - b.y) < 0.02 && abs((a.y - c.y) / 4 - unit) < 0.02 && abs(c.x - (a.x + b.x) / 2) < 0.02)
    let arrows = checker.attributes.filter { $0.values["style"]?.contains("linecap:round") == true }
      .compactMap { $0.values["d"] }.map(places)
    #expect(arrows.count == 3)
    let lengths = arrows.map { hypot($0[2] - $0[0], $0[3] - $0[1]) }
    #expect(abs(lengths[1] / lengths[0] - 0.5) < 1e-3 && abs(lengths[2] / lengths[0] - 0.5) < 1e-3)
    // The origin is where scores of 0 are, and the note says by what loadings were multiplied.
    #expect(abs(arrows[0][0] - c.x) < 0.02 && abs(arrows[0][1] - (a.y - unit)) < 0.02)
    let factor = try #require(checker.text.firstMatch(of: /loadings × ([0-9.]+)\./)?.1)
    #expect(abs((Double(factor) ?? 0) * unit - lengths[0]) < 0.01 * lengths[0])
    #expect(checker.text.contains("column 3") && checker.text.contains("component 1 (70 %)"))
  }

  @Test func statesOverTimeAreTheirProbabilities() throws {
    var chart = StatePathChart(stateNames: ["dry", "wet"], probabilities: [1, 0, 0.75, 0.25, 0, 1, 0, 1])
    chart.path = [0, 0, 1, 1]
    chart.values = [1, 3, 2, .nan]
    chart.valueName = "rain, mm"
    chart.sequenceStarts = [0, 2, 9]
    let checker = checked(chart)
    // The first area steps from its upper edge (1) to 0.75 and 0 of 130 pixels; frames are 674 pixels wide.
    let area = try #require(paths("f0", in: checker).first)
    let top = 56.0 + 190
    let expected = "M76 \(Int(top))H244.5V\(top + 32.5)H413V\(Int(top + 130))H750"
    #expect(area.hasPrefix(expected), "\(area)")
    #expect(checker.text.contains("rain, mm") && checker.text.contains("in 3 of them one state has more"))
    #expect(checker.text.contains("step, 4 steps"))
    // Each state has a run of two steps, whose middle bears its name.
    let names = checker.attributes.filter { $0.values["class"] == "halo" }.compactMap { $0.values["x"] }
    #expect(names == ["244.5", "581.5"])
    let starts = checker.attributes.filter { $0.values["style"]?.contains("dasharray:3 3") == true }
    #expect(starts.compactMap { $0.values["d"] }.map { places($0)[0] } == [413])
  }

  @Test func longSequencesAreDrawnInStretches() {
    let count = 100_003
    var chart = StatePathChart(
      stateNames: ["a", "b"],
      probabilities: (0..<count).flatMap { $0 % 2 == 0 ? [1.0, 0.0] : [0.5, 0.5] })
    chart.values = (0..<count).map(Double.init)
    chart.path = (0..<count).map { $0 % 3 / 2 }
    chart.stepCount = 1_000_000
    let svg = chart.svg()
    let checker = checked(chart)
    #expect(checker.text.contains("the first 100,003 of 1,000,000 steps"))
    #expect(checker.text.contains("Drawn in 640 stretches: mean probabilities and the range of the data."))
    #expect(svg.utf8.count < 120_000)
  }
}
