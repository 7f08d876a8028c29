import CSurprisalKernels
import SurprisalCore

extension NeighborEstimator {
  /// The joint entropy −E[log f] of D continuous columns and any number of discrete ones, where f is the mass of the
  /// levels times the density of the numbers within them: H(levels) + h(numbers | levels), at the units of the numbers.
  ///
  ///     h = ψ(n) − ψ(kᵢ) + D ln 2 + D/n Σᵢ ln εᵢ
  ///
  /// as for continuous columns alone (Kozachenko and Leonenko 1987), with εᵢ the distance to the kᵢ-th neighbor of the
  /// same levels, kᵢ = min(k, rows of these levels − 1).
  ///
  /// - Throws: `usage` without a continuous column, otherwise as `entropy(columns:)`; `data` if all rows are alone.
  public func jointEntropy(of columns: [SampleColumn]) throws -> Estimate<DifferentialEntropy> {
    let name = "joint entropy"
    let rows = columns.first?.count ?? 0
    let all = try MixedColumns(columns, rowCount: rows, name, stream: 1)
    guard let matrix = all.matrix else {
      throw SurprisalError(
        .usage, "\(name): all columns are discrete", remedy: "count them: DiscreteColumn.jointEntropy")
    }
    try check(rows: rows, name)
    let method = "nearest neighbor within classes (Kozachenko and Leonenko), k = \(neighborCount)"
    let space = all.space(rowCount: rows)
    let reach = space.reach(k: neighborCount)
    let own = space.counts(within: reach)
    let digamma = HarmonicTable(upTo: rows)
    let width = Double(matrix.columns.count)
    let shift = digamma[rows] + width * 0.6931471805599453 + matrix.logDeviations.reduce(0, +)
    return try density(matrix, reach, method, name, isSpread: all.isSpread) { row in
      shift - digamma[own[row]] + width * surprisal_log(reach.radii[row])
    }
  }

  /// The conditional differential entropy h(X | Z) of a continuous column given others of any kind, at its unit:
  ///
  ///     h = ⟨ψ(mᵢ) − ψ(kᵢ)⟩ + ln 2 + ⟨ln εᵢ⟩,
  ///
  /// with εᵢ the distance to the kᵢ-th neighbor in X and Z together among rows of the same levels, and mᵢ the rows
  /// nearer than that in Z alone, the row itself included: the difference h(X, Z) − h(Z) at one radius, as Kraskov,
  /// Stögbauer and Grassberger (2004) take it, so that most of both biases cancels.
  ///
  /// - Throws: as `jointEntropy(of:)`.
  public func conditionalEntropy(
    of column: [Double], given others: [SampleColumn]
  ) throws -> Estimate<DifferentialEntropy> {
    let name = "conditional entropy"
    if others.isEmpty { return try entropy(column) }
    let rows = column.count
    let own = try MixedColumns([.continuous(column)], rowCount: rows, name, stream: 1)
    let given = try MixedColumns(others, rowCount: rows, name, stream: 2)
    guard let matrix = own.matrix else { return try entropy(column) }
    try check(rows: rows, name)
    let space = own.joined(with: given).space(rowCount: rows)
    let reach = space.reach(k: neighborCount)
    let both = space.counts(within: reach)
    let known = given.space(rowCount: rows).counts(within: reach)
    let digamma = HarmonicTable(upTo: rows)
    let shift = 0.6931471805599453 + matrix.logDeviations.reduce(0, +)
    return try density(
      matrix, reach, "nearest neighbor, one radius for h(X, Z) − h(Z) (Kraskov), k = \(neighborCount)", name,
      isSpread: own.isSpread || given.isSpread
    ) { row in
      shift + digamma[known[row]] - digamma[both[row]] + surprisal_log(reach.radii[row])
    }
  }

  /// The conditional entropy H(X | Z) of a discrete column given others of any kind: ⟨ψ(mᵢ) − ψ(kᵢ)⟩, where the kᵢ-th
  /// neighbor in Z among the rows of row i's levels is as far as the last of mᵢ rows of any level of X. That is the
  /// entropy less the information of Ross (2014), at one radius. Within 0 … H(X).
  ///
  /// Without a continuous column that varies among `others` the rows are counted with `discreteEstimator`.
  ///
  /// - Throws: as `mutualInformation(levels:columns:)`.
  public func conditionalEntropy(
    of column: DiscreteColumn, given others: [SampleColumn]
  ) throws -> Estimate<Information> {
    let name = "conditional entropy"
    let rows = column.count
    let given = try MixedColumns(others, rowCount: rows, name, stream: 2)
    if given.matrix?.columns.isEmpty ?? true {
      // Nothing but levels tells anything of X.
      return given.levels.isEmpty
        ? try column.entropy(estimator: discreteEstimator)
        : try column.conditionalEntropy(given: given.levels, estimator: discreteEstimator)
    }
    try check(rows: rows, name)
    let own = try MixedColumns([.discrete(column)], rowCount: rows, name, stream: 1)
    let space = own.joined(with: given).space(rowCount: rows)
    let reach = space.reach(k: neighborCount)
    try refuseAlone(reach, name)
    let both = space.counts(within: reach)
    let known = given.space(rowCount: rows).counts(within: reach)
    let digamma = HarmonicTable(upTo: rows)
    let terms = LocalTerms(reach.rows.map { digamma[known[$0]] - digamma[both[$0]] })
    let interval = NeighborInterval(terms: terms, k: neighborCount, hasAtoms: reach.hasTies)
    let most = NeighborEstimator.classEntropy(column)
    let bounds = [
      Bound("a conditional entropy is at least 0", least: 0),
      Bound("a conditional entropy is at most the entropy", most: most),
    ]
    let (value, clamped) = Bound.clamp(terms.mean, to: bounds)
    let isKnown = isMostlyKnown(reach)
    let low = isKnown ? max(0, min(value, terms.mean - interval.halfWidth)) : 0
    let high = isKnown ? max(value, terms.mean + interval.halfWidth) : .infinity
    return Estimate(
      value: Information(nats: value), standardError: interval.standardError,
      interval: Information(nats: low)...Information(nats: high),
      estimator: "nearest neighbor within classes (Ross), k = \(neighborCount)", sampleCount: terms.count,
      assumptions: notes(reach, isSpread: given.isSpread), clamped: clamped)
  }

  // MARK: - Shared

  /// What the estimate rests on.
  func notes(_ reach: MixedSpace.Reach, isSpread: Bool) -> [String] {
    var notes = ["rows are independent", "the density within levels is smooth between neighbors"]
    let left = reach.radii.count - reach.rows.count
    if left > 0 { notes.append("\(left) rows alone with their levels were left out") }
    if !isMostlyKnown(reach) { notes.append("no interval is sound where more than one row in twenty is left out") }
    if isSpread { notes.append("values on a grid were spread over one step of it") }
    if reach.hasTies { notes.append("repeated values have positive probability, and are counted") }
    return notes
  }

  /// Whether at most one row in twenty is alone with its levels.
  func isMostlyKnown(_ reach: MixedSpace.Reach) -> Bool {
    (reach.radii.count - reach.rows.count) * 20 <= reach.radii.count
  }

  func refuseAlone(_ reach: MixedSpace.Reach, _ name: String) throws {
    if reach.rows.isEmpty {
      throw SurprisalError(
        .data, "\(name): every row is alone with its levels",
        remedy: "leave the column out, or treat its numbers as continuous")
    }
  }

  /// The mean of a density's terms, or −∞ where there is no density.
  private func density(
    _ matrix: SampleMatrix, _ reach: MixedSpace.Reach, _ method: String, _ name: String, isSpread: Bool,
    _ term: (Int) -> Double
  ) throws -> Estimate<DifferentialEntropy> {
    if matrix.hasConstant { return singular(method, "a column is constant, so there is no density", matrix.rowCount) }
    try refuseAlone(reach, name)
    let rows = reach.rows
    if rows.contains(where: { reach.radii[$0] == 0 }) {
      return singular(
        method, "more than \(neighborCount) rows, or all of some levels, are equal: there is no density",
        matrix.rowCount)
    }
    var estimate = NeighborInterval(terms: LocalTerms(rows.map(term)), k: neighborCount).entropy(
      method, columnCount: matrix.columns.count, assumptions: notes(reach, isSpread: isSpread))
    if !isMostlyKnown(reach) {
      estimate.interval = DifferentialEntropy(nats: -.infinity)...DifferentialEntropy(nats: .infinity)
    }
    return estimate
  }
}
