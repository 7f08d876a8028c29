import SurprisalCore

/// Partitions of rows that mixtures are started from: a cluster from 0 for every row.
///
/// All functions take `rowCount` × `columnCount` finite numbers row by row (standardized columns), and weights
/// of which 0 means that the row is absent: it is labelled, but has no influence. With at least K different
/// rows present all K clusters have a row; with fewer, as many as there are different rows. Equal generators
/// give equal labels.
package enum PartitionStart {
  /// Labels by k-means: greedy k-means++ seeding, then at most `iterations` assignments of Lloyd's algorithm.
  package static func kMeans(
    rows: UnsafePointer<Double>, rowCount: Int, columnCount: Int, weights: [Double]? = nil, clusters: Int,
    iterations: Int = 10, using generator: inout RandomGenerator
  ) -> [Int32] {
    labels(rows, rowCount, columnCount, weights, clusters) { solver in
      solver.seedCenters(using: &generator)
      // A run without a cancellation check cannot throw.
      _ = try? solver.run(iterations: max(1, iterations))
    }
  }

  /// Labels by the nearest of `clusters` different rows drawn at random.
  package static func randomRows(
    rows: UnsafePointer<Double>, rowCount: Int, columnCount: Int, weights: [Double]? = nil, clusters: Int,
    using generator: inout RandomGenerator
  ) -> [Int32] {
    labels(rows, rowCount, columnCount, weights, clusters) { solver in
      solver.drawCenters(using: &generator)
      _ = solver.assign()
    }
  }

  /// How many different rows there are, counted up to `limit`.
  package static func distinctRowCount(
    rows: UnsafePointer<Double>, rowCount: Int, columnCount: Int, weights: [Double]? = nil, upTo limit: Int
  ) -> Int {
    withClusteringRows(rows, rowCount, columnCount, weights) { $0.distinctRows(upTo: limit).count }
  }

  private static func labels(
    _ rows: UnsafePointer<Double>, _ rowCount: Int, _ columnCount: Int, _ weights: [Double]?,
    _ clusters: Int, _ partition: (LloydSolver) -> Void
  ) -> [Int32] {
    guard rowCount > 0, clusters > 1 else { return [Int32](repeating: 0, count: rowCount) }
    return withClusteringRows(rows, rowCount, columnCount, weights) { data in
      let solver = LloydSolver(data, clusters: clusters)
      partition(solver)
      solver.fillEmptyClusters()
      return Array(UnsafeBufferPointer(start: solver.labels, count: rowCount))
    }
  }

  private static func withClusteringRows<Result>(
    _ rows: UnsafePointer<Double>, _ rowCount: Int, _ columnCount: Int, _ weights: [Double]?,
    _ body: (ClusteringRows) -> Result
  ) -> Result {
    precondition(weights.map { $0.count == rowCount } ?? true, "weights and rows differ in number")
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, columnCount)) { shift in
      shift.initialize(repeating: 0)
      let noShift = UnsafePointer(shift.baseAddress ?? UnsafeMutablePointer(mutating: rows))
      func run(_ weights: UnsafePointer<Double>?) -> Result {
        body(
          ClusteringRows(
            rows: rows, rowCount: rowCount, columnCount: columnCount, weights: weights, shift: noShift,
            scale: 1))
      }
      guard let weights else { return run(nil) }
      return weights.withUnsafeBufferPointer { run($0.baseAddress) }
    }
  }
}
