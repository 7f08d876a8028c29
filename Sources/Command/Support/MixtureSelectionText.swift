import Surprisal

/// What `select gaussian-mixture` shows.
struct MixtureSelectionText {
  var selection: MixtureSelection
  var sourceName: String

  private var winner: GaussianMixtureFit { selection.winner }

  private func isWinner(_ candidate: MixtureCandidate) -> Bool {
    candidate.failure == nil && candidate.components == winner.model.componentCount
      && candidate.covarianceModel == winner.model.covarianceModel
  }

  /// The table and the winner for a person.
  var text: String {
    let hasHeldOut = selection.candidates.contains { $0.heldOutLogLikelihood != nil }
    var columns: [TextTable.Column] = [
      .init("components"), .init("covariance", alignment: .left), .init("parameters"),
      .init("log p(x|θ)", unit: "nats"), .init("BIC"), .init("AIC"), .init("ICL"),
    ]
    if hasHeldOut { columns.append(.init("held out per row", unit: "nats")) }
    columns += [
      .init("bits"), .init("runs at best"), .init("", alignment: .left),
    ]
    var table = TextTable(columns: columns)
    for candidate in selection.candidates {
      var cells = [
        "\(candidate.components)", candidate.covarianceModel.rawValue, "\(candidate.parameterCount)",
      ]
      let figures = [candidate.logLikelihood, candidate.bic, candidate.aic, candidate.icl]
      cells += figures.map { MixtureSelectionText.fixed($0, 4) }
      if hasHeldOut { cells.append(MixtureSelectionText.fixed(candidate.heldOutLogLikelihood, 6)) }
      cells.append(MixtureSelectionText.fixed(candidate.descriptionLength, 1))
      cells.append("\(candidate.startsAtBest)")
      cells.append(candidate.failure ?? (isWinner(candidate) ? "◀ winner" : ""))
      table.rows.append(cells)
    }
    let chosen = "\(winner.model.componentCount.counted("component")), \(winner.model.covarianceModel.rawValue)"
    return table.description
      + "BIC, AIC, ICL and bits (description length): smaller is better; held out: larger is better\n"
      + "winner by \(selection.criterion.rawValue): \(chosen)\n\n"
      + MixtureFitText(fit: winner, candidates: [], sourceName: sourceName).text
  }

  /// The same for a program; `winner` has the keys of `fit --json`.
  var json: JSONValue {
    [
      "model": "gaussian-mixture", "data": JSONValue(sourceName),
      "criterion": JSONValue(selection.criterion.rawValue),
      "candidates": .array(selection.candidates.map(\.json)),
      "winner": winner.json(candidates: [], sourceName: sourceName),
    ]
  }

  private static func fixed(_ value: Double?, _ digits: Int) -> String {
    value.map { NumberText.fixed($0, digits) } ?? "–"
  }
}
