/// Rows of discrete and continuous columns as one space: rows of the same levels are as far apart as their numbers, rows
/// of different levels infinitely far.
///
/// It is the product of the discrete metric and the maximum norm that Mesner and Shalizi (2020) use, with classes apart
/// whatever the scale of the numbers.
struct MixedSpace: Sendable {
  let rowCount: Int
  /// The class of each row: the joint level of the discrete columns.
  private let classOfRow: [Int]
  /// How many rows each class has.
  private let sizes: [Int]
  /// The rows of each class by their numbers; none without continuous columns.
  private let trees: [NeighborTree]
  /// The position of each row in its class's tree.
  private let places: [Int32]

  /// The space of some discrete columns and of the columns of a matrix, all of `rowCount` rows.
  init(_ levels: [DiscreteColumn], _ matrix: SampleMatrix?, rowCount: Int) {
    self.rowCount = rowCount
    let classes = levels.isEmpty ? (of: [Int](repeating: 0, count: rowCount), count: 1) : CellTable.ranks(levels)
    classOfRow = classes.of
    var rows = [[Int]](repeating: [], count: classes.count)
    for (row, place) in classes.of.enumerated() { rows[place].append(row) }
    sizes = rows.map(\.count)
    guard let matrix, !matrix.columns.isEmpty else {
      (trees, places) = ([], [])
      return
    }
    trees = rows.map { rows in
      NeighborTree(columns: matrix.columns.map { column in rows.map { column[$0] } }, scales: matrix.scales)
    }
    var places = [Int32](repeating: 0, count: rowCount)
    for (rows, tree) in zip(rows, trees) {
      for (position, index) in tree.order.enumerated() {
        places[rows[Int(index)]] = Int32(truncatingIfNeeded: position)
      }
    }
    self.places = places
  }

  /// How far each row's neighborhood reaches.
  struct Reach {
    /// The distance to the last neighbor; NaN for rows alone in their class.
    var radii: [Double]
    /// Whether rows at the distance itself are left out: they count where several are, or where the distance is 0.
    var isStrict: [Bool]
    /// Whether a row has as many equals, or neighbors at one distance, that these are counted.
    var hasTies: Bool { zip(radii, isStrict).contains { !$0.isNaN && !$1 } }
    /// Rows that have a neighbor.
    var rows: [Int] { radii.indices.filter { !radii[$0].isNaN } }
  }

  /// The distance to the k-th other row of the own class, or to the last if there are fewer.
  func reach(k: Int) -> Reach {
    var reach = Reach(
      radii: [Double](repeating: .nan, count: rowCount), isStrict: [Bool](repeating: true, count: rowCount))
    if trees.isEmpty {
      for row in 0..<rowCount where sizes[classOfRow[row]] > 1 { (reach.radii[row], reach.isStrict[row]) = (0, false) }
      return reach
    }
    let neighbors = trees.map { tree -> NeighborTree.Neighbors? in
      tree.rowCount > 1 ? tree.nearestOfAll(k: min(k + 1, tree.rowCount - 1), threads: 1) : nil
    }
    for row in 0..<rowCount {
      guard let near = neighbors[classOfRow[row]] else { continue }
      let start = Int(places[row]) * near.count
      let last = min(k, near.count)
      let radius = near.distances[start + last - 1]
      reach.radii[row] = radius
      // One neighbor more than needed shows whether several rows are at the last one's distance.
      reach.isStrict[row] = radius > 0 && !(last < near.count && near.distances[start + last] == radius)
    }
    return reach
  }

  /// How many rows of this space each row's neighborhood holds, counted as the estimators' ψ wants them: with the row
  /// itself and without what is at the radius, or with all at the radius but one where `reach` says so.
  ///
  /// - Precondition: the columns are among those of the space that `reach` is of.
  func counts(within reach: Reach) -> [Int] {
    if trees.isEmpty { return classOfRow.map { sizes[$0] } }
    return (0..<rowCount).map { row in
      let radius = reach.radii[row]
      if radius.isNaN { return 1 }
      let tree = trees[classOfRow[row]]
      let found =
        tree.withSearch(AnyColumns.self) { search in
          search.count(
            within: radius, of: search.points + Int(places[row]) * tree.columnCount, isStrict: reach.isStrict[row])
        } ?? 1
      return max(1, reach.isStrict[row] || radius == 0 ? found : found - 1)
    }
  }
}
