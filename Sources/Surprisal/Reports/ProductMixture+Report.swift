import SurprisalCore
import SurprisalLatent
import SurprisalReporting

extension ModelFit<ProductMixture> {
  /// The fit as one self-contained HTML page: evidence, ledger and the components' columns, with units.
  ///
  /// Columns that form a square image of at least 6 × 6 pixels, all Bernoulli, Poisson or normal, are shown as one.
  ///
  /// - Parameters:
  ///   - title: the page's title.
  ///   - command: the command line that makes the same fit again, if there is one.
  public func htmlReport(title: String = "Mixture", command: String? = nil) throws -> String {
    let K = model.componentCount
    var content = reportContent(
      title: title,
      description: "A mixture of \(K) component\(K == 1 ? "" : "s") over \(model.columnCount) columns that are "
        + "independent within a component, fitted by EM to \(NumberText.grouped(rowCount)) rows.",
      command: command, isDensity: model.families.contains { $0 == .normal || $0 == .exponential })
    content.facts.append(.init("components", "\(K)"))
    let names = (1...K).map { "component \($0) (\(NumberText.percent(model.weights[$0 - 1])))" }
    content.figures = images(names) ?? profiles(names)
    content.tables = [parameterTable]
    content.tableNote =
      "Bernoulli: p(1); categorical: the probability of every level; others: the mean, normal columns "
      + "with their standard deviation, in the unit of the column."
    return ModelReport(content).html()
  }

  private func images(_ names: [String]) -> [ReportFigure]? {
    guard let side = ImageGrid.side(ofColumns: model.columnCount),
      let family = model.families.first, model.families.allSatisfy({ $0 == family }),
      family == .bernoulli || family == .poisson || family == .normal
    else { return nil }
    let grid = ImageGrid(
      title: "The components as images", unit: family == .bernoulli ? "p(pixel = 1)" : "mean of the pixel",
      names: names, images: model.components.map { $0.map(\.mean) }, pixelWidth: side)
    return [ReportFigure("Components", grid)]
  }

  private func profiles(_ names: [String]) -> [ReportFigure] {
    let components = model.components
    var figures: [ReportFigure] = []
    let numbers = model.families.indices.filter { if case .categorical = model.families[$0] { false } else { true } }
    if !numbers.isEmpty {
      let isShare = numbers.allSatisfy { model.families[$0] == .bernoulli }
      figures.append(
        ReportFigure(
          "Components",
          HeatMap(
            title: isShare ? "p(1) of every column" : "Mean of every column", unit: isShare ? "probability" : "",
            rowNames: names, columnNames: numbers.map { model.columnNames[$0] },
            values: components.map { component in numbers.map { component[$0].mean } },
            colors: isShare ? .share : .columnwise)))
    }
    let words = model.families.indices.filter { !numbers.contains($0) }
    for (index, column) in words.prefix(12).enumerated() {
      let levels = model.levels[column] ?? (0..<(levelProbabilities(0, column).count)).map { "\($0)" }
      figures.append(
        ReportFigure(
          index == 0 ? "Levels" : nil,
          BarChart(
            title: "\(model.columnNames[column]) in every component", unit: "probability",
            categoryTitle: model.columnNames[column], categories: levels,
            series: names.indices.map { .init(names[$0], levelProbabilities($0, column)) })))
    }
    return figures
  }

  private func levelProbabilities(_ component: Int, _ column: Int) -> [Double] {
    if case .categorical(let probabilities) = model.components[component][column] { probabilities } else { [] }
  }

  private var parameterTable: ReportTable {
    let components = model.components
    return ReportTable(
      caption: "Parameters", header: ["component", "weight"] + model.columnNames,
      rows: components.enumerated().map { k, component in
        ["\(k + 1)", NumberText.fixed(model.weights[k], 6)] + component.map(cell)
      }, components: Array(components.indices))
  }

  private func cell(_ distribution: ColumnDistribution) -> String {
    switch distribution {
    case .categorical(let probabilities): probabilities.map { NumberText.fixed($0, 3) }.joined(separator: " ")
    case .normal(let mean, let variance):
      "\(NumberText.general(mean, 6)) ± \(NumberText.general(variance.squareRoot(), 4))"
    case .bernoulli(let probability): NumberText.fixed(probability, 4)
    case .poisson, .geometric, .exponential: NumberText.general(distribution.mean, 6)
    }
  }
}
