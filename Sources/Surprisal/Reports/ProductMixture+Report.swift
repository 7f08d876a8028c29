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
  public func htmlReport(title: String = "Mixture", command: String? = nil) -> String {
    let K = model.componentCount
    var content = reportContent(
      title: title,
      description: "A mixture of \(K.counted("component")) over \(model.columnCount.counted("column")), "
        + "independent within a component, fitted by EM to \(NumberText.grouped(rowCount)) rows.",
      command: command, isDensity: model.families.contains { $0 == .normal || $0 == .exponential })
    content.facts.append(.init("components", "\(K)"))
    content.figures = ComponentPictures(
      components: model.components,
      names: (1...K).map { "component \($0) (\(NumberText.percent(model.weights[$0 - 1])))" },
      columnNames: model.columnNames, families: model.families, levels: model.levels
    ).figures(heading: "Components")
    content.tables = [
      ComponentPictures.table(
        model.components, weights: model.weights, names: (1...K).map { "\($0)" }, columnNames: model.columnNames,
        caption: "Parameters")
    ]
    content.tableNote = ComponentPictures.note
    return ModelReport(content).html()
  }
}
