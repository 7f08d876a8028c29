/// A report on a fitted Gaussian mixture as one HTML page that needs nothing beside itself; see `ModelReport`.
public struct MixtureReport: Sendable {
  /// What the report says.
  public var content: MixtureReportContent

  /// A report that says `content`.
  public init(_ content: MixtureReportContent) { self.content = content }

  /// The page as UTF-8 text.
  public func html() -> String { ModelReport(content.general).html() }
}

extension MixtureReportContent {
  /// The content of the page: charts and tables made from the components.
  var general: ModelReportContent {
    var general = ModelReportContent(title: title, description: sentence, columnNames: columnNames)
    general.command = command
    general.columnCount = columnCount
    (general.rowCount, general.totalWeight) = (rowCount, totalWeight)
    general.facts = [.init("components", "\(components.count)"), .init("covariance model", covarianceModel)]
    general.parameterCount = parameterCount
    general.settings = settings
    (general.logLikelihood, general.objective, general.hasPrior) = (logLikelihood, objective, hasPrior)
    (general.lowerBound, general.gap) = (lowerBound, gap)
    (general.bic, general.aic, general.icl) = (bic, aic, icl)
    (general.converged, general.iterations) = (converged, iterations)
    (general.startsAtBest, general.starts) = (startsAtBest, starts)
    general.seconds = seconds
    general.ledger = ledger
    general.warnings = warnings
    general.figures = figures
    general.comparison.candidates = candidates.map {
      .init(size: $0.components, kind: $0.covarianceModel, value: $0.bic, failure: $0.failure)
    }
    general.tableNote = parameterNote
    general.tables = parameterTables
    return general
  }

  private var sentence: String {
    let (count, columns) = (components.count, columnCount)
    return "A mixture of \(count) Gaussian component\(count == 1 ? "" : "s") "
      + "(covariance model \(covarianceModel)) "
      + "fitted by EM to \(NumberText.grouped(rowCount)) rows × \(columns) "
      + "column\(columns == 1 ? "" : "s")."
  }

  private var figures: [ReportFigure] {
    var figures = [ReportFigure("Rows and components", ScatterChart(self), note: sampleNote)]
    let responsibilities = ResponsibilityChart(self)
    if !responsibilities.isEmpty {
      figures.append(ReportFigure("Which component answers for which row", responsibilities))
    }
    return figures
  }

  private var sampleNote: String? {
    guard rowCount > sampleRows.count else { return nil }
    return "Shown are \(NumberText.grouped(sampleRows.count)) of \(NumberText.grouped(rowCount)) rows, "
      + "chosen evenly over the file."
  }
}
