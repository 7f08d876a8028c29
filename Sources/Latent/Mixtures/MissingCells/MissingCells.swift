import SurprisalCore

/// What becomes of missing cells, which a `RowMatrix` marks by NaN.
public enum MissingCells: String, Sendable, Hashable, CaseIterable {
  /// A missing cell is a data error that names its row and column.
  case error
  /// Missing cells are latent variables beside the components: every row counts with the density of the cells
  /// that it has, p(x_o) = Σ_k π_k N(x_o; m_o, Σ_oo).
  ///
  /// This is maximum likelihood where cells are missing at random, which may depend on the cells that are there
  /// but not on the missing number itself (Rubin 1976).
  case model
}

/// The columns that the rows of one group have and lack.
package struct MissingPattern: Sendable, Hashable {
  /// All columns: those that are there, rising, then those that are missing, rising.
  let order: [Int]
  /// How many are there.
  let observedCount: Int

  init(isMissing: [Bool]) {
    let columns = isMissing.indices
    order = columns.filter { !isMissing[$0] } + columns.filter { isMissing[$0] }
    observedCount = isMissing.count { !$0 }
  }

  var missingColumns: ArraySlice<Int> { order[observedCount...] }
}

/// Rows sorted by what they lack: complete rows first, then one pattern after the other.
package struct MissingRuns: Sendable {
  /// How many complete rows there are.
  let completeCount: Int
  /// The patterns of the others, by first appearance.
  let patterns: [MissingPattern]
  /// Where each pattern's rows begin, and behind the last the number of rows.
  let starts: [Int]

  /// The run that holds `row`, which is not complete.
  func run(of row: Int) -> Int {
    var (low, high) = (0, patterns.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }

  /// The first two columns that no row has together; nil if each pair is in some row.
  func pairNeverTogether(columns D: Int) -> (Int, Int)? {
    guard completeCount == 0 else { return nil }
    let words = (D + 63) / 64
    var together = [UInt64](repeating: 0, count: D * words)
    for pattern in patterns {
      var mask = [UInt64](repeating: 0, count: words)
      for column in pattern.order.prefix(pattern.observedCount) { mask[column / 64] |= 1 << UInt64(column % 64) }
      for column in pattern.order.prefix(pattern.observedCount) {
        for word in 0..<words { together[column * words + word] |= mask[word] }
      }
    }
    for first in 0..<D {
      for second in first + 1..<max(D, first + 1)
      where together[first * words + second / 64] & (1 << UInt64(second % 64)) == 0 { return (first, second) }
    }
    return nil
  }

  /// Calls `body` with every pattern and its rows within `range`, which holds no complete row.
  func forEachRun(in range: Range<Int>, _ body: (MissingPattern, Range<Int>) -> Void) {
    guard !range.isEmpty else { return }
    var run = run(of: range.lowerBound)
    var row = range.lowerBound
    while row < range.upperBound {
      let end = min(range.upperBound, starts[run + 1])
      body(patterns[run], row..<end)
      row = end
      run += 1
    }
  }
}

extension WeightedRows {
  /// `rows` sorted by their patterns of missing cells, and the number that each had before; nil where no cell is
  /// missing.
  ///
  /// The sort is stable, and complete rows are returned as they are. Rows without any cell are left out unless
  /// `keepsEmptyRows`.
  package static func grouped(
    _ rows: RowMatrix, weights: [Double]?, keepsEmptyRows: Bool
  ) -> (observations: WeightedRows, order: [Int]?) {
    let D = rows.columnCount
    let hasMissing = rows.withUnsafeValues { values in (0..<rows.rowCount * D).contains { values[$0].isNaN } }
    guard hasMissing else { return (WeightedRows(rows: rows, weights: weights), nil) }
    var numbers: [[UInt64]: Int] = [:]
    var patterns: [MissingPattern] = []
    // −1 for complete rows, −2 for rows that are left out.
    var groups = [Int](repeating: -1, count: rows.rowCount)
    rows.withUnsafeValues { values in
      for row in 0..<rows.rowCount {
        let x = values + row * D
        var sum = 0.0
        for d in 0..<D { sum += x[d] * 0 }
        guard sum.isNaN else { continue }
        var key = [UInt64](repeating: 0, count: (D + 63) / 64)
        for d in 0..<D where x[d].isNaN { key[d / 64] |= 1 << UInt64(d % 64) }
        if let known = numbers[key] {
          groups[row] = known
          continue
        }
        let pattern = MissingPattern(isMissing: (0..<D).map { x[$0].isNaN })
        if pattern.observedCount == 0, !keepsEmptyRows {
          groups[row] = -2
          continue
        }
        numbers[key] = patterns.count
        groups[row] = patterns.count
        patterns.append(pattern)
      }
    }
    var counts = [Int](repeating: 0, count: patterns.count + 1)
    for group in groups where group >= -1 { counts[group + 1] += 1 }
    var starts: [Int] = [0]
    for count in counts { starts.append((starts.last ?? 0) + count) }
    var next = starts
    var order = [Int](repeating: 0, count: starts.last ?? 0)
    for (row, group) in groups.enumerated() where group >= -1 {
      order[next[group + 1]] = row
      next[group + 1] += 1
    }
    let runs = MissingRuns(completeCount: counts[0], patterns: patterns, starts: Array(starts.dropFirst()))
    let observations = WeightedRows(
      rows: rows.selecting(order), weights: weights.map { all in order.map { all[$0] } },
      missing: patterns.isEmpty ? nil : runs)
    return (observations, order)
  }
}

extension RowMatrix {
  /// The rows numbered `order`, in that order.
  func selecting(_ order: [Int]) -> RowMatrix {
    let D = columnCount
    let values = [Double](unsafeUninitializedCapacity: order.count * D) { buffer, count in
      withUnsafeValues { source in
        guard let target = buffer.baseAddress else { return }
        for (position, row) in order.enumerated() {
          (target + position * D).initialize(from: source + row * D, count: D)
        }
      }
      count = order.count * D
    }
    return RowMatrix(unchecked: values, columnCount: D)
  }
}
