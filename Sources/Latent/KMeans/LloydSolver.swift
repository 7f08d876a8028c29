import CSurprisalKernels
import SurprisalCore

/// Lloyd's algorithm: rows go to their nearest centers, centers to the means of their rows (Lloyd 1982).
///
/// Every sum runs over chunks of 2,048 rows that a binary counter joins, so the result has the same bits for
/// any number of threads.
final class LloydSolver {
  let data: ClusteringRows
  let clusters: Int
  let threads: Int
  /// [clusters][columns], shifted and scaled.
  let centers: UnsafeMutablePointer<Double>
  /// The cluster of every row.
  let labels: UnsafeMutablePointer<Int32>
  /// [clusters][sumStride]: Σ w x and Σ w of each cluster; then Σ w d².
  let totals: UnsafeMutablePointer<Double>
  private let parts: Scratch
  private let partsPerWave: Int
  private let changes: UnsafeMutablePointer<Int>

  /// From one cluster's sums to the next.
  let sumStride: Int
  private let width: Int

  /// A solver for `data`; `centers` are unset, and labels are those of no cluster.
  init(_ data: ClusteringRows, clusters: Int, threads: Int = 1) {
    self.data = data
    self.clusters = clusters
    self.threads = threads
    sumStride = surprisal_kmeans_sum_stride(data.columnCount)
    // One more block for Σ w d² keeps every part aligned.
    width = (clusters + 1) * sumStride
    centers = .allocate(capacity: clusters * data.columnCount)
    centers.initialize(repeating: 0, count: clusters * data.columnCount)
    labels = .allocate(capacity: data.rowCount)
    labels.initialize(repeating: -1, count: data.rowCount)
    totals = .allocate(capacity: width)
    totals.initialize(repeating: 0, count: width)
    // Up to 32 MB of partial sums at a time.
    partsPerWave = min(data.chunkCount, max(threads, min(512, (4 << 20) / width)))
    parts = Scratch(capacity: partsPerWave * width)
    changes = .allocate(capacity: max(1, partsPerWave))
  }

  deinit {
    centers.deallocate()
    labels.deallocate()
    totals.deallocate()
    changes.deallocate()
  }

  /// Assigns every row to its nearest center and sums up `totals`.
  ///
  /// Returns Σ w d² and how many labels changed.
  func assign() -> (inertia: Double, changed: Int) {
    let plan = data.plan(centers: centers, clusters: clusters)
    var tree = BinaryCounter(count: width)
    var first = 0
    var changed = 0
    while first < data.chunkCount {
      let count = min(partsPerWave, data.chunkCount - first)
      assignWave(plan, firstChunk: first, count: count)
      for part in 0..<count {
        changed += changes[part]
        tree.pushZeros().update(from: parts.base + part * width, count: width)
        tree.carry()
      }
      first += count
    }
    tree.fold(into: totals)
    return (totals[clusters * sumStride], changed)
  }

  private func assignWave(_ plan: surprisal_kmeans, firstChunk: Int, count: Int) {
    // The bodies write apart: each its own part, its own change count and its own rows' labels.
    nonisolated(unsafe) let plan = plan
    nonisolated(unsafe) let solver = self
    parallelFor(count: count, threads: threads) { part in
      let rows = solver.data.chunk(firstChunk + part)
      let sums = solver.parts.base + part * solver.width
      sums.update(repeating: 0, count: solver.width)
      solver.changes[part] = 0
      withUnsafePointer(to: plan) { plan in
        solver.data.withWorkspace { workspace in
          sums[solver.clusters * solver.sumStride] = surprisal_kmeans_assign(
            plan, rows.lowerBound, rows.upperBound, solver.labels, solver.changes + part, sums, nil,
            workspace)
        }
      }
    }
  }

  /// Moves the centers to the means of their rows; an empty cluster's center to the row that is farthest from
  /// every center, the lowest-numbered among equals.
  func moveCenters() {
    let columns = data.columnCount
    var empty: [Int] = []
    for cluster in 0..<clusters {
      let sums = totals + cluster * sumStride
      guard sums[columns] > 0 else {
        empty.append(cluster)
        continue
      }
      for column in 0..<columns { centers[cluster * columns + column] = sums[column] / sums[columns] }
    }
    guard !empty.isEmpty else { return }
    for cluster in empty {
      guard let row = farthestRow() else { return }
      data.copyRow(row, to: centers + cluster * columns)
    }
  }

  /// The present row with the largest distance to its nearest center; nil if every distance is 0.
  private func farthestRow() -> Int? {
    var best: (row: Int, distance: Double)?
    withDistances { distances in
      for row in 0..<data.rowCount where data.isPresent(row) && distances[row] > (best?.distance ?? 0) {
        best = (row, distances[row])
      }
    }
    return best?.row
  }

  /// Calls `body` with the squared distance of every row to its nearest center.
  func withDistances(_ body: (UnsafeMutablePointer<Double>) -> Void) {
    let distances = UnsafeMutablePointer<Double>.allocate(capacity: data.rowCount)
    let nearest = UnsafeMutablePointer<Int32>.allocate(capacity: data.rowCount)
    defer {
      distances.deallocate()
      nearest.deallocate()
    }
    nearest.initialize(repeating: 0, count: data.rowCount)
    var changed = 0
    withUnsafePointer(to: data.plan(centers: centers, clusters: clusters)) { plan in
      data.withWorkspace {
        _ = surprisal_kmeans_assign(plan, 0, data.rowCount, nearest, &changed, nil, distances, $0)
      }
    }
    body(distances)
  }
}
