import SurprisalCore
import SurprisalLatent
import SurprisalReporting

/// Pictures of components or classes whose columns each have a distribution of their own.
struct ComponentPictures {
  /// [K][D].
  var components: [[ColumnDistribution]]
  var names: [String]
  var columnNames: [String]
  var families: [ColumnFamily]
  var levels: [[String]?]

  /// More charts of levels would fill the page.
  private static let mostLevelCharts = 12

  /// What the cells of `table` say.
  static let note =
    "Bernoulli: p(1); categorical: the probability of every level; others: the mean, normal columns with their "
    + "standard deviation, in the unit of the column."

  /// Images where the columns form one, else means and levels column by column.
  func figures(heading: String) -> [ReportFigure] { images(heading) ?? profiles(heading) }

  /// Columns that form a square image, all Bernoulli, Poisson or normal.
  private func images(_ heading: String) -> [ReportFigure]? {
    guard let side = ImageGrid.side(ofColumns: columnNames.count), let family = families.first,
      families.allSatisfy({ $0 == family }), family == .bernoulli || family == .poisson || family == .normal
    else { return nil }
    let grid = ImageGrid(
      title: "\(heading) as images", unit: family == .bernoulli ? "p(pixel = 1)" : "mean of the pixel",
      names: names, images: components.map { $0.map(\.mean) }, pixelWidth: side)
    return [ReportFigure(heading, grid)]
  }

  private func profiles(_ heading: String) -> [ReportFigure] {
    var figures: [ReportFigure] = []
    let numbers = families.indices.filter { if case .categorical = families[$0] { false } else { true } }
    if !numbers.isEmpty {
      let isShare = numbers.allSatisfy { families[$0] == .bernoulli }
      figures.append(
        ReportFigure(
          heading,
          HeatMap(
            title: isShare ? "p(1) of every column" : "Mean of every column", unit: isShare ? "probability" : "",
            rowNames: names, columnNames: numbers.map { columnNames[$0] },
            values: components.map { component in numbers.map { component[$0].mean } },
            colors: isShare ? .share : .columnwise)))
    }
    let words = families.indices.filter { !numbers.contains($0) }
    for (index, column) in words.prefix(Self.mostLevelCharts).enumerated() {
      let probabilities = components.map { component -> [Double] in
        if case .categorical(let values) = component[column] { values } else { [] }
      }
      let categories = levels[column] ?? (probabilities.first ?? []).indices.map { "\($0)" }
      figures.append(
        ReportFigure(
          index == 0 ? "Levels" : nil,
          BarChart(
            title: "\(columnNames[column]) in \(heading.lowercased())", unit: "probability",
            categoryTitle: columnNames[column], categories: categories,
            series: names.indices.map { .init(names[$0], probabilities[$0]) })))
    }
    return figures
  }

  /// Every distribution in one table.
  static func table(
    _ components: [[ColumnDistribution]], weights: [Double], names: [String], columnNames: [String], caption: String
  ) -> ReportTable {
    ReportTable(
      caption: caption, header: ["", "share"] + columnNames,
      rows: components.enumerated().map { k, component in
        [names[k], NumberText.fixed(weights[k], 6)] + component.map(cell)
      }, components: Array(components.indices), leadingColumns: 2)
  }

  private static func cell(_ distribution: ColumnDistribution) -> String {
    switch distribution {
    case .categorical(let probabilities): probabilities.map { NumberText.fixed($0, 3) }.joined(separator: " ")
    case .normal(let mean, let variance):
      "\(NumberText.general(mean, 6)) ± \(NumberText.general(variance.squareRoot(), 4))"
    case .bernoulli(let probability): NumberText.fixed(probability, 4)
    case .poisson, .geometric, .exponential: NumberText.general(distribution.mean, 6)
    }
  }
}
