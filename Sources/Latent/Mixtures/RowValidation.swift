import SurprisalCore

/// Checks of rows and weights before any model sees them.
enum RowValidation {
  /// Throws a data error that names the first row and column whose number is not finite.
  static func requireFinite(_ rows: RowMatrix, columnNames: [String]) throws {
    let columns = rows.columnCount
    let first = rows.withUnsafeValues { values -> Int? in
      var start = 0
      let count = rows.rowCount * columns
      while start < count {
        let end = min(count, start + 4096)
        // x · 0 is zero for finite numbers and NaN for all others.
        var sum = 0.0
        for index in start..<end { sum += values[index] * 0 }
        if sum != 0 { return (start..<end).first { !values[$0].isFinite } }
        start = end
      }
      return nil
    }
    guard let index = first else { return }
    let (row, column) = index.quotientAndRemainder(dividingBy: columns)
    let name = column < columnNames.count ? columnNames[column] : "x\(column + 1)"
    let value = rows[row, column]
    throw SurprisalError(
      .data, "row \(row + 1), column `\(name)` is \(value.isNaN ? "missing (NaN)" : "\(value)")",
      remedy: "fill it in, or leave such rows out with --missing drop")
  }

  /// Throws a data error that names the first row and column whose number is infinite; NaN is a missing cell.
  static func requireFiniteOrMissing(_ rows: RowMatrix, columnNames: [String]) throws {
    let columns = rows.columnCount
    let first = rows.withUnsafeValues { values in
      (0..<rows.rowCount * columns).first { values[$0].isInfinite }
    }
    guard let index = first else { return }
    let (row, column) = index.quotientAndRemainder(dividingBy: columns)
    let name = column < columnNames.count ? columnNames[column] : "x\(column + 1)"
    throw SurprisalError(
      .data, "row \(row + 1), column `\(name)` is \(rows[row, column])", remedy: "give a finite number or none")
  }

  /// Throws a data error that names the first weight that is not a finite number of at least 0.
  static func requireWeights(_ weights: [Double]?, rowCount: Int) throws {
    guard let weights else { return }
    guard weights.count == rowCount else {
      throw SurprisalError(.data, "\(weights.count) weights for \(rowCount) rows", remedy: "give one weight a row")
    }
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw SurprisalError(
        .data, "the weight of row \(row + 1) is \(weights[row])", remedy: "weights are finite and at least 0")
    }
    guard weights.reduce(0, +).isFinite else {
      throw SurprisalError(.data, "the sum of the weights overflows", remedy: "divide the weights by a constant")
    }
    guard weights.contains(where: { $0 > 0 }) else {
      throw SurprisalError(.data, "all \(rowCount) weights are 0", remedy: "give at least one positive weight")
    }
  }
}
