import SurprisalCore

extension MixtureReport {
  /// What was fitted, to what, and how.
  func writeFit(into main: inout Markup) {
    main.element("h2", [:], "What was fitted")
    var names = (0..<min(content.columnCount, 50)).map(content.columnName).joined(separator: ", ")
    if content.columnCount > 50 { names += " and \(content.columnCount - 50) more" }
    var facts: [MixtureReportContent.Fact] = [
      .init("rows", NumberText.grouped(content.rowCount)),
      .init("columns", "\(content.columnCount): \(names)"),
      .init("components", "\(content.components.count)"),
      .init("covariance model", content.covarianceModel),
      .init("free parameters", NumberText.grouped(content.parameterCount)),
    ]
    if content.totalWeight != Double(content.rowCount) {
      facts.insert(.init("sum of weights", NumberText.general(content.totalWeight, 10)), at: 1)
    }
    facts += content.settings
    facts.append(.init("time", NumberText.duration(seconds: content.seconds)))
    writeFacts(facts, into: &main)
  }

  /// Log-likelihood, bound and gap with their units, and the certificate of monotonicity.
  func writeEvidence(into main: inout Markup) {
    main.element("h2", [:], "Evidence")
    var table = HTMLTable(header: ["", "nats, in total", "nats per row", "bits per row"])
    var lines = [("log-likelihood log p(x|θ)", content.logLikelihood)]
    if content.hasPrior { lines.append(("objective log p(x|θ) + log p(θ)", content.objective)) }
    lines.append(("lower bound L(q, θ)", content.lowerBound))
    lines.append(("gap KL(q ‖ p(z|x, θ))", content.gap))
    for (name, value) in lines {
      let perRow = value / content.totalWeight
      let isGap = value == content.gap && name.hasPrefix("gap")
      table.rows.append([
        name, isGap ? NumberText.general(value, 3) : NumberText.fixed(value, 6),
        isGap ? NumberText.general(perRow, 3) : NumberText.fixed(perRow, 6),
        isGap
          ? NumberText.general(Information(nats: perRow).bits, 3)
          : NumberText.fixed(LogDensity(nats: perRow).bits, 6),
      ])
    }
    table.write(into: &main)
    var criteria = HTMLTable(header: ["BIC", "AIC", "ICL"])
    criteria.caption = "Criteria in nats; smaller is better"
    criteria.rows = [[content.bic, content.aic, content.icl].map { NumberText.fixed($0, 4) }]
    criteria.write(into: &main)
    main.element("p", ["class": "note"], certificate)
  }

  /// What the ledger says on monotonicity, in one sentence.
  private var certificate: String {
    var fall = 0.0
    var allowed = 0.0
    for (earlier, later) in zip(content.ledger, content.ledger.dropFirst()) {
      fall = max(fall, earlier.objective - later.objective)
      allowed = max(allowed, earlier.roundingBound, later.roundingBound)
    }
    guard content.ledger.count > 1 else { return "One iteration leaves nothing to certify." }
    let name = content.hasPrior ? "log p(x|θ) + log p(θ)" : "log p(x|θ)"
    if fall == 0 {
      return "Certificate: \(name) never fell between \(content.ledger.count) iterations."
    }
    return "Certificate: the largest fall of \(name) between \(content.ledger.count) iterations is "
      + "\(NumberText.general(fall, 2)) nats; rounding may move it by up to "
      + "\(NumberText.general(allowed, 2)) nats."
  }

  /// The command line that makes the same fit again.
  func writeReproduction(into main: inout Markup) {
    guard let command = content.command else { return }
    main.element("h2", [:], "How to make it again")
    main.element("pre") { pre in pre.element("code", [:], command) }
    main.element(
      "p", ["class": "note"],
      "The same rows, options, seed, version and instruction set give the same bits on any number of threads."
    )
  }

  private func writeFacts(_ facts: [MixtureReportContent.Fact], into main: inout Markup) {
    main.element("div", ["class": "scroll"]) { box in
      box.element("table", ["class": "names"]) { table in
        table.element("tbody") { body in
          for fact in facts {
            body.element("tr") { row in
              row.element("th", ["scope": "row"], fact.name)
              row.element("td", [:], fact.value)
            }
          }
        }
      }
    }
  }
}
