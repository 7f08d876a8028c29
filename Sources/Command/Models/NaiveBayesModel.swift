import Surprisal

extension NaiveBayes: DensityCommandModel, AssigningCommandModel {
  var columnLevels: [[String]?] { levels }

  var headline: String {
    "naive Bayes of \(classCount) \(classCount == 1 ? "class" : "classes") over \(ModelColumns.list(columnNames)), "
      + parameterCount.counted("parameter")
  }

  var parametersText: String {
    let shown = min(columnNames.count, 8)
    var table = TextTable(
      columns: [.init("class", alignment: .left), .init("share")]
        + (0..<shown).map { .init(columnNames[$0], unit: families[$0].name) })
    for (index, component) in components.enumerated() {
      table.rows.append(
        [classNames[index], NumberText.fixed(classWeights[index], 6)]
          + component.prefix(shown).enumerated().map { $1.text(levels: levels[$0]) })
    }
    return table.description + ColumnDistribution.legend
      + (shown < columnNames.count ? "; \(columnNames.count - shown) more columns in --json and --model\n" : "\n")
  }

  var parametersJSON: JSONValue {
    [
      "classes": JSONValue(classNames), "shares": JSONValue(classWeights),
      "distributions": .array(components.map { .array($0.map(\.json)) }),
      "levels": .array(levels.map { $0.map { JSONValue($0) } ?? .null }),
    ]
  }

  /// The most probable class by name, and the probabilities of all classes.
  func assignment(of data: ModelData, threads: Int?) throws -> [RowOutput.Column] {
    let shares = try classProbabilities(of: data.rows, threads: threads)
    let labels = (0..<shares.rowCount).map { row in
      let values = shares.row(row)
      return values.indices.max { (values[$0], $1) < (values[$1], $0) } ?? 0
    }
    let label = RowOutput.Column(name: "class", values: .words { classNames[labels[$0]] })
    return [label]
      + classNames.enumerated().map { index, name in
        .init(name: "p(\(name))", values: .numbers { shares[$0, index] })
      }
  }

  func drawnColumns(
    _ count: Int, hasLabels: Bool, using generator: inout RandomGenerator
  ) throws -> [RowOutput.Column] {
    let drawn = drawn(count, using: &generator)
    var result = columns(of: drawn.rows)
    if hasLabels, let classes = drawn.components {
      result.append(.init(name: "class", values: .words { classNames[classes[$0]] }))
    }
    return result
  }
}
