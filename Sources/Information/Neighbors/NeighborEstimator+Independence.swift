import SurprisalCore

extension NeighborEstimator {
  /// A permutation test of whether two groups of continuous columns are independent, by the estimate of their mutual
  /// information in nats before it is clamped at 0. The p-value is exact for exchangeable rows, whatever the bias of
  /// the estimate; rows of a time series are not exchangeable.
  ///
  /// - Parameters:
  ///   - x: columns that stay.
  ///   - y: columns whose rows are permuted together.
  ///   - permutations: how many to draw.
  ///   - generator: draws one seed; the result does not depend on the number of threads.
  /// - Throws: as `mutualInformation(columns:and:)`.
  public func independenceTest(
    columns x: [[Double]], and y: [[Double]], permutations: Int = 999, using generator: inout RandomGenerator
  ) throws -> IndependenceTest {
    let (first, second) = try matrices(x, y)
    if first.columns.isEmpty || second.columns.isEmpty {
      return IndependenceTest(rowCount: first.rowCount, permutations: permutations, using: &generator) { _ in 0 }
    }
    let side = MarginalSide(first)
    let digamma = HarmonicTable(upTo: first.rowCount)
    return IndependenceTest(
      rowCount: first.rowCount, permutations: permutations, using: &generator, threads: threads
    ) { order in
      // Where a column's rows stand does not change its sorted values.
      var moved = second
      moved.columns = second.columns.map { column in order.map { column[$0] } }
      let terms = KraskovTerms(x: side, y: MarginalSide(moved), digamma: digamma, k: neighborCount, threads: 1)
      return LocalTerms(terms.terms(variant).values).mean
    }
  }
}
