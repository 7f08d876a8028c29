/// The merges of an agglomerative clustering, from single rows up to one cluster.
package struct HierarchicalTree: Sendable {
  /// One merge: the clusters that hold these two rows become one.
  struct Merge: Sendable {
    var first: Int
    var second: Int
    /// Ward's distance of the two, √(2 m_a m_b / (m_a + m_b)) · |a − b|: for single rows of weight 1 their
    /// Euclidean distance.
    var height: Double
  }

  /// How many rows the tree labels.
  package let rowCount: Int
  /// In rising height.
  let merges: [Merge]
  /// For rows of weight 0 the present row whose label they share, else the row itself.
  let representatives: [Int]

  /// The heights of all merges, rising.
  package var heights: [Double] { merges.map(\.height) }

  /// The cluster of every row when `clusters` are left, numbered by their first rows.
  ///
  /// Never more clusters than rows that are present, never fewer than one.
  package func labels(clusters: Int) -> [Int32] {
    var parents = Array(0..<rowCount)
    func root(_ row: Int) -> Int {
      var row = row
      while parents[row] != row {
        parents[row] = parents[parents[row]]
        row = parents[row]
      }
      return row
    }
    for merge in merges.prefix(max(0, merges.count + 1 - max(1, clusters))) {
      let first = root(merge.first)
      let second = root(merge.second)
      parents[max(first, second)] = min(first, second)
    }
    var numbers = [Int32](repeating: -1, count: rowCount)
    var next: Int32 = 0
    for row in 0..<rowCount where representatives[row] == row && root(row) == row {
      numbers[row] = next
      next += 1
    }
    return (0..<rowCount).map { numbers[root(representatives[$0])] }
  }
}
