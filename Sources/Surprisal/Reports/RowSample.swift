import SurprisalCore
import SurprisalLatent
import SurprisalReporting

/// The part of the rows that charts show.
enum RowSample {
  /// All rows if they are at most `limit`; else one row, drawn by a fixed seed, of each of `limit` equal
  /// stretches, so that no period in the file is met or missed.
  static func rows(of rows: RowMatrix, atMost limit: Int) throws -> RowMatrix {
    guard rows.rowCount > limit else { return rows }
    var generator = RandomGenerator(seed: 0)
    var values: [Double] = []
    values.reserveCapacity(limit * rows.columnCount)
    let (length, longer) = rows.rowCount.quotientAndRemainder(dividingBy: limit)
    var start = 0
    for index in 0..<limit {
      let size = length + (index < longer ? 1 : 0)
      values += rows.row(start + generator.nextInteger(below: size))
      start += size
    }
    return try RowMatrix(values, columnCount: rows.columnCount)
  }

  /// The rows that have every cell, which charts can show, their weights, and how many others there are.
  static func complete(
    _ rows: RowMatrix, _ weights: [Double]?, missing: MissingCells
  ) throws -> (rows: RowMatrix, weights: [Double]?, incomplete: Int) {
    guard missing == .model else { return (rows, weights, 0) }
    let kept = (0..<rows.rowCount).filter { row in (0..<rows.columnCount).allSatisfy { !rows[row, $0].isNaN } }
    guard kept.count < rows.rowCount else { return (rows, weights, 0) }
    return (
      try RowMatrix(kept.flatMap(rows.row), columnCount: rows.columnCount), weights.map { all in kept.map { all[$0] } },
      rows.rowCount - kept.count
    )
  }

  /// The counts of all rows in one column.
  static func histogram(of column: Int, in rows: RowMatrix, weights: [Double]?) -> Histogram {
    let stride = rows.columnCount
    return rows.withUnsafeValues { base in
      var low = Double.infinity
      var high = -Double.infinity
      for row in 0..<rows.rowCount {
        low = min(low, base[row * stride + column])
        high = max(high, base[row * stride + column])
      }
      var histogram = Histogram(from: low, through: high, rowCount: rows.rowCount)
      for row in 0..<rows.rowCount {
        histogram.add(base[row * stride + column], weight: weights?[row] ?? 1)
      }
      return histogram
    }
  }
}
