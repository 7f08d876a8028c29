import SurprisalCore

extension ModelReport {
  /// What was fitted, to what, and how.
  func writeFit(into main: inout Markup) {
    main.element("h2", [:], "What was fitted")
    var names = (0..<min(content.columnCount, 50)).map(content.columnName).joined(separator: ", ")
    if content.columnCount > 50 { names += " and \(content.columnCount - 50) more" }
    var facts: [ModelReportContent.Fact] = [.init("rows", NumberText.grouped(content.rowCount))]
    if content.totalWeight != Double(content.rowCount) {
      facts.append(.init("sum of weights", NumberText.general(content.totalWeight, 10)))
    }
    facts.append(.init("columns", "\(content.columnCount): \(names)"))
    facts += content.facts
    if let count = content.parameterCount { facts.append(.init("free parameters", NumberText.grouped(count))) }
    facts += content.settings
    facts.append(.init("time", NumberText.duration(seconds: content.seconds)))
    ReportPage.writeFacts(facts, into: &main)
  }

  /// Log-likelihood, bound and gap with their units, and the certificate of monotonicity.
  func writeEvidence(into main: inout Markup) {
    guard let logLikelihood = content.logLikelihood else { return }
    main.element("h2", [:], "Evidence")
    var table = ReportTable(header: ["", "nats, in total", "nats per row", "bits per row"])
    table.rows.append(row("log-likelihood log p(x|θ)", logLikelihood))
    if content.hasPrior, let objective = content.objective {
      table.rows.append(row("objective log p(x|θ) + log p(θ)", objective))
    }
    if let bound = content.lowerBound { table.rows.append(row("lower bound L(q, θ)", bound)) }
    if let gap = content.gap {
      let perRow = gap / content.totalWeight
      let numbers = [gap, perRow, Information(nats: perRow).bits].map { NumberText.general($0, 3) }
      table.rows.append(["gap KL(q ‖ p(z|x, θ))"] + numbers)
    }
    table.write(into: &main)
    let criteria = [("BIC", content.bic), ("AIC", content.aic), ("ICL", content.icl)]
      .compactMap { name, value in value.map { (name: name, value: $0) } }
    if !criteria.isEmpty {
      ReportTable(
        caption: "Criteria in nats; smaller is better", header: criteria.map(\.name),
        rows: [criteria.map { NumberText.fixed($0.value, 4) }]
      ).write(into: &main)
    }
    if !content.ledger.isEmpty { main.element("p", ["class": "note"], certificate) }
  }

  private func row(_ name: String, _ value: Double) -> [String] {
    let perRow = value / content.totalWeight
    return [name] + [value, perRow, LogDensity(nats: perRow).bits].map { NumberText.fixed($0, 6) }
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
}
