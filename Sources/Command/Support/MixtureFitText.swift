import Surprisal

/// What `fit gaussian-mixture` shows a person.
struct MixtureFitText {
  var fit: GaussianMixtureFit
  /// The models among which the number of components was chosen; empty if it was given.
  var candidates: [MixtureCandidate]
  var sourceName: String

  private static let shownColumns = 6

  /// The whole answer.
  var text: String {
    let model = fit.model
    let alias = FitOptions.covarianceAliases[model.covarianceModel].map { " (\($0))" } ?? ""
    let count = model.componentCount
    var text = fit.headline(model: "gaussian-mixture", source: sourceName, columns: model.columnCount)
    text += "\(count.counted("component")), covariance \(model.covarianceModel.rawValue)\(alias), "
    text += model.parameterCount.counted("parameter")
    text += candidates.isEmpty ? "\n\n" : "; the number of components was chosen by BIC\n\n"
    if !candidates.isEmpty { text += MixtureFitText.selection(candidates, winner: count) + "\n" }
    return text + fit.figuresText + "\n" + MixtureFitText.parameters(of: model)
  }

  /// Weights, means and standard deviations of the first columns.
  static func parameters(of model: GaussianMixture) -> String {
    let shown = min(model.columnCount, MixtureFitText.shownColumns)
    var table = TextTable(
      columns: [.init("component"), .init("weight")] + model.columnNames.prefix(shown).map { .init($0) })
    let (weights, means) = (model.weights, model.means)
    for k in 0..<model.componentCount {
      let cells = (0..<shown).map { column in
        // Not by way of all covariances, which for thousands of columns fill the memory.
        let deviation =
          model.standardizedCovariance(k, column, column).squareRoot() * model.standardization.scale[column]
        return "\(NumberText.general(means[k][column], 6)) ± \(NumberText.general(deviation, 4))"
      }
      table.rows.append(["\(k + 1)", NumberText.fixed(weights[k], 6)] + cells)
    }
    var text = table.description + "mean ± standard deviation in the unit of each column"
    if shown < model.columnCount {
      text += "; \(model.columnCount - shown) more columns in --json, --model and --report"
    }
    return text + "\n"
  }

  /// The criteria of the candidates that were compared by the number of components.
  private static func selection(_ candidates: [MixtureCandidate], winner: Int) -> String {
    var table = TextTable(columns: [
      .init("components"), .init("log p(x|θ)", unit: "nats"), .init("BIC"), .init("", alignment: .left),
    ])
    for candidate in candidates {
      let remark = candidate.failure ?? (candidate.components == winner ? "chosen" : "")
      table.rows.append([
        "\(candidate.components)", candidate.logLikelihood.map { NumberText.fixed($0, 4) } ?? "–",
        candidate.bic.map { NumberText.fixed($0, 4) } ?? "–", remark,
      ])
    }
    return table.description
  }
}
