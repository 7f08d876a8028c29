import CSurprisalKernels
import SurprisalCore

/// Rows to be clustered, seen as (x − shift) · scale with one power-of-two scale for all columns.
///
/// The shift keeps digits of data far from the origin, the scale keeps squares in range; neither changes which
/// center is nearest. The memory is the caller's and must outlive the value.
struct ClusteringRows {
  let rows: UnsafePointer<Double>
  let rowCount: Int
  let columnCount: Int
  /// One per row, not negative; `nil` stands for 1. A row of weight 0 is absent.
  let weights: UnsafePointer<Double>?
  let shift: UnsafePointer<Double>
  let scale: Double

  /// The rows of one chunk: the unit of work and of summation.
  static let chunkRows = Int(SURPRISAL_CHUNK_ROWS)

  var chunkCount: Int { (rowCount + Self.chunkRows - 1) / Self.chunkRows }

  func chunk(_ index: Int) -> Range<Int> {
    index * Self.chunkRows..<min(rowCount, (index + 1) * Self.chunkRows)
  }

  func isPresent(_ row: Int) -> Bool { weights.map { $0[row] > 0 } ?? true }

  /// Writes `row`, shifted and scaled, to `center`.
  func copyRow(_ row: Int, to center: UnsafeMutablePointer<Double>) {
    for column in 0..<columnCount {
      center[column] = (rows[row * columnCount + column] - shift[column]) * scale
    }
  }

  func areEqual(_ first: Int, _ second: Int) -> Bool {
    let a = rows + first * columnCount
    let b = rows + second * columnCount
    for column in 0..<columnCount where a[column] != b[column] { return false }
    return true
  }

  /// What the C loops take: these rows beside `clusters` shifted and scaled centers.
  func plan(centers: UnsafePointer<Double>, clusters: Int) -> surprisal_kmeans {
    surprisal_kmeans(
      rows: rows, weights: weights, shift: shift, scale: scale, columns: columnCount, centers: centers,
      clusters: clusters)
  }

  /// Calls `body` with memory for one call of the C loops.
  func withWorkspace<Result>(_ body: (UnsafeMutablePointer<Double>) -> Result) -> Result {
    let memory = Scratch(capacity: surprisal_kmeans_workspace_count(columnCount))
    return withExtendedLifetime(memory) { body(memory.base) }
  }
}

extension ClusteringRows {
  /// The lowest-numbered present rows that differ from one another, at most `limit` of them.
  func distinctRows(upTo limit: Int) -> [Int] {
    var found: [Int] = []
    for row in 0..<rowCount where found.count < limit && isPresent(row) {
      // Equal rows tend to stand together, so the newest are looked at first.
      if !found.reversed().contains(where: { areEqual($0, row) }) { found.append(row) }
    }
    return found
  }
}
