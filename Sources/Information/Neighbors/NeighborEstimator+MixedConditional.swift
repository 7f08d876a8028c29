import SurprisalCore

extension NeighborEstimator {
  /// The conditional mutual information I(X; Y | Z) of columns of any kinds (Mesner and Shalizi 2020):
  ///
  ///     I = ⟨ψ(kᵢ) − ψ(n_xz) − ψ(n_yz) + ψ(n_z)⟩,
  ///
  /// with the kᵢ-th neighbor in all columns among the rows of the same levels, and the rows nearer than that in the
  /// columns named, as for continuous columns (Frenzel and Pompe 2007); where several rows are at one distance, all
  /// within it are counted. kᵢ = min(k, rows of the same levels − 1); rows alone with their levels are left out.
  /// Columns that are all continuous go to `conditionalMutualInformation(columns:and:given:)`, all discrete ones are
  /// counted with `discreteEstimator`.
  ///
  /// - Throws: as `mutualInformation(levels:columns:)`.
  public func conditionalMutualInformation(
    _ x: SampleColumn, _ y: SampleColumn, given others: [SampleColumn]
  ) throws -> Estimate<Information> {
    let name = "conditional mutual information"
    if others.isEmpty { return try mutualInformation(x, y) }
    let rows = x.count
    let all = try MixedColumns([x, y] + others, rowCount: rows, name, stream: 1)
    if all.matrix == nil {
      return try all.levels[0].mutualInformation(
        with: all.levels[1], given: Array(all.levels.dropFirst(2)), estimator: discreteEstimator)
    }
    if all.levels.isEmpty, case .continuous(let first) = x, case .continuous(let second) = y {
      return try conditionalMutualInformation(
        columns: [first], and: [second],
        given: others.compactMap { if case .continuous(let values) = $0 { values } else { nil } })
    }
    try check(rows: rows, name)
    let first = try MixedColumns([x], rowCount: rows, name, stream: 1)
    let second = try MixedColumns([y], rowCount: rows, name, stream: 2)
    let given = try MixedColumns(others, rowCount: rows, name, stream: 3)
    for side in [first, second] where side.isConstant { return constantEstimate(rows: rows) }
    let space = first.joined(with: given).joined(with: second).space(rowCount: rows)
    let reach = space.reach(k: neighborCount)
    try refuseAlone(reach, name)
    func counts(_ columns: MixedColumns) -> [Int] { columns.space(rowCount: rows).counts(within: reach) }
    let (both, xz, yz) = (
      space.counts(within: reach), counts(first.joined(with: given)), counts(second.joined(with: given))
    )
    let z = counts(given)
    let digamma = HarmonicTable(upTo: rows)
    let terms = reach.rows.map { row in
      digamma[both[row]] + digamma[z[row]] - digamma[xz[row]] - digamma[yz[row]]
    }
    let discrete = [x, y].filter(\.isDiscrete)
    var estimate = NeighborInterval(terms: LocalTerms(terms), k: neighborCount, hasAtoms: reach.hasTies).information(
      "nearest neighbor, mixed (Mesner and Shalizi), k = \(neighborCount)",
      ceiling: discrete.isEmpty ? digamma[rows] - digamma[neighborCount] : .infinity,
      assumptions: notes(reach, isSpread: first.isSpread || second.isSpread || given.isSpread))
    for case .discrete(let column) in discrete { estimate.limit(to: NeighborEstimator.classEntropy(column)) }
    if !isMostlyKnown(reach) { estimate.interval = .zero...Information(nats: .infinity) }
    return estimate
  }
}

extension MixedColumns {
  /// Whether no column varies.
  fileprivate var isConstant: Bool {
    levels.allSatisfy { column in column.counts.filter { $0 > 0 }.count < 2 } && matrix?.columns.isEmpty ?? true
  }
}
