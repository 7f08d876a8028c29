import Surprisal

/// The range and the first moments of one column, in its unit.
struct ColumnSummary {
  var name: String
  var least = Double.infinity
  var greatest = -Double.infinity
  var mean = 0.0
  private var squares = 0.0
  private var count = 0.0

  init(name: String) { self.name = name }

  /// The root of the mean squared distance to the mean.
  var standardDeviation: Double { (squares / count).squareRoot() }

  /// Takes one more number; Welford's recurrence (1962).
  mutating func add(_ value: Double) {
    least = min(least, value)
    greatest = max(greatest, value)
    count += 1
    let distance = value - mean
    mean += distance / count
    squares += distance * (value - mean)
  }

  /// The summary of every column of `table`.
  static func all(of table: Table) -> [ColumnSummary] {
    var summaries = table.columnNames.map(ColumnSummary.init)
    let columns = summaries.count
    table.rows.withUnsafeValues { base in
      for row in 0..<table.rows.rowCount {
        for column in 0..<columns { summaries[column].add(base[row * columns + column]) }
      }
    }
    return summaries
  }
}
