extension MixtureReport {
  /// The most components, and columns of a table, that the page lists; the model file holds all.
  private static let componentLimit = 50
  private static let columnLimit = 30
  /// The most columns whose whole covariance matrices are listed.
  private static let matrixLimit = 12

  /// Weights, means and covariances of the components.
  func writeParameters(into main: inout Markup) {
    main.element("h2", [:], "Parameters")
    let components = content.components.prefix(MixtureReport.componentLimit)
    let columns = 0..<min(content.columnCount, MixtureReport.columnLimit)
    if components.count < content.components.count || columns.count < content.columnCount {
      main.element(
        "p", ["class": "note"],
        "Listed are \(components.count) of \(content.components.count) components and \(columns.count) of "
          + "\(content.columnCount) columns; the model file holds all.")
    }
    writeMeans(Array(components), columns: columns, into: &main)
    if content.columnCount > MixtureReport.matrixLimit {
      writeDeviations(Array(components), columns: columns, into: &main)
    } else {
      main.element("div", ["class": "tables"]) { box in
        for (index, component) in components.enumerated() {
          writeCovariance(component, number: index, into: &box)
        }
      }
    }
  }

  private func writeMeans(
    _ components: [MixtureReportContent.Component], columns: Range<Int>, into main: inout Markup
  ) {
    var table = HTMLTable(header: ["component", "weight"] + columns.map(content.columnName))
    table.caption = "Weights, and means in the unit of each column"
    table.components = Array(components.indices)
    for (index, component) in components.enumerated() {
      let means = columns.map { mean(of: component, column: $0) }
      table.rows.append(["\(index + 1)", NumberText.general(component.weight, 6)] + means)
    }
    table.write(into: &main)
  }

  private func writeDeviations(
    _ components: [MixtureReportContent.Component], columns: Range<Int>, into main: inout Markup
  ) {
    var table = HTMLTable(header: ["component"] + columns.map(content.columnName))
    table.caption = "Standard deviations in the unit of each column; covariances are in the model file"
    table.components = Array(components.indices)
    for (index, component) in components.enumerated() {
      let deviations = columns.map { column in
        ColumnChoice.covariance(component, column, column).map {
          NumberText.general($0.xx.squareRoot(), 6)
        } ?? ""
      }
      table.rows.append(["\(index + 1)"] + deviations)
    }
    table.write(into: &main)
  }

  private func writeCovariance(
    _ component: MixtureReportContent.Component, number index: Int, into main: inout Markup
  ) {
    let columns = 0..<content.columnCount
    var table = HTMLTable(header: ["component \(index + 1)"] + columns.map(content.columnName))
    table.caption = "Covariance in products of the columns' units"
    table.components = columns.map { _ in index }
    for (row, values) in component.covariance.enumerated() {
      table.rows.append([content.columnName(row)] + columns.map { number(values, $0) })
    }
    table.write(into: &main)
  }

  /// A mean to a ten-thousandth of its standard deviation, so that means at a great offset stay apart.
  private func mean(of component: MixtureReportContent.Component, column: Int) -> String {
    guard component.mean.indices.contains(column) else { return "" }
    let mean = component.mean[column]
    let variance = ColumnChoice.covariance(component, column, column)?.xx ?? 0
    let ratio = System.decimalLogarithm(mean.magnitude / variance.squareRoot())
    let digits = ratio.isFinite ? min(max(Int(ratio.rounded(.up)) + 4, 6), 15) : 6
    return NumberText.general(mean, digits)
  }

  private func number(_ values: [Double], _ index: Int) -> String {
    values.indices.contains(index) ? NumberText.general(values[index], 6) : ""
  }

  /// The first and last iterations, half-step by half-step.
  func writeLedger(into main: inout Markup) {
    guard !content.ledger.isEmpty else { return }
    main.element("h2", [:], "Ledger")
    var table = HTMLTable(header: [
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
