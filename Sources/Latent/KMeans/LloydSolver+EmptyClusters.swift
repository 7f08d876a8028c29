extension LloydSolver {
  /// Gives rows to clusters that have none, as long as some cluster holds two different rows.
  ///
  /// Each empty cluster takes, with its duplicates, the row that is farthest from its center (the
  /// lowest-numbered among equals) among the clusters that can spare one. So K clusters are filled whenever
  /// there are K different rows. Returns whether any label changed.
  @discardableResult
  func fillEmptyClusters() -> Bool {
    var isChanged = false
    for _ in 0..<clusters {
      let (counts, isMixed) = occupancy()
      guard let empty = counts.firstIndex(of: 0) else { break }
      var best: (row: Int, distance: Double)?
      withDistances { distances in
        for row in 0..<data.rowCount where data.isPresent(row) && isMixed[Int(labels[row])] {
          if distances[row] > (best?.distance ?? -1) { best = (row, distances[row]) }
        }
      }
      guard let moved = best?.row else { break }
      let donor = labels[moved]
      for row in 0..<data.rowCount where labels[row] == donor && data.areEqual(row, moved) {
        labels[row] = Int32(empty)
      }
      data.copyRow(moved, to: centers + empty * data.columnCount)
      isChanged = true
    }
    return isChanged
  }

  /// The present rows of each cluster, and whether it holds two that differ.
  private func occupancy() -> (counts: [Int], isMixed: [Bool]) {
    var counts = [Int](repeating: 0, count: clusters)
    var first = [Int](repeating: 0, count: clusters)
    var isMixed = [Bool](repeating: false, count: clusters)
    for row in 0..<data.rowCount where data.isPresent(row) {
      let cluster = Int(labels[row])
      if counts[cluster] == 0 { first[cluster] = row }
      counts[cluster] += 1
      if !isMixed[cluster], !data.areEqual(first[cluster], row) { isMixed[cluster] = true }
    }
    return (counts, isMixed)
  }
}
