import Surprisal

extension ProductMixture: FitCommandModel, DensityCommandModel, AssigningCommandModel {
  var columnLevels: [[String]?] { levels }

  var headline: String {
    let kinds = Set(families.map(\.name)).sorted().joined(separator: ", ")
    return "mixture of \(componentCount.counted("component")) over \(ModelColumns.list(columnNames)) (\(kinds)), "
      + parameterCount.counted("parameter")
  }

  var sizeJSON: [JSONMember] {
    [
      JSONMember("components", JSONValue(componentCount)), JSONMember("families", JSONValue(families.map(\.name))),
    ]
  }

  func summary(of fit: ModelFit<ProductMixture>) -> String {
    "\(componentCount.counted("component")), \(parameterCount.counted("parameter"))\n"
  }

  var parametersText: String {
    let shown = min(columnCount, 8)
    var table = TextTable(
      columns: [.init("component"), .init("weight")]
        + (0..<shown).map { .init(columnNames[$0], unit: families[$0].name) })
    for (k, component) in components.enumerated() {
      table.rows.append(
        ["\(k + 1)", NumberText.fixed(weights[k], 6)]
          + component.prefix(shown).enumerated().map { $1.text(levels: levels[$0]) })
    }
    var text = table.description
    text += ColumnDistribution.legend
    if shown < columnCount { text += "; \(columnCount - shown) more columns in --json, --model and --report" }
    return text + "\n"
  }

  var parametersJSON: JSONValue {
    [
      "weights": JSONValue(weights),
      "components": .array(components.map { .array($0.map(\.json)) }),
      "levels": .array(levels.map { $0.map { JSONValue($0) } ?? .null }),
    ]
  }

  func report(
    _ fit: ModelFit<ProductMixture>, data: ModelData, title: String, command: String
  ) throws -> String {
    fit.htmlReport(title: title, command: command)
  }
}

extension ColumnDistribution {
  /// What the cells of `text` say.
  static let legend =
    "bernoulli: p(1); categorical: the most probable level and its probability; normal: mean ± standard deviation; "
    + "others: mean"

  /// The distribution in one cell of a table.
  func text(levels: [String]?) -> String {
    switch self {
    case .bernoulli(let probability): return NumberText.fixed(probability, 4)
    case .categorical(let probabilities):
      let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
      return "\(levels?[best] ?? "\(best)") \(NumberText.fixed(probabilities[best], 4))"
    case .normal(let mean, let variance):
      return "\(NumberText.general(mean, 6)) ± \(NumberText.general(variance.squareRoot(), 4))"
    case .poisson, .geometric, .exponential: return NumberText.general(mean, 6)
    }
  }

  /// The parameters by their names.
  var json: JSONValue {
    switch self {
    case .bernoulli(let probability), .geometric(let probability):
      ["family": JSONValue(family.name), "probability": JSONValue(probability)]
    case .categorical(let probabilities):
      ["family": "categorical", "probabilities": JSONValue(probabilities)]
    case .poisson(let mean), .exponential(let mean): ["family": JSONValue(family.name), "mean": JSONValue(mean)]
    case .normal(let mean, let variance):
      ["family": "normal", "mean": JSONValue(mean), "variance": JSONValue(variance)]
    }
  }
}
