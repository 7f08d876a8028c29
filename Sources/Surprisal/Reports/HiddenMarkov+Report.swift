import SurprisalCore
import SurprisalLatent
import SurprisalReporting

extension ModelFit<HiddenMarkov> {
  /// The fit as one self-contained HTML page: evidence, ledger, transitions, states and their path, with units.
  ///
  /// - Parameters:
  ///   - rows: the rows that were fitted, n × D.
  ///   - sequences: which rows form which sequence; one sequence of all rows if nil.
  ///   - weights: the sequences' weights, if they had any; those of weight 0 are not shown.
  ///   - title: the page's title.
  ///   - command: the command line that makes the same fit again, if there is one.
  /// - Throws: a data error for rows with other columns than the model's, numbers that are not finite, or sequences
  ///   that no path of states can explain.
  public func htmlReport(
    rows: RowMatrix, sequences: SequenceLayout? = nil, weights: [Double]? = nil,
    title: String = "Hidden Markov model", command: String? = nil
  ) throws -> String {
    let (K, D) = (model.stateCount, model.columnCount)
    let (rows, layout, _) = try (sequences ?? SequenceLayout.single(rows.rowCount)).present(of: rows, weights: weights)
    let (transitions, shares, means) = (model.transitions, model.stationaryProbabilities, model.means)
    let isDensity = if case .gaussian = model.emissionFamily { true } else { false }
    var content = reportContent(
      title: title,
      description:
        "A hidden Markov model of \(K) state\(K == 1 ? "" : "s") with \(model.emissionFamily.name) emissions, "
        + "fitted by EM to \(NumberText.grouped(rowCount)) rows in \(layout.count) sequence\(layout.count == 1 ? "" : "s").",
      command: command, isDensity: isDensity)
    content.facts += [.init("states", "\(K)"), .init("sequences", NumberText.grouped(layout.count))]
    let names = (1...K).map { "state \($0)" }
    content.figures.append(
      ReportFigure("From state to state", HeatMap(transitions: transitions, stateNames: names)))
    content.figures += emissionFigures(names)
    content.figures.append(try pathFigure(rows, layout, names))
    content.tables = [
      ReportTable(
        caption: "States", header: ["state", "first", "share in the long run"] + names.map { "to \($0)" },
        rows: (0..<K).map { k in
          [names[k], NumberText.fixed(model.initialProbabilities[k], 6)]
            + [NumberText.fixed(shares[k], 6)]
            + transitions[k].map { NumberText.fixed($0, 6) }
        }, components: Array(0..<K), leadingColumns: 3),
      ReportTable(
        caption: "Mean of every column in the unit of x", header: ["state"] + model.columnNames,
        rows: (0..<K).map { k in [names[k]] + (0..<D).map { NumberText.general(means[k][$0], 6) } },
        components: Array(0..<K)),
    ]
    return ModelReport(content).html()
  }

  /// What each state shows.
  private func emissionFigures(_ names: [String]) -> [ReportFigure] {
    let (K, D) = (model.stateCount, model.columnCount)
    guard case .categorical = model.emissionFamily else {
      let (means, covariances) = (model.means, model.covariances)
      return [
        ReportFigure(
          "What the states show",
          IntervalChart(
            title: "Rows of every state", intervalName: "± one standard deviation", groupNames: names,
            panels: (0..<D).map { d in
              .init(
                model.columnNames[d], centers: means.map { $0[d] },
                deviations: (0..<K).map { covariances[$0][d][d].squareRoot() })
            }))
      ]
    }
    return (0..<min(D, 12)).map { d in
      let count = model.probabilities[0][d].count
      return ReportFigure(
        d == 0 ? "What the states show" : nil,
        BarChart(
          title: "\(model.columnNames[d]) in every state", unit: "probability", categoryTitle: model.columnNames[d],
          categories: model.levels[d] ?? (0..<count).map { "\($0)" },
          series: names.enumerated().map { .init($1, model.probabilities[$0][d]) }))
    }
  }

  /// The states' probabilities over the first steps, with the column whose means differ most above them.
  private func pathFigure(_ rows: RowMatrix, _ layout: SequenceLayout, _ names: [String]) throws -> ReportFigure {
    let (K, limit) = (model.stateCount, 5_000)
    var lengths: [Int] = []
    for length in layout.lengths {
      let left = limit - lengths.reduce(0, +)
      guard left > 0 else { break }
      lengths.append(min(length, left))
    }
    let count = lengths.reduce(0, +)
    let shown = try RowMatrix(
      (0..<count).flatMap { rows.row($0) }, columnCount: rows.columnCount)
    let shares = try model.responsibilities(of: shown, sequences: SequenceLayout(lengths: lengths))
    var chart = StatePathChart(stateNames: names, probabilities: (0..<count).flatMap { shares.row($0).prefix(K) })
    chart.path = try model.mostProbablePaths(of: shown, sequences: SequenceLayout(lengths: lengths)).states
    let column = telling
    chart.values = (0..<count).map { shown[$0, column] }
    chart.valueName = model.columnNames[column]
    chart.stepCount = rows.rowCount > count ? rows.rowCount : nil
    chart.sequenceStarts = lengths.indices.dropFirst().map { lengths[..<$0].reduce(0, +) }
    return ReportFigure("Which state at which step", chart)
  }

  /// The column whose means differ most between states, against its spread within them.
  private var telling: Int {
    let (means, covariances) = (model.means, model.covariances)
    let spreads = (0..<model.columnCount).map { d -> Double in
      let centers = means.map { $0[d] }
      let within = covariances.reduce(0) { $0 + $1[d][d] }.squareRoot()
      let range = (centers.max() ?? 0) - (centers.min() ?? 0)
      return within > 0 ? range / within : range
    }
    return spreads.indices.max { spreads[$0] < spreads[$1] } ?? 0
  }
}
