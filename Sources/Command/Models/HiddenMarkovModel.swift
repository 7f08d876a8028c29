import Surprisal

extension HiddenMarkov: FitCommandModel, DensityCommandModel, AssigningCommandModel {
  var columnLevels: [[String]?] { levels }
  var isSequential: Bool { true }

  var headline: String {
    "hidden Markov model of \(stateCount) state\(stateCount == 1 ? "" : "s") over \(ModelColumns.list(columnNames)), "
      + "\(emissionFamily.name) emissions, \(parameterCount.counted("parameter"))"
  }

  var sizeJSON: [JSONMember] {
    [JSONMember("states", JSONValue(stateCount)), JSONMember("emissions", JSONValue(emissionFamily.name))]
  }

  func summary(of fit: ModelFit<HiddenMarkov>) -> String {
    "\(stateCount.counted("state")), \(emissionFamily.name) emissions, \(parameterCount.counted("parameter"))\n"
  }

  /// log p of each row given the rows before it in its sequence; they sum to that of the sequence.
  func scores(of data: ModelData, threads: Int?) throws -> [Double] {
    try logDensities(of: data.rows, sequences: data.layout, threads: threads)
  }

  /// The state on the most probable path, and the probabilities of all states given the whole sequence.
  func assignment(of data: ModelData, threads: Int?) throws -> [RowOutput.Column] {
    let layout = try data.layout
    let path = try mostProbablePaths(of: data.rows, sequences: layout, threads: threads).states
    let shares = try responsibilities(of: data.rows, sequences: layout, threads: threads)
    return [.init(name: "state", values: .integers { path[$0] + 1 })]
      + (0..<stateCount).map { state in
        .init(name: "probability\(state + 1)", values: .numbers { shares[$0, state] })
      }
  }

  func drawnColumns(
    _ count: Int, hasLabels: Bool, using generator: inout RandomGenerator
  ) throws -> [RowOutput.Column] {
    let drawn = sample(lengths: [count], using: &generator)
    let state = RowOutput.Column(name: "state", values: .integers { drawn.states[$0] + 1 })
    return columns(of: drawn.rows) + (hasLabels ? [state] : [])
  }

  var parametersText: String {
    let shown = min(columnCount, 6)
    let names = (1...stateCount).map { "to \($0)" }.prefix(12)
    var chain = TextTable(
      columns: [.init("state"), .init("first"), .init("share")] + names.map { .init($0) }
        + [.init("dwell", unit: "steps")])
    let share = stationaryProbabilities
    for k in 0..<stateCount {
      let stay = transitions[k][k]
      chain.rows.append(
        ["\(k + 1)", NumberText.fixed(initialProbabilities[k], 4), NumberText.fixed(share[k], 4)]
          + transitions[k].prefix(12).map { NumberText.fixed($0, 4) }
          + [stay < 1 ? NumberText.general(1 / (1 - stay), 4) : "∞"])
    }
    var rows = TextTable(columns: [.init("state")] + columnNames.prefix(shown).map { .init($0) })
    for k in 0..<stateCount {
      rows.rows.append(["\(k + 1)"] + (0..<shown).map { emission(k, $0) })
    }
    var text = chain.description + "share: of all rows in the long run; dwell: expected steps in the state\n\n"
    text += rows.description
    if shown < columnCount { text += "\(columnCount - shown) more columns in --json, --model and --report\n" }
    return text
  }

  /// What a state shows in one column.
  private func emission(_ k: Int, _ d: Int) -> String {
    switch emissionFamily {
    case .gaussian:
      "\(NumberText.general(means[k][d], 6)) ± \(NumberText.general(covariances[k][d][d].squareRoot(), 4))"
    case .categorical:
      ColumnDistribution.categorical(probabilities: probabilities[k][d]).text(levels: levels[d])
    case .poisson: NumberText.general(rates[k][d], 6)
    }
  }

  var parametersJSON: JSONValue {
    var value: JSONValue = [
      "initialProbabilities": JSONValue(initialProbabilities), "transitions": JSONValue(transitions),
    ]
    switch emissionFamily {
    case .gaussian:
      value["means"] = JSONValue(means)
      value["covariances"] = .array(covariances.map { JSONValue($0) })
    case .categorical:
      value["probabilities"] = .array(probabilities.map { JSONValue($0) })
      value["levels"] = .array(levels.map { $0.map { JSONValue($0) } ?? .null })
    case .poisson: value["rates"] = JSONValue(rates)
    }
    return value
  }

  func report(_ fit: ModelFit<HiddenMarkov>, data: ModelData, title: String, command: String) throws -> String {
    try fit.htmlReport(
      rows: data.rows, sequences: data.layout, weights: data.sequenceWeights(), title: title, command: command)
  }
}

extension ModelData {
  /// Which rows form which sequence.
  var layout: SequenceLayout {
    get throws { try SequenceLayout(lengths: sequenceLengths ?? [rows.rowCount]) }
  }

  /// The weight of each sequence, which all its rows must have.
  func sequenceWeights() throws -> [Double]? {
    guard let weights = table.weights else { return nil }
    var start = 0
    return try (sequenceLengths ?? [rows.rowCount]).map { length in
      defer { start += length }
      if let row = (start..<start + length).first(where: { weights[$0] != weights[start] }) {
        throw SurprisalError(
          .data, "row \(row + 1) has the weight \(weights[row]), and its sequence \(weights[start])",
          remedy: "a weight belongs to a whole sequence", at: table.location(ofRow: row))
      }
      return weights[start]
    }
  }
}
