import SurprisalLatent
import SurprisalReporting

extension ModelFit {
  /// What a report says of any fit: the run, the evidence and the criteria; a model adds facts, figures and tables.
  ///
  /// - Parameters:
  ///   - title: the page's title.
  ///   - description: one sentence on what was fitted to what.
  ///   - columnNames: the names of the columns, [D].
  ///   - command: the command line that makes the same fit again, if there is one.
  ///   - isDensity: whether x has a density, which depends on its unit, rather than a probability.
  public func reportContent(
    title: String, description: String, columnNames: [String], command: String? = nil, isDensity: Bool = true
  ) -> ModelReportContent {
    var content = ModelReportContent(title: title, description: description, columnNames: columnNames)
    content.command = command
    content.isDensity = isDensity
    (content.rowCount, content.totalWeight) = (rowCount, totalWeight)
    content.parameterCount = parameterCount
    content.hasPrior = ledger.contains { $0.logPrior != 0 }
    content.settings = [
      .init("objective", content.hasPrior ? "maximum a posteriori" : "maximum likelihood, no prior")
    ]
    content.settings += ledger.reportSettings(
      starts: starts, polishedStarts: polishedStarts, seed: configuration.seed, engine: configuration.engine)
    (content.logLikelihood, content.objective) = (logLikelihood, objective)
    // A gap within what rounding can do is none.
    let gap = evidence.gap?.nats
    let isRounding = gap.map { $0.magnitude <= ledger.last?.roundingBound ?? 0 } ?? false
    (content.lowerBound, content.gap) = (isRounding ? logLikelihood : evidence.lowerBound.nats, isRounding ? 0 : gap)
    (content.bic, content.aic, content.icl) = (bic, aic, icl)
    (content.converged, content.iterations) = (converged, iterations)
    (content.startsAtBest, content.starts) = (startsAtBest, polishedStarts)
    content.seconds = seconds
    content.warnings = warnings
    content.ledger = ledger.reportIterations
    if let comparison {
      content.comparison = .init(
        sizeName: comparison.sizeName, criterion: comparison.criterion.rawValue.uppercased(),
        candidates: comparison.candidates.map {
          .init(size: $0.size, value: $0.value(comparison.criterion), failure: $0.failure)
        })
    }
    return content
  }
}

extension ModelFit where Model: FittedModel {
  /// What a report says of any fit, with the model's column names; see the form with `columnNames`.
  public func reportContent(
    title: String, description: String, command: String? = nil, isDensity: Bool = true
  ) -> ModelReportContent {
    reportContent(
      title: title, description: description, columnNames: model.columnNames, command: command, isDensity: isDensity)
  }
}
