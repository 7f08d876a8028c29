import Surprisal

/// A model that gives each row a few coordinates, and can say what they know of it: `transform`, `reconstruct`.
protocol ProjectingCommandModel: CommandModel {
  /// What a coordinate is called: `component` or `factor`.
  var coordinateName: String { get }
  /// The coordinates of rows.
  func coordinates(of rows: RowMatrix, threads: Int?) throws -> RowMatrix
  /// Rows as their coordinates say.
  func reconstruction(of rows: RowMatrix, threads: Int?) throws -> RowMatrix
}

extension ProbabilisticPCA: FitCommandModel, DensityCommandModel, ProjectingCommandModel {
  var parametersText: String {
    FactorText.loadings(self) + "loadings in the unit of each column; the noise has the variance "
      + "\(NumberText.general(noiseVariance, 6)) in every column\n"
  }
  var parametersJSON: JSONValue { factorJSON }
}

extension FactorAnalysis: FitCommandModel, DensityCommandModel, ProjectingCommandModel {
  var parametersText: String {
    FactorText.loadings(self, uniquenesses: uniquenesses)
      + "loadings in the unit of each column; uniqueness: the share of its variance that the factors leave\n"
  }
  var parametersJSON: JSONValue {
    var value = factorJSON
    value["uniquenesses"] = JSONValue(uniquenesses)
    return value
  }
}

extension FactorModel {
  var coordinateName: String { "factor" }
  var headline: String {
    "\(Self.fileKind) with \(factorCount) factor\(factorCount == 1 ? "" : "s") over \(ModelColumns.list(columnNames)), "
      + parameterCount.counted("parameter")
  }
  var sizeJSON: [JSONMember] { [JSONMember("factors", JSONValue(factorCount))] }
  var factorJSON: JSONValue {
    [
      "mean": JSONValue(mean), "loadings": JSONValue(loadings),
      "noiseVariances": JSONValue(gaussian.noiseVariances), "communalities": JSONValue(communalities),
    ]
  }

  func summary(of fit: ModelFit<Self>) -> String {
    "\(factorCount.counted("factor")), \(parameterCount.counted("parameter"))\n"
  }

  func report(_ fit: ModelFit<Self>, data: ModelData, title: String, command: String) throws -> String {
    try fit.htmlReport(rows: data.rows, title: title, command: command)
  }

  func coordinates(of rows: RowMatrix, threads: Int?) throws -> RowMatrix { try scores(of: rows, threads: threads) }
}

extension PrincipalComponents: ProjectingCommandModel {
  var coordinateName: String { "component" }
  var headline: String { "\(description): \(ModelColumns.list(columnNames))" }

  var parametersText: String {
    var table = TextTable(columns: [
      .init("component"), .init("variance"), .init("share"), .init("sum of shares"),
      .init("largest loadings", alignment: .left),
    ])
    var sum = 0.0
    for (index, share) in explainedVarianceRatio.enumerated().prefix(FactorText.shown) {
      sum += share
      let vector = components[index]
      let order = vector.indices.sorted { (vector[$1].magnitude, $0) < (vector[$0].magnitude, $1) }.prefix(4)
      table.rows.append([
        "\(index + 1)", NumberText.general(explainedVariance[index], 6), NumberText.fixed(share, 6),
        NumberText.fixed(sum, 6),
        order.map { "\(columnNames[$0]) \(NumberText.fixed(vector[$0], 3))" }.joined(separator: ", "),
      ])
    }
    let more = componentCount - FactorText.shown
    return table.description + (more > 0 ? "\(more) more components in --json and --model\n" : "")
  }

  var parametersJSON: JSONValue {
    [
      "mean": JSONValue(mean), "components": JSONValue(components),
      "explainedVariance": JSONValue(explainedVariance),
      "explainedVarianceRatio": JSONValue(explainedVarianceRatio),
      "columnDeviations": columnDeviations.map { JSONValue($0) } ?? .null,
    ]
  }

  func coordinates(of rows: RowMatrix, threads: Int?) throws -> RowMatrix { try scores(of: rows, threads: threads) }
}

/// The loadings of a model of factors for a person.
enum FactorText {
  /// The most rows and factors that are shown.
  static let shown = 20
  private static let shownFactors = 6

  static func loadings(_ model: some FactorModel, uniquenesses: [Double]? = nil) -> String {
    let factors = min(model.factorCount, shownFactors)
    var columns: [TextTable.Column] = [.init("column", alignment: .left), .init("mean")]
    columns += (0..<factors).map { .init("factor \($0 + 1)") }
    if uniquenesses != nil { columns.append(.init("uniqueness")) }
    var table = TextTable(columns: columns)
    let loadings = model.loadings
    for (index, name) in model.columnNames.enumerated().prefix(shown) {
      var row = [name, NumberText.general(model.mean[index], 6)]
      row += loadings[index].prefix(factors).map { NumberText.general($0, 4) }
      if let uniquenesses { row.append(NumberText.fixed(uniquenesses[index], 4)) }
      table.rows.append(row)
    }
    var text = table.description
    let hidden = (model.columnCount - min(model.columnCount, shown), model.factorCount - factors)
    if hidden.0 > 0 || hidden.1 > 0 {
      text += "\(hidden.0) more columns and \(hidden.1) more factors in --json and --model\n"
    }
    return text
  }
}
