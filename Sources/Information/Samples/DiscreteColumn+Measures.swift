import CSurprisalKernels
import SurprisalCore

/// Measures of columns, in nats, each with its interval. All throw `data` for columns of different length or none.
extension DiscreteColumn {
  /// The entropy H(X) = −Σ p log p, within 0 … log `levelCount`.
  public func entropy(estimator: DiscreteEstimator = .millerMadow) throws -> Estimate<Information> {
    try Self.jointEntropy(of: [self], estimator: estimator)
  }

  /// The entropy H(X₁, …, X_d) of several columns together, within max H(Xᵢ) … ΣH(Xᵢ).
  public static func jointEntropy(
    of columns: [DiscreteColumn], estimator: DiscreteEstimator = .millerMadow
  ) throws -> Estimate<Information> {
    let table = try CellTable(columns)
    let all = Array(columns.indices)
    let sum = EntropySum(table, [(1, all)])
    let levels = surprisal_log(Double(max(1, sum.terms[0].counts.count)))
    let single = try all.map { try boundedEntropy(table, $0, estimator) }
    let most = Self.logLevels(columns)
    var bounds = [Bound("an entropy is at least 0", least: 0), Bound("an entropy is at most log k", most: most)]
    if columns.count > 1 {
      bounds += [
        Bound("a joint entropy is at least each column's", least: single.max() ?? 0),
        Bound("a joint entropy is at most the sum of the columns'", most: single.reduce(0, +)),
      ]
    }
    let declared = columns.allSatisfy(\.hasDeclaredLevels)
    return try sum.estimate(
      estimator, .init(value: levels, sign: -1), bounds, ends: 0...(declared ? most : .infinity))
  }

  /// The conditional entropy H(X|Z) = H(X, Z) − H(Z), within 0 … H(X).
  public func conditionalEntropy(
    given others: [DiscreteColumn], estimator: DiscreteEstimator = .millerMadow
  ) throws -> Estimate<Information> {
    let table = try CellTable([self] + others)
    let given = Array(1..<table.columns.count)
    let sum = EntropySum(table, [(1, [0] + given), (-1, given)])
    let levels = surprisal_log(Double(max(1, table.margin([0]).counts.count)))
    let bounds = [
      Bound("a conditional entropy is at least 0", least: 0),
      Bound("a conditional entropy is at most the entropy", most: try Self.boundedEntropy(table, 0, estimator)),
    ]
    let most = hasDeclaredLevels ? Self.logLevels([self]) : .infinity
    return try sum.estimate(estimator, .init(value: levels, sign: -1), bounds, ends: 0...most)
  }

  /// The mutual information I(X;Y|Z) = H(X, Z) + H(Y, Z) − H(X, Y, Z) − H(Z), or I(X;Y) if nothing is given.
  ///
  /// Within 0 … min(H(X|Z), H(Y|Z)). A constant column has exactly 0, a column with itself exactly its entropy.
  public func mutualInformation(
    with other: DiscreteColumn, given others: [DiscreteColumn] = [], estimator: DiscreteEstimator = .millerMadow
  ) throws -> Estimate<Information> {
    try Self.mutualInformation(CellTable([self, other] + others), estimator)
  }

  /// The mutual information of a table's first two columns, given the others.
  static func mutualInformation(_ table: CellTable, _ estimator: DiscreteEstimator) throws -> Estimate<Information> {
    let given = Array(2..<table.columns.count)
    let sum = EntropySum(table, [(1, [0] + given), (1, [1] + given), (-1, [0, 1] + given), (-1, given)])
    let entropies = try [0, 1].map { try boundedEntropy(table, $0, given: given, estimator) }
    let bounds = [
      Bound("mutual information is at least 0", least: 0),
      Bound("mutual information is at most either column's entropy", most: max(0, min(entropies[0], entropies[1]))),
    ]
    let declared = table.columns[..<2].filter(\.hasDeclaredLevels).map { logLevels([$0]) }
    return try sum.estimate(estimator, .init(value: 0, sign: 1), bounds, ends: 0...(declared.min() ?? .infinity))
  }

  /// The total correlation ΣH(Xᵢ) − H(X₁, …, X_d) (Watanabe 1960), within 0 … ΣH(Xᵢ) − max H(Xᵢ).
  public static func totalCorrelation(
    of columns: [DiscreteColumn], estimator: DiscreteEstimator = .millerMadow
  ) throws -> Estimate<Information> {
    let table = try CellTable(columns)
    let all = Array(columns.indices)
    let sum = EntropySum(table, all.map { (1, [$0]) } + [(-1, all)])
    let single = try all.map { try boundedEntropy(table, $0, estimator) }
    let bounds = [
      Bound("total correlation is at least 0", least: 0),
      Bound(
        "total correlation is at most the columns' entropies but the largest",
        most: max(0, single.reduce(0, +) - (single.max() ?? 0))),
    ]
    return try sum.estimate(estimator, .init(value: 0, sign: 1), bounds, ends: 0...Double.infinity)
  }

  /// The entropy of one of a table's columns, given others, within log k.
  private static func boundedEntropy(
    _ table: CellTable, _ column: Int, given: [Int] = [], _ estimator: DiscreteEstimator
  ) throws -> Double {
    let value = try EntropySum(table, [(1, [column] + given), (-1, given)]).value(estimator)
    return max(0, min(value, logLevels([table.columns[column]])))
  }

  private static func logLevels(_ columns: [DiscreteColumn]) -> Double {
    columns.reduce(0) { $0 + surprisal_log(Double(max(1, $1.levelCount))) }
  }
}
