import SurprisalCore
import SurprisalLatent
import SurprisalReporting

extension GaussianMixtureFit {
  /// The fit as one self-contained HTML page: charts, parameters, evidence and ledger, with units.
  ///
  /// - Parameters:
  ///   - rows: the rows that were fitted, n × D.
  ///   - weights: their weights, if they had any, [n].
  ///   - title: the page's title.
  ///   - command: the command line that makes the same fit again, if there is one.
  /// - Throws: a data error for rows with other columns than the model's or numbers that are not finite.
  public func htmlReport(
    rows: RowMatrix, weights: [Double]? = nil, title: String = "Gaussian mixture", command: String? = nil
  ) throws -> String {
    try MixtureReport(reportContent(rows: rows, weights: weights, title: title, command: command)).html()
  }

  /// The rows with the components' ellipses above the staircase of EM, as one SVG document.
  ///
  /// Parameters and errors are those of `htmlReport`.
  public func svgFigure(
    rows: RowMatrix, weights: [Double]? = nil, title: String = "Gaussian mixture"
  ) throws -> String {
    try StaticFigure(reportContent(rows: rows, weights: weights, title: title, command: nil)).svg()
  }

  /// What a report says of the fit, as plain values; parameters and errors are those of `htmlReport`.
  ///
  /// Charts show at most 2,000 rows, chosen evenly by a fixed seed; histograms count all of them.
  public func reportContent(
    rows: RowMatrix, weights: [Double]? = nil, title: String, command: String?
  ) throws -> MixtureReportContent {
    let (means, covariances) = (model.means, model.covariances)
    let (rows, weights, incomplete) = try RowSample.complete(rows, weights, missing: configuration.missingCells)
    var content = MixtureReportContent(
      title: title, columnNames: model.columnNames,
      components: model.weights.indices.map {
        .init(weight: model.weights[$0], mean: means[$0], covariance: covariances[$0])
      })
    content.command = command
    (content.rowCount, content.totalWeight) = (rowCount, totalWeight)
    content.covarianceModel = model.covarianceModel.rawValue
    content.parameterCount = model.parameterCount
    content.settings = reportSettings
    (content.logLikelihood, content.objective) = (logLikelihood, objective)
    content.hasPrior = configuration.prior != nil
    // A gap within what rounding can do is none.
    let gap = evidence.gap?.nats ?? .nan
    let isRounding = gap.magnitude <= ledger.last?.roundingBound ?? 0
    (content.lowerBound, content.gap) = isRounding ? (logLikelihood, 0) : (evidence.lowerBound.nats, gap)
    (content.bic, content.aic, content.icl) = (bic, aic, icl)
    (content.converged, content.iterations) = (converged, iterations)
    (content.startsAtBest, content.starts) = (startsAtBest, polishedStarts)
    content.seconds = seconds
    content.warnings = warnings
    if incomplete > 0 {
      content.warnings.append(
        NumberText.grouped(incomplete)
          + (incomplete == 1 ? " row with missing cells is" : " rows with missing cells are")
          + " not in the charts")
    }
    content.ledger = ledger.reportIterations
    content.candidates = selection.map {
      .init(
        components: $0.components, covarianceModel: $0.covarianceModel.rawValue, bic: $0.bic,
        failure: $0.failure)
    }
    let sample = try RowSample.rows(of: rows, atMost: 2_000)
    let responsibilities = try model.responsibilities(of: sample)
    content.sampleRows = (0..<sample.rowCount).map(sample.row)
    content.sampleResponsibilities = (0..<sample.rowCount).map(responsibilities.row)
    for column in content.chartColumns {
      content.histograms[column] = RowSample.histogram(of: column, in: rows, weights: weights)
    }
    return content
  }

  private var reportSettings: [ModelReportContent.Fact] {
    let prior = configuration.prior.map {
      "maximum a posteriori: α = \($0.weightConcentration), κ = \($0.meanStrength), "
        + "ν − D − 1 = \($0.covarianceStrength), scale \($0.scale)"
    }
    return [.init("objective", prior ?? "maximum likelihood, no prior")]
      + ledger.reportSettings(
        starts: starts, polishedStarts: polishedStarts, seed: configuration.seed, engine: configuration.engine)
      + [.init("on collapse", configuration.collapsePolicy.rawValue)]
  }
}
