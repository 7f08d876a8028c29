import CSurprisalKernels
import SurprisalCore

extension KMeans {
  /// The index of the nearest center for every row, from 0; the lowest among equals.
  ///
  /// Throws a data error if `rows` has other columns than the model or a number that is not finite.
  public func assignments(of rows: RowMatrix, threads: Int? = nil) throws -> [Int] {
    try requireColumns(of: rows)
    guard rows.rowCount > 0 else { return [] }
    let threads = Threads.resolve(threads)
    return try KMeans.withClusteringRows(
      rows, nil, columnNames, clusters: 1, threads: threads, also: centers
    ) { data, _ in
      let solver = LloydSolver(data, clusters: clusterCount, threads: threads)
      solver.setCenters(centers)
      _ = solver.assign()
      return (0..<rows.rowCount).map { Int(solver.labels[$0]) }
    }
  }

  func requireColumns(of rows: RowMatrix) throws {
    guard rows.columnCount == columnCount else {
      throw SurprisalError(
        .data, "the rows have \(rows.columnCount) columns, the k-means model \(columnCount)",
        remedy: "give the columns \(columnNames.prefix(8).joined(separator: ", "))")
    }
  }
}

extension LloydSolver {
  /// Takes centers in the unit of x.
  func setCenters(_ values: [[Double]]) {
    for (cluster, center) in values.enumerated() {
      for (column, value) in center.enumerated() {
        centers[cluster * data.columnCount + column] = (value - data.shift[column]) * data.scale
      }
    }
  }

  /// The centers in the unit of x.
  func rawCenters() -> [[Double]] {
    (0..<clusters).map { cluster in
      (0..<data.columnCount).map { column in
        data.shift[column] + centers[cluster * data.columnCount + column] / data.scale
      }
    }
  }
}
