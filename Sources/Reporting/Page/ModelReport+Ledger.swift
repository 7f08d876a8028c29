extension ModelReport {
  /// The pictures of EM.
  func writeRun(into main: inout Markup) {
    guard !content.ledger.isEmpty else { return }
    main.element("h2", [:], "How the bound was raised")
    main.append(StaircaseChart(ledger: content.ledger, hasPrior: content.hasPrior).figure())
    let gain = RemainingGainChart(ledger: content.ledger, hasPrior: content.hasPrior)
    if !gain.isEmpty { main.append(gain.figure()) }
  }

  /// The first and last iterations, half-step by half-step.
  func writeLedger(into main: inout Markup) {
    guard !content.ledger.isEmpty else { return }
    main.element("h2", [:], "Ledger")
    var table = ReportTable(header: [
      "iteration", "reached by", content.hasPrior ? "objective" : "log p(x|θ)", "bound after the E-step",
      "gap after it", "bound after the M-step", "bound of rounding",
    ])
    table.caption = "Totals in nats" + (content.hasPrior ? "; bounds include log p(θ)" : "")
    for (index, iteration) in content.ledger.enumerated() {
      if content.ledger.count > 24 && index == 12 { table.rows.append(["…"]) }
      if content.ledger.count > 24 && (12..<content.ledger.count - 12).contains(index) { continue }
      let reached = index == 0 ? "start" : iteration.isExtrapolated ? "extrapolation" : "M-step"
      table.rows.append([
        "\(iteration.number)", reached, NumberText.fixed(iteration.objective, 8),
        NumberText.fixed(iteration.lowerBound, 8), NumberText.general(iteration.gap, 2),
        iteration.boundAfterMaximization.map { NumberText.fixed($0, 8) } ?? "",
        NumberText.general(iteration.roundingBound, 2),
      ])
    }
    table.write(into: &main)
  }
}
