import SurprisalCore

extension NeighborEstimator {
  /// The conditional mutual information I(X; Y | Z) of groups of continuous columns (Frenzel and Pompe 2007):
  ///
  ///     I = ψ(k) + ⟨ψ(n_z + 1) − ψ(n_xz + 1) − ψ(n_yz + 1)⟩,
  ///
  /// with the rows strictly nearer than the k-th neighbor in the columns named. Repeated values off a grid are counted
  /// as for the mutual information. Constant columns of Z change nothing.
  ///
  /// The more columns, the larger the bias towards 0, and the interval does not hold it beyond about four columns.
  ///
  /// - Throws: `data` for numbers that are not finite (with row and column), columns of different lengths, and fewer
  ///   than k + 1 rows.
  public func conditionalMutualInformation(
    columns x: [[Double]], and y: [[Double]], given z: [[Double]]
  ) throws -> Estimate<Information> {
    let name = "conditional mutual information"
    let first = try SampleMatrix(x, name, stream: 1)
    let second = try SampleMatrix(y, name, stream: 2, firstColumn: x.count)
    let condition = try SampleMatrix(z, name, stream: 3, firstColumn: x.count + y.count)
    if first.rowCount != second.rowCount || first.rowCount != condition.rowCount {
      throw SurprisalError(
        .data, "\(name): \(first.rowCount), \(second.rowCount) and \(condition.rowCount) rows")
    }
    if condition.columns.isEmpty { return try mutualInformation(columns: x, and: y) }
    try check(rows: first.rowCount, name)
    if first.columns.isEmpty || second.columns.isEmpty { return constantEstimate(rows: first.rowCount) }
    let digamma = HarmonicTable(upTo: first.rowCount)
    let terms = conditionalTerms(first, second, condition, digamma)
    var notes = ["rows are independent", "the density is smooth between neighbors"]
    if first.isSpread || second.isSpread || condition.isSpread {
      notes.append("values on a grid were spread over one step of it")
    }
    return NeighborInterval(
      terms: LocalTerms(terms.values), k: neighborCount, hasAtoms: terms.hasTies
    ).information(
      "Frenzel and Pompe, k = \(neighborCount)", ceiling: digamma[first.rowCount] - digamma[neighborCount],
      assumptions: notes)
  }

  private func conditionalTerms(
    _ x: SampleMatrix, _ y: SampleMatrix, _ z: SampleMatrix, _ digamma: HarmonicTable
  ) -> (values: [Double], hasTies: Bool) {
    let threads = Threads.resolve(threads)
    let k = neighborCount
    // z stands in the middle, so that x z and z y are runs of columns.
    let tree = NeighborTree(
      columns: x.columns + z.columns + y.columns, scales: x.scales + z.scales + y.scales)
    let neighbors = tree.nearestOfAll(k: min(k + 1, tree.rowCount - 1), threads: threads)
    var radii = [Double](repeating: 0, count: tree.rowCount)
    var isStrict = [Bool](repeating: true, count: tree.rowCount)
    var tied: [Int] = []
    for position in radii.indices {
      radii[position] = neighbors.distances[position * neighbors.count + k - 1]
      if radii[position] == 0
        || k < neighbors.count && neighbors.distances[position * neighbors.count + k] == radii[position]
      {
        isStrict[position] = false
        tied.append(position)
      }
    }
    func counts(_ side: SampleMatrix, _ offset: Int) -> [Int32] {
      MarginalSide(side).counts(within: radii, isStrict: isStrict, of: tree, at: offset, threads: threads)
    }
    let xz = counts(x.joined(with: z), 0)
    let zy = counts(z.joined(with: y), x.columns.count)
    let alone = counts(z, x.columns.count)
    var terms = radii.indices.map { position in
      digamma[k] + digamma[Int(alone[position])] - digamma[Int(xz[position])] - digamma[Int(zy[position])]
    }
    let within = tree.closedCounts(within: radii, at: tied)
    for (index, position) in tied.enumerated() {
      let own = radii[position] == 0 ? 0 : 1
      terms[position] =
        digamma[within[index] - own] + digamma[Int(alone[position]) - own] - digamma[Int(xz[position]) - own]
        - digamma[Int(zy[position]) - own]
    }
    return (terms, !tied.isEmpty)
  }
}

extension SampleMatrix {
  /// The columns of both, this one's first.
  func joined(with other: SampleMatrix) -> SampleMatrix {
    var result = self
    result.columns += other.columns
    result.sorted += other.sorted
    result.scales += other.scales
    result.logDeviations += other.logDeviations
    return result
  }
}
