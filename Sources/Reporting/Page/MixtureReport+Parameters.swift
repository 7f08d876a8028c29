extension MixtureReportContent {
  /// The most components, and columns of a table, that the page lists; the model file holds all.
  private static let componentLimit = 50
  private static let columnLimit = 30
  /// The most columns whose whole covariance matrices are listed.
  private static let matrixLimit = 12

  private var listed: (components: ArraySlice<Component>, columns: Range<Int>) {
    (
      components.prefix(MixtureReportContent.componentLimit),
      0..<min(columnCount, MixtureReportContent.columnLimit)
    )
  }

  /// What the tables leave out.
  var parameterNote: String? {
    let (listed, columns) = listed
    guard listed.count < components.count || columns.count < columnCount else { return nil }
    return "Listed are \(listed.count) of \(components.count) components and \(columns.count) of "
      + "\(columnCount) columns; the model file holds all."
  }

  /// Weights, means and covariances of the components.
  var parameterTables: [ReportTable] {
    let (components, columns) = listed
    let means = meanTable(components, columns: columns)
    if columnCount > MixtureReportContent.matrixLimit {
      return [means, deviationTable(components, columns: columns)]
    }
    return [means] + components.enumerated().map { covarianceTable($1, number: $0) }
  }

  private func meanTable(_ components: ArraySlice<Component>, columns: Range<Int>) -> ReportTable {
    var table = ReportTable(header: ["component", "weight"] + columns.map(columnName))
    table.caption = "Weights, and means in the unit of each column"
    table.components = Array(components.indices)
    for (index, component) in components.enumerated() {
      let means = columns.map { mean(of: component, column: $0) }
      table.rows.append(["\(index + 1)", NumberText.general(component.weight, 6)] + means)
    }
    return table
  }

  private func deviationTable(_ components: ArraySlice<Component>, columns: Range<Int>) -> ReportTable {
    var table = ReportTable(header: ["component"] + columns.map(columnName))
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
    return table
  }

  private func covarianceTable(_ component: Component, number index: Int) -> ReportTable {
    let columns = 0..<columnCount
    var table = ReportTable(header: ["component \(index + 1)"] + columns.map(columnName), isNarrow: true)
    table.caption = "Covariance in products of the columns' units"
    table.components = columns.map { _ in index }
    for (row, values) in component.covariance.enumerated() {
      table.rows.append([columnName(row)] + columns.map { number(values, $0) })
    }
    return table
  }

  /// A mean to a ten-thousandth of its standard deviation, so that means at a great offset stay apart.
  private func mean(of component: Component, column: Int) -> String {
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
}
