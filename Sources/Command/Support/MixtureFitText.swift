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
    var text = "gaussian-mixture of \(sourceName): \(NumberText.grouped(fit.rowCount)) rows × "
    text += "\(model.columnCount) columns"
    if fit.totalWeight != Double(fit.rowCount) {
      text += ", sum of weights \(NumberText.general(fit.totalWeight, 10))"
    }
    text +=
      "\n\(count) component\(count == 1 ? "" : "s"), covariance \(model.covarianceModel.rawValue)\(alias), "
    text += "\(model.parameterCount) parameters"
    text += candidates.isEmpty ? "\n\n" : "; the number of components was chosen by BIC\n\n"
    if !candidates.isEmpty { text += MixtureFitText.selection(candidates, winner: count) + "\n" }
    text += evidence + "\n"
    text += "BIC \(NumberText.fixed(fit.bic, 4))  AIC \(NumberText.fixed(fit.aic, 4))  "
    text += "ICL \(NumberText.fixed(fit.icl, 4))  (smaller is better)\n"
    text += "\(fit.converged ? "converged" : "not converged") after \(NumberText.grouped(fit.iterations)) "
    text +=
      "iterations; \(fit.startsAtBest) of \(fit.polishedStarts) polished runs from \(fit.starts) starts "
    text += "end at the best; "
    text += NumberText.duration(seconds: fit.seconds) + "\n\n"
    return text + MixtureFitText.parameters(of: model)
  }

  private var evidence: String {
    var table = TextTable(columns: [
      .init("", alignment: .left), .init("total", unit: "nats"), .init("per row", unit: "nats"),
      .init("per row", unit: "bits"),
    ])
    var lines: [(String, Double, isSmall: Bool)] = [("log p(x|θ)", fit.logLikelihood, false)]
    if fit.configuration.prior != nil { lines.append(("log p(x|θ) + log p(θ)", fit.objective, false)) }
    lines.append(("lower bound", fit.evidence.lowerBound.nats, false))
    if let gap = fit.evidence.gap {
      // A gap within what rounding can do is none; JSON has the digits.
      let isRounding = gap.nats.magnitude <= fit.ledger.last?.roundingBound ?? 0
      lines.append(("gap", isRounding ? 0 : gap.nats, true))
    }
    for (name, value, isSmall) in lines {
      let perRow = value / fit.totalWeight
      let bits = LogDensity(nats: perRow).bits
      table.rows.append(
        [name]
          + (isSmall
            ? [value, perRow, bits].map { NumberText.general($0, 3) }
            : [NumberText.fixed(value, 6), NumberText.fixed(perRow, 6), NumberText.fixed(bits, 6)]))
    }
    return table.description
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
