import SurprisalCore

extension HiddenMarkov {
  /// Throws unless `rows` has the model's columns and finite numbers.
  func validate(_ rows: RowMatrix) throws {
    guard rows.columnCount == columnCount else {
      throw SurprisalError(
        .data, "the data have \(rows.columnCount) columns and the model \(columnCount)",
        remedy: "give the columns that the model was fitted to: \(columnNames.joined(separator: ", "))")
    }
    try RowValidation.requireFinite(rows, columnNames: columnNames)
  }

  /// Valid rows, where every number outside the support is replaced by one that the recursions know to have mass 0.
  func supported(_ rows: RowMatrix) throws -> RowMatrix {
    try validate(rows)
    let D = columnCount
    let limits: [Double]
    switch parameters.emissions {
    case .gaussian: return rows
    case .categorical(let states): limits = states.levels.map(Double.init)
    case .poisson: limits = [Double](repeating: .infinity, count: D)
    }
    return rows.withUnsafeValues { values in
      func isSupported(_ index: Int) -> Bool {
        let value = values[index]
        return value >= 0 && value < limits[index % D] && value == value.rounded()
      }
      let count = rows.rowCount * D
      guard !(0..<count).allSatisfy(isSupported) else { return rows }
      let kept = (0..<count).map { index -> Double in
        if isSupported(index) { return values[index] }
        // Behind the levels of a column lies one of mass 0; no number of counts has a mass of NaN.
        return limits[index % D] < .infinity ? limits[index % D] : .nan
      }
      return RowMatrix(unchecked: kept, columnCount: D)
    }
  }
}
