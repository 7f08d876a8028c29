import CSurprisalKernels
import SurprisalCore

extension KMeans {
  /// Checks `rows` and `weights` and calls `body` with them, shifted and scaled for k-means, and the names.
  ///
  /// The shift is the middle of each column's range and the scale a power of two, where they are needed;
  /// `also` are further points (centers) that must stay in range.
  static func withClusteringRows<Result>(
    _ rows: RowMatrix, _ weights: [Double]?, _ columnNames: [String]?, clusters: Int, threads: Int,
    also points: [[Double]] = [], _ body: (ClusteringRows, [String]) throws -> Result
  ) throws -> Result {
    let names = columnNames ?? (0..<rows.columnCount).map { "x\($0 + 1)" }
    guard rows.columnCount > 0, names.count == rows.columnCount else {
      throw SurprisalError(
        .usage, "\(names.count) column names for \(rows.columnCount) columns",
        remedy: "give one name for every column, and at least one column")
    }
    let present = try presentRowCount(rows, weights)
    guard present >= max(1, clusters) else {
      throw SurprisalError(
        .data, "\(clusters) clusters need at least \(clusters) rows, there are \(present)",
        remedy: "ask for fewer clusters or give more rows")
    }
    return try rows.withUnsafeValues { values in
      try withOptionalBuffer(weights) { weights in
        var (low, high) = try ranges(values, rows, weights, names, threads: threads)
        for point in points {
          for (column, value) in point.enumerated() {
            low[column] = min(low[column], value)
            high[column] = max(high[column], value)
          }
        }
        let (shift, scale) = frame(low, high)
        return try shift.withUnsafeBufferPointer { shift in
          let data = ClusteringRows(
            rows: values, rowCount: rows.rowCount, columnCount: rows.columnCount, weights: weights,
            shift: shift.baseAddress ?? values, scale: scale)
          return try body(data, names)
        }
      }
    }
  }

  /// The shift and scale for columns of these ranges.
  ///
  /// No shift while every middle is within 16 half ranges of 0, and no scale while the widest half range is
  /// within 2^±64: the C loops are faster without, and no more than four bits are at stake.
  private static func frame(_ low: [Double], _ high: [Double]) -> (shift: [Double], scale: Double) {
    var shift = [Double](repeating: 0, count: low.count)
    var widest = 0.0
    var isNeeded = false
    for column in low.indices {
      let middle = low[column] / 2 + high[column] / 2
      let halfRange = high[column] / 2 - low[column] / 2
      shift[column] = middle
      isNeeded = isNeeded || middle.magnitude / 16 > halfRange
      widest = max(widest, halfRange)
    }
    if !isNeeded { shift = shift.map { _ in 0 } }
    guard widest > 0, !(-64...64).contains(widest.exponent) else { return (shift, 1) }
    let exponent = max(-1000, min(1000, widest.exponent))
    return (shift, Double(sign: .plus, exponent: -exponent, significand: 1))
  }

  static func withOptionalBuffer<Result>(
    _ values: [Double]?, _ body: (UnsafePointer<Double>?) throws -> Result
  ) rethrows -> Result {
    guard let values else { return try body(nil) }
    return try values.withUnsafeBufferPointer { try body($0.baseAddress) }
  }

  /// Checks the weights and counts the rows that have one.
  private static func presentRowCount(_ rows: RowMatrix, _ weights: [Double]?) throws -> Int {
    guard let weights else { return rows.rowCount }
    guard weights.count == rows.rowCount else {
      throw SurprisalError(
        .data, "\(weights.count) weights for \(rows.rowCount) rows", remedy: "give one weight for every row")
    }
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw SurprisalError(
        .data, "the weight of row \(row + 1) is \(weights[row])",
        remedy: "give finite weights that are not negative")
    }
    guard weights.reduce(0, +).isFinite else {
      throw SurprisalError(.data, "the sum of the weights overflows", remedy: "divide the weights")
    }
    let present = weights.count { $0 > 0 }
    guard present > 0 || weights.isEmpty else {
      throw SurprisalError(
        .data, "the weights of all \(weights.count) rows are 0", remedy: "give some row a weight above 0")
    }
    return present
  }

  /// The least and largest number of every column among the present rows.
  static func ranges(
    _ values: UnsafePointer<Double>, _ rows: RowMatrix, _ weights: UnsafePointer<Double>?,
    _ names: [String], threads: Int
  ) throws -> (low: [Double], high: [Double]) {
    let columns = rows.columnCount
    let rowCount = rows.rowCount
    let parts = max(1, min(threads, rowCount / 4096))
    var low = [Double](repeating: .infinity, count: columns * parts)
    var high = [Double](repeating: -.infinity, count: columns * parts)
    var isFinite = [Bool](repeating: true, count: parts)
    low.withUnsafeMutableBufferPointer { low in
      high.withUnsafeMutableBufferPointer { high in
        isFinite.withUnsafeMutableBufferPointer { isFinite in
          // Every part writes to its own place; minima and maxima do not depend on the partition.
          nonisolated(unsafe) let (low, high, isFinite) = (low.baseAddress, high.baseAddress, isFinite)
          nonisolated(unsafe) let (values, weights) = (values, weights)
          parallelFor(count: parts, threads: threads) { part in
            guard let low, let high else { return }
            let first = rowCount / parts * part
            let end = part == parts - 1 ? rowCount : rowCount / parts * (part + 1)
            let finite = surprisal_kmeans_ranges(
              values + first * columns, weights.map { $0 + first }, end - first, columns,
              low + part * columns, high + part * columns)
            isFinite[part] = finite != 0
          }
        }
      }
    }
    guard isFinite.allSatisfy({ $0 }) else { throw nonFiniteError(values, rows, names) }
    for part in 1..<max(parts, 1) {
      for column in 0..<columns {
        low[column] = min(low[column], low[part * columns + column])
        high[column] = max(high[column], high[part * columns + column])
      }
    }
    return (Array(low.prefix(columns)), Array(high.prefix(columns)))
  }

  private static func nonFiniteError(
    _ values: UnsafePointer<Double>, _ rows: RowMatrix, _ names: [String]
  ) -> SurprisalError {
    let buffer = UnsafeBufferPointer(start: values, count: rows.rowCount * rows.columnCount)
    let index = buffer.firstIndex { !$0.isFinite } ?? 0
    return SurprisalError(
      .data,
      "row \(index / rows.columnCount + 1), column \(names[index % rows.columnCount]) is \(buffer[index])",
      remedy: "leave out the row or give a finite number")
  }
}
