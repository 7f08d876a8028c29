import Surprisal

extension GaussianMixtureFit {
  private static let shownRows = 2_000

  /// The page that `--report` writes.
  func report(
    of rows: RowMatrix, weights: [Double]?, sourceName: String, command: String,
    candidates: [MixtureCandidate]
  ) throws -> MixtureReport {
    var content = MixtureReportContent(
      title: "Gaussian mixture of \(sourceName)", columnNames: model.columnNames, components: components)
    content.command = command
    content.rowCount = rowCount
    content.totalWeight = totalWeight
    content.covarianceModel = model.covarianceModel.rawValue
    content.parameterCount = model.parameterCount
    content.settings = settings
    content.logLikelihood = logLikelihood
    content.objective = objective
    content.hasPrior = configuration.prior != nil
    content.lowerBound = evidence.lowerBound.nats
    content.gap = evidence.gap?.nats ?? .nan
    (content.bic, content.aic, content.icl) = (bic, aic, icl)
    (content.converged, content.iterations) = (converged, iterations)
    (content.startsAtBest, content.starts) = (startsAtBest, starts)
    content.seconds = seconds
    content.ledger = ledger.enumerated().map { index, entry in
      MixtureReportContent.Iteration(
        entry, reachedBy: entry.step, isLast: index == ledger.count - 1, hasPrior: content.hasPrior)
    }
    content.candidates = candidates.map {
      .init(
        components: $0.components, covarianceModel: $0.covarianceModel.rawValue, bic: $0.bic,
        failure: $0.failure)
    }
    content.warnings = warnings
    let sample = try GaussianMixtureFit.evenRows(of: rows, atMost: GaussianMixtureFit.shownRows)
    content.sampleRows = (0..<sample.rowCount).map(sample.row)
    let responsibilities = try model.responsibilities(of: sample)
    content.sampleResponsibilities = (0..<sample.rowCount).map(responsibilities.row)
    content.histograms = GaussianMixtureFit.histograms(of: rows, weights: weights)
    return MixtureReport(content)
  }

  private var components: [MixtureReportContent.Component] {
    (0..<model.componentCount).map {
      .init(weight: model.weights[$0], mean: model.means[$0], covariance: model.covariances[$0])
    }
  }

  private var settings: [MixtureReportContent.Fact] {
    let engine = configuration.engine
    return [
      .init("seed", "\(configuration.seed)"), .init("starts", "\(starts)"),
      .init("tolerance", "\(NumberText.general(engine.tolerance)) nats per row"),
      .init("acceleration", engine.acceleration.rawValue),
      .init("on collapse", configuration.collapsePolicy.rawValue),
      .init(
        "prior",
        configuration.prior.map {
          "α = \($0.weightConcentration), κ = \($0.meanStrength), ν − D − 1 = \($0.covarianceStrength)"
        } ?? "none: maximum likelihood"),
    ]
  }

  /// At most `limit` rows at even distances.
  private static func evenRows(of rows: RowMatrix, atMost limit: Int) throws -> RowMatrix {
    guard rows.rowCount > limit else { return rows }
    var values: [Double] = []
    values.reserveCapacity(limit * rows.columnCount)
    for index in 0..<limit {
      let place = index.multipliedReportingOverflow(by: rows.rowCount)
      values += rows.row(place.overflow ? index : place.partialValue / limit)
    }
    return try RowMatrix(values, columnCount: rows.columnCount)
  }

  /// The counts of all rows for the first columns.
  private static func histograms(of rows: RowMatrix, weights: [Double]?) -> [Int: Histogram] {
    var histograms: [Int: Histogram] = [:]
    let columns = rows.columnCount
    rows.withUnsafeValues { base in
      for column in 0..<min(columns, 50) {
        var low = Double.infinity
        var high = -Double.infinity
        for row in 0..<rows.rowCount {
          low = min(low, base[row * columns + column])
          high = max(high, base[row * columns + column])
        }
        var histogram = Histogram(from: low, through: high, rowCount: rows.rowCount)
        for row in 0..<rows.rowCount {
          histogram.add(base[row * columns + column], weight: weights?[row] ?? 1)
        }
        histograms[column] = histogram
      }
    }
    return histograms
  }
}

extension MixtureReportContent.Iteration {
  fileprivate init(
    _ entry: LedgerEntry, reachedBy step: LedgerEntry.Step, isLast: Bool, hasPrior: Bool
  ) {
    self.init(
      number: entry.iteration, isExtrapolated: step == .extrapolation, objective: entry.objective,
      lowerBound: entry.lowerBound + entry.logPrior, gap: entry.gap,
      boundAfterMaximization: isLast ? nil : entry.objectiveAfterMaximization,
      roundingBound: entry.roundingBound)
  }
}
