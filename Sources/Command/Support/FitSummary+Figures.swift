import Surprisal

/// The figures that every fit has, for a person and for a program.
extension FitSummary {
  /// The first line: what was fitted to what.
  func headline(model: String, source: String, columns: Int) -> String {
    var text = "\(model) of \(source): \(NumberText.grouped(rowCount)) row\(rowCount == 1 ? "" : "s") × "
    text += "\(columns) column\(columns == 1 ? "" : "s")"
    if totalWeight != Double(rowCount) { text += ", sum of weights \(NumberText.general(totalWeight, 10))" }
    return text + "\n"
  }

  /// The evidence, the criteria, and how the search ended.
  var figuresText: String {
    var text = evidenceTable + "\n"
    text += "BIC \(NumberText.fixed(bic, 4))  AIC \(NumberText.fixed(aic, 4))  "
    if let icl = componentICL { text += "ICL \(NumberText.fixed(icl, 4))  " }
    text += "(smaller is better)\n"
    if ledger.isEmpty {
      text += "closed form; "
    } else {
      text += "\(converged ? "converged" : "not converged") after \(NumberText.grouped(ledger.count)) "
      text += "iteration\(ledger.count == 1 ? "" : "s"); "
      text += "\(startsAtBest) of \(polishedStarts) polished run\(polishedStarts == 1 ? "" : "s") from "
      text += "\(starts) start\(starts == 1 ? "" : "s") end\(polishedStarts == 1 ? "s" : "") at the best; "
    }
    return text + NumberText.duration(seconds: seconds) + "\n"
  }

  private var evidenceTable: String {
    var table = TextTable(columns: [
      .init("", alignment: .left), .init("total", unit: "nats"), .init("per row", unit: "nats"),
      .init("per row", unit: "bits"),
    ])
    var lines: [(String, Double, isSmall: Bool)] = [("log p(x|θ)", logLikelihood, false)]
    if hasPrior { lines.append(("log p(x|θ) + log p(θ)", objective, false)) }
    // A gap within what rounding can do is none; JSON has the digits.
    let gap = evidence.gap?.nats
    let isRounding = gap.map { $0.magnitude <= ledger.last?.roundingBound ?? 0 } ?? false
    lines.append(("lower bound", isRounding ? logLikelihood : evidence.lowerBound.nats, false))
    if let gap { lines.append(("gap", isRounding ? 0 : gap, true)) }
    for (name, value, isSmall) in lines {
      let perRow = value / totalWeight
      let bits = LogDensity(nats: perRow).bits
      table.rows.append(
        [name]
          + (isSmall
            ? [value, perRow, bits].map { NumberText.general($0, 3) }
            : [NumberText.fixed(value, 6), NumberText.fixed(perRow, 6), NumberText.fixed(bits, 6)]))
    }
    return table.description
  }

  /// The figures as members of one object: totals in nats, criteria smaller is better.
  var figuresJSON: [JSONMember] {
    [
      JSONMember("parameterCount", JSONValue(parameterCount)),
      JSONMember("logLikelihood", JSONValue(logLikelihood)),
      JSONMember("logLikelihoodPerRow", JSONValue(logLikelihood / totalWeight)),
      JSONMember("objective", JSONValue(objective)), JSONMember("lowerBound", JSONValue(evidence.lowerBound.nats)),
      JSONMember("gap", JSONValue(evidence.gap?.nats)), JSONMember("iterations", JSONValue(ledger.count)),
      JSONMember("converged", JSONValue(converged)), JSONMember("bic", JSONValue(bic)),
      JSONMember("aic", JSONValue(aic)), JSONMember("icl", JSONValue(componentICL)),
      JSONMember("startsAtBest", JSONValue(startsAtBest)), JSONMember("starts", JSONValue(starts)),
      JSONMember("polishedStarts", JSONValue(polishedStarts)), JSONMember("seed", JSONValue(seed)),
    ]
  }

  /// The members that stand last, behind the parameters.
  var figuresTail: [JSONMember] {
    [
      JSONMember("warnings", JSONValue(warnings)), JSONMember("history", .array(ledger.map(\.json))),
      JSONMember("seconds", JSONValue(seconds)),
    ]
  }
}
