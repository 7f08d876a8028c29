import SurprisalCore
import SurprisalLatent
import SurprisalReporting

extension PrincipalComponentsFit {
  /// The components as one self-contained HTML page: explained variance, biplot and loadings, with units.
  ///
  /// - Parameters:
  ///   - rows: the rows that were fitted, n × D.
  ///   - title: the page's title.
  ///   - command: the command line that makes the same fit again, if there is one.
  /// - Throws: a data error for rows with other columns than the model's or numbers that are not finite.
  public func htmlReport(
    rows: RowMatrix, title: String = "Principal components", command: String? = nil
  ) throws -> String {
    var content = ModelReportContent(
      title: title,
      description:
        "\(model.description), by eigenvectors of the \(model.isStandardized ? "correlation" : "covariance") "
        + "matrix of \(NumberText.grouped(rowCount)) rows.",
      columnNames: model.columnNames)
    content.command = command
    (content.rowCount, content.totalWeight) = (rowCount, totalWeight)
    let share = model.explainedVarianceRatio.reduce(0, +)
    content.headlines = [
      .init("of the variance of all columns explained", NumberText.percent(share)),
      .init("components kept, of rank \(rank)", "\(model.componentCount)"),
    ]
    content.facts = [
      .init("variance of all columns", NumberText.general(model.totalVariance, 8)),
      .init("variance left", NumberText.general(model.remainingVariance, 8)),
      .init("columns", model.isStandardized ? "divided by their standard deviations" : "in their own units"),
    ]
    content.seconds = seconds
    content.warnings = warnings
    content.figures.append(
      ReportFigure(
        "How much each component explains",
        ScreeChart(variances: model.explainedVariance, totalVariance: model.totalVariance)))
    if model.componentCount > 1 {
      content.figures.append(
        try FactorPictures.biplot(
          of: rows, loadings: model.components, columnNames: model.columnNames,
          axisTitles: (0..<2).map { "component \($0 + 1) (\(NumberText.percent(model.explainedVarianceRatio[$0])))" },
          scores: { try model.scores(of: $0) }))
    }
    content.figures.append(FactorPictures.loadings(model.components, of: model.columnNames, name: "component"))
    return ModelReport(content).html()
  }
}

extension ModelFit where Model: FactorModel {
  /// The fit as one self-contained HTML page: evidence, ledger, explained variance, biplot and loadings, with units.
  ///
  /// - Parameters:
  ///   - rows: the rows that were fitted, n × D.
  ///   - title: the page's title.
  ///   - command: the command line that makes the same fit again, if there is one.
  /// - Throws: a data error for rows with other columns than the model's or numbers that are not finite.
  public func htmlReport(rows: RowMatrix, title: String = "Factors", command: String? = nil) throws -> String {
    let (D, Q) = (model.columnCount, model.factorCount)
    var content = reportContent(
      title: title,
      description: "A normal distribution of \(D.counted("column")) whose covariance is that of "
        + "\(Q.counted("common factor")) and of noise, fitted to \(NumberText.grouped(rowCount)) rows.",
      command: command)
    content.facts.append(.init("factors", "\(Q)"))
    let loadings = model.loadings
    let deviations = (0..<D).map { column in
      let common = loadings[column].reduce(0) { $0 + $1 * $1 }
      return (common + model.gaussian.noiseVariances[column]).squareRoot()
    }
    // Loadings of standardized columns: their squares add to the communality.
    let correlations = (0..<Q).map { factor in (0..<D).map { loadings[$0][factor] / deviations[$0] } }
    if Q > 1 {
      content.figures.append(
        try FactorPictures.biplot(
          of: rows, loadings: correlations, columnNames: model.columnNames,
          axisTitles: (1...2).map { "factor \($0) (posterior mean)" }, scores: { try model.scores(of: $0) }))
    }
    content.figures.append(FactorPictures.loadings(correlations, of: model.columnNames, name: "factor"))
    content.figures.append(
      ReportFigure(
        "What the factors leave",
        BarChart(
          title: "Uniqueness of every column", unit: "share of the column's variance", categoryTitle: "column",
          categories: model.columnNames, series: [.init("", model.communalities.map { 1 - $0 })])))
    return ModelReport(content).html()
  }
}

/// Pictures that all models of factors share.
enum FactorPictures {
  /// Some of the rows and all columns in the plane of the first two factors; `loadings` is [factors][columns].
  static func biplot(
    of rows: RowMatrix, loadings: [[Double]], columnNames: [String], axisTitles: [String],
    scores: (RowMatrix) throws -> RowMatrix
  ) throws -> ReportFigure {
    let sample = try RowSample.rows(of: rows, atMost: 2_000)
    let scores = try scores(sample)
    return ReportFigure(
      "Rows and columns",
      Biplot(
        scores: (0..<scores.rowCount).map { Array(scores.row($0).prefix(2)) },
        rowCount: rows.rowCount > sample.rowCount ? rows.rowCount : nil,
        loadings: columnNames.indices.map { [loadings[0][$0], loadings[1][$0]] }, columnNames: columnNames,
        axisTitles: axisTitles))
  }

  /// The loadings as colors, one row a column of the table; `loadings` is [factors][columns].
  static func loadings(_ loadings: [[Double]], of columns: [String], name: String) -> ReportFigure {
    ReportFigure(
      "Loadings",
      HeatMap(
        title: "Loadings of the columns", unit: "", rowNames: columns,
        columnNames: loadings.indices.map { "\(name) \($0 + 1)" },
        values: columns.indices.map { column in loadings.map { $0[column] } }, colors: .signed))
  }
}
