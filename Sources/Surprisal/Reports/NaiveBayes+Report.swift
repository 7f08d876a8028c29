import SurprisalCore
import SurprisalLatent
import SurprisalReporting

extension NaiveBayes {
  /// The classifier as one self-contained HTML page: what was told of which class, and the classes' columns.
  ///
  /// - Parameters:
  ///   - evaluation: how well it tells the classes of the rows that it was fitted to.
  ///   - title: the page's title.
  ///   - command: the command line that makes the same fit again, if there is one.
  public func htmlReport(evaluation: Evaluation, title: String = "Naive Bayes", command: String? = nil) -> String {
    var content = ModelReportContent(
      title: title,
      description:
        "A classifier by Bayes' theorem over \(columnNames.count.counted("column")), independent within each of "
        + "\(classCount) \(classCount == 1 ? "class" : "classes"), fitted to \(NumberText.grouped(evaluation.rowCount)) rows.",
      columnNames: columnNames)
    content.command = command
    (content.rowCount, content.totalWeight) = (evaluation.rowCount, Double(evaluation.rowCount))
    content.parameterCount = parameterCount
    content.headlines = [
      .init("of the fitted rows are told rightly", NumberText.percent(evaluation.accuracy)),
      .init("log loss per row, on the fitted rows", "\(NumberText.fixed(evaluation.logLoss.nats, 4)) nats"),
    ]
    content.figures = [
      ReportFigure(
        "What was told",
        HeatMap(
          title: "Rows by their class and the one that was told", unit: "rows", rowNames: classNames,
          columnNames: classNames, values: evaluation.confusion.map { $0.map(Double.init) }, colors: .fromZero,
          rowTitle: "class", columnTitle: "told"))
    ]
    content.figures += ComponentPictures(
      components: components, names: classNames, columnNames: columnNames, families: families, levels: levels
    ).figures(heading: "Classes")
    content.tables = [
      ComponentPictures.table(
        components, weights: classWeights, names: classNames, columnNames: columnNames, caption: "Classes")
    ]
    content.tableNote = ComponentPictures.note
    return ModelReport(content).html()
  }
}
