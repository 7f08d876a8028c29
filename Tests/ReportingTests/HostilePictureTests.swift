import SurprisalReporting
import Testing

/// No numbers, names or shapes break a picture or make it large.
@Suite struct HostilePictureTests {
  private static let hard: [Double] = [
    .nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, 0, -1, 1e-300,
  ]
  private static let names = [SampleContent.hostileName, "", String(repeating: "long ", count: 100)]

  /// Every kind of picture with these groups (components, states) and columns; `value` gives each number.
  private static func pictures(
    groups: [String], columns: [String], rowCount: Int, _ value: (Int, Int) -> Double
  ) -> [any Picture] {
    let table = groups.indices.map { group in columns.indices.map { value(group, $0) } }
    let square = groups.indices.map { group in groups.indices.map { value(group, $0) } }
    let title = columns.first ?? ""
    var all: [any Picture] = [HeatMap.ColorScale.fromZero, .share, .signed, .columnwise].map {
      HeatMap(title: title, unit: title, rowNames: groups, columnNames: columns, values: table, colors: $0)
    }
    let transposed = columns.indices.map { column in groups.indices.map { value($0, column) } }
    all.append(
      HeatMap(
        title: title, unit: title, rowNames: columns, columnNames: groups, values: transposed, colors: .signed))
    if groups.count <= 100 {
      all.append(HeatMap(title: title, unit: title, names: groups, values: square, doubtful: [[true], []]))
    }
    all.append(HeatMap(transitions: square, stateNames: groups))
    all.append(ImageGrid(title: title, unit: title, names: groups, images: table, pixelWidth: 8))
    all.append(ImageGrid(title: title, unit: title, names: groups, images: table, pixelWidth: .max))
    all.append(
      BarChart(
        title: title, unit: title, categoryTitle: title, categories: columns,
        series: zip(groups, table).map { .init($0, $1) }))
    all.append(
      IntervalChart(
        title: title, groupNames: groups,
        panels: columns.indices.map { column in
          .init(columns[column], centers: transposed[column], deviations: transposed[column].reversed())
        }))
    all.append(ScreeChart(variances: table.first ?? [], keptCount: 2))
    all.append(ScreeChart(variances: table.first ?? [], totalVariance: value(0, 0), keptCount: -1))
    var plot = Biplot(
      scores: (0..<rowCount).map { [value($0, 0), value($0, 1)] }, loadings: transposed, columnNames: columns,
      axisTitles: columns)
    all.append(plot)
    plot.groups = [-1, 7, .max]
    plot.groupNames = groups
    all.append(plot)
    var states = StatePathChart(
      stateNames: groups, probabilities: (0..<rowCount).flatMap { row in groups.indices.map { value(row, $0) } })
    all.append(states)
    states.values = (0..<rowCount).map { value($0, 0) }
    states.path = (0..<rowCount).map { $0 % 3 == 0 ? -1 : $0 % 5 }
    states.valueName = title
    states.sequenceStarts = [-3, 1, 1_000_000]
    all.append(states)
    all.append(
      ResponsibilityChart(
        responsibilities: (0..<rowCount).map { row in groups.indices.map { value(row, $0) } },
        componentCount: groups.count, rowCount: rowCount))
    return all
  }

  private func check(_ pictures: [any Picture], _ comment: String, atMost limit: Int = 1_500_000) {
    for (index, picture) in pictures.enumerated() {
      let svg = picture.svg()
      let checker = MarkupChecker(svg)
      #expect(checker.problem == nil, "\(comment) \(index)")
      #expect(checker.badNumbers.isEmpty, "\(comment) \(index)")
      #expect(checker.elements["script"] == nil && checker.elements["desc"] == 1, "\(comment) \(index)")
      #expect(svg.utf8.count < limit, "\(comment) \(index): \(svg.utf8.count)")
    }
  }

  @Test(arguments: hard) func everyNumberTheSame(value: Double) {
    check(Self.pictures(groups: Self.names, columns: Self.names, rowCount: 5) { _, _ in value }, "\(value)")
  }

  @Test func hardNumbersMixed() {
    for offset in Self.hard.indices {
      let columns = (0..<7).map { "column \($0)" }
      let pictures = Self.pictures(groups: Self.names, columns: columns, rowCount: 700) { row, column in
        Self.hard[(row * 4 + column + offset) % Self.hard.count]
      }
      check(pictures, "mixed from \(offset)")
    }
  }

  @Test(arguments: [(0, 0, 0), (1, 0, 1), (0, 3, 2), (1, 1, 1), (2, 1, 0), (5, 64, 1)])
  func fewOrNone(groups: Int, columns: Int, rows: Int) {
    let pictures = Self.pictures(
      groups: (0..<groups).map { "g\($0)" }, columns: (0..<columns).map { "c\($0)" }, rowCount: rows
    ) { Double($0 + $1) }
    check(pictures, "\(groups) \(columns) \(rows)")
  }

  /// Large models are shown in part, which the picture says.
  @Test(arguments: [(3, 10_000, 10), (10, 10_000, 100), (200, 784, 3_000), (20, 40, 30_000)])
  func large(groups: Int, columns: Int, rows: Int) {
    let pictures = Self.pictures(
      groups: (0..<groups).map { "g\($0)" }, columns: (0..<columns).map { "c\($0)" }, rowCount: rows
    ) { Double(($0 * 7 + $1 * 13) % 101) / 100 }
    check(pictures, "\(groups) × \(columns)")
  }

  @Test func whatIsShownInPartSaysSo() {
    let columns = (0..<10_000).map { "c\($0)" }
    let table = (0..<2).map { row in columns.indices.map { $0 == 9_999 && row == 1 ? 9 : 1 / Double($0 + 2) } }
    let map = HeatMap(
      title: "t", unit: "u", rowNames: ["a", "b"], columnNames: columns, values: table, colors: .fromZero)
    let text = MarkupChecker(map.svg()).text
    #expect(text.contains("the 120 that differ most of 10,000 columns") && text.contains("c9999"))
    let bars = BarChart(
      title: "t", unit: "u", categoryTitle: "c", categories: columns, series: [.init("", table[0])])
    #expect(MarkupChecker(bars.svg()).text.contains("the first 64 of 10,000 categories"))
    let panels = columns.indices.map {
      IntervalChart.Panel(columns[$0], centers: [0, $0 == 5_000 ? 1 : 0], deviations: [1, 1])
    }
    let intervals = MarkupChecker(IntervalChart(title: "t", groupNames: ["a", "b"], panels: panels).svg()).text
    #expect(intervals.contains("the 12 of 10,000 columns that differ most") && intervals.contains("c5000"))
    let plot = Biplot(
      scores: [[1, 1]], loadings: columns.indices.map { [Double($0), 1] }, columnNames: columns, axisTitles: [])
    let arrows = MarkupChecker(plot.svg()).text
    #expect(arrows.contains("the 20 longest of 10,000 columns") && arrows.contains("c9980"))
    let images = ImageGrid(
      title: "t", unit: "u", names: [], images: (0..<100).map { _ in [Double](repeating: 1, count: 36) },
      pixelWidth: 6)
    #expect(MarkupChecker(images.svg()).text.contains("Shown are the first 60 of 100"))
    let scree = MarkupChecker(ScreeChart(variances: table[0]).svg()).text
    #expect(scree.contains("Shown are the first 60 of 10,000"))
  }
}
