/// The terms of the mutual information between two sides (Kraskov, Stögbauer and Grassberger 2004).
struct KraskovTerms {
  let x: MarginalSide
  let y: MarginalSide
  let digamma: HarmonicTable
  let k: Int
  let threads: Int

  /// The terms of all rows, in an order that depends on the columns alone, and whether repeated values were counted.
  func terms(_ variant: NeighborEstimator.Variant) -> (values: [Double], hasTies: Bool) {
    let tree = NeighborTree(
      columns: x.matrix.columns + y.matrix.columns, scales: x.matrix.scales + y.matrix.scales)
    // One neighbor more than needed shows whether several rows are at the k-th distance.
    let neighbors = tree.nearestOfAll(k: min(k + 1, tree.rowCount - 1), threads: threads)
    return variant == .kraskov1 ? squareTerms(tree, neighbors) : (rectangleTerms(tree, neighbors), false)
  }

  /// Equation 8, ψ(k) + ψ(N) − ψ(n_x + 1) − ψ(n_y + 1) with the rows strictly nearer than the k-th neighbor on each
  /// side; where several rows are at that distance, all within it are counted: ψ(c) + ψ(N) − ψ(c_x) − ψ(c_y).
  private func squareTerms(
    _ tree: NeighborTree, _ neighbors: NeighborTree.Neighbors
  ) -> (values: [Double], hasTies: Bool) {
    let count = tree.rowCount
    let width = neighbors.count
    var radii = [Double](repeating: 0, count: count)
    var isStrict = [Bool](repeating: true, count: count)
    var tied: [Int] = []
    for position in 0..<count {
      let radius = neighbors.distances[position * width + k - 1]
      radii[position] = radius
      if radius == 0 || k < width && neighbors.distances[position * width + k] == radius {
        isStrict[position] = false
        tied.append(position)
      }
    }
    let xCounts = x.counts(within: radii, isStrict: isStrict, of: tree, at: 0, threads: threads)
    let yCounts = y.counts(
      within: radii, isStrict: isStrict, of: tree, at: x.matrix.columns.count, threads: threads)
    let base = digamma[k] + digamma[count]
    var values = [Double](repeating: 0, count: count)
    for position in 0..<count where isStrict[position] {
      values[position] = base - digamma[Int(xCounts[position])] - digamma[Int(yCounts[position])]
    }
    let within = tree.closedCounts(within: radii, at: tied)
    for (index, position) in tied.enumerated() {
      // An atom's rows are a plain count, the row among them; at a distance, the count stopped at a neighbor.
      let own = radii[position] == 0 ? 0 : 1
      values[position] =
        digamma[within[index] - own] + digamma[count] - digamma[Int(xCounts[position]) - own]
        - digamma[Int(yCounts[position]) - own]
    }
    return (values, !tied.isEmpty)
  }

  /// Equation 9, ψ(k) − 1/k + ψ(N) − ψ(n_x) − ψ(n_y), with the rows within the k neighbors' reach on each side.
  private func rectangleTerms(_ tree: NeighborTree, _ neighbors: NeighborTree.Neighbors) -> [Double] {
    let count = tree.rowCount
    let split = x.matrix.columns.count
    var radii = (x: [Double](repeating: 0, count: count), y: [Double](repeating: 0, count: count))
    for position in 0..<count {
      for slot in 0..<k {
        let other = Int(neighbors.positions[position * neighbors.count + slot])
        radii.x[position] = max(radii.x[position], tree.distance(position, other, in: 0..<split))
        radii.y[position] = max(radii.y[position], tree.distance(position, other, in: split..<tree.columnCount))
      }
    }
    let closed = [Bool](repeating: false, count: count)
    let xCounts = x.counts(within: radii.x, isStrict: closed, of: tree, at: 0, threads: threads)
    let yCounts = y.counts(within: radii.y, isStrict: closed, of: tree, at: split, threads: threads)
    let base = digamma[k] - 1 / Double(k) + digamma[count]
    return (0..<count).map { base - digamma[Int(xCounts[$0]) - 1] - digamma[Int(yCounts[$0]) - 1] }
  }
}

extension NeighborTree {
  /// How many rows, itself among them, are within `radii[position]` of the row at each of `positions`.
  func closedCounts(within radii: [Double], at positions: [Int]) -> [Int] {
    withSearch(AnyColumns.self) { search in
      positions.map { position in
        search.count(within: radii[position], of: search.points + position * columnCount, isStrict: false)
      }
    } ?? []
  }

  /// The distance between the rows at two positions in some of the columns.
  func distance(_ first: Int, _ second: Int, in columns: Range<Int>) -> Double {
    var largest = 0.0
    for column in columns {
      let difference = abs(points[first * columnCount + column] - points[second * columnCount + column])
      largest = max(largest, difference * scales[column])
    }
    return largest
  }
}
