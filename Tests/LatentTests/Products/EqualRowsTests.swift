import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Equal rows count once with the sum of their weights, and nobody sees it but by the clock.
@Suite struct EqualRowsTests {
  private static let families: ColumnFamilies = [.categorical(levels: 5), .bernoulli, .poisson]

  /// 3,000 rows with at most 5 · 2 · 4 different ones.
  private static func table() -> RowMatrix {
    var generator = RandomGenerator(seed: 8)
    var values: [Double] = []
    for _ in 0..<3_000 {
      let k = generator.nextInteger(below: 2)
      values.append(Double(k == 0 ? generator.nextInteger(below: 3) : 4 - generator.nextInteger(below: 2)))
      values.append(generator.nextUniform() < (k == 0 ? 0.2 : 0.9) ? 1 : 0)
      values.append(Double(generator.nextInteger(below: k == 0 ? 2 : 4)))
    }
    return RowMatrix(unchecked: values, columnCount: 3)
  }

  private static func fit(_ rows: RowMatrix, weights: [Double]? = nil, start: ProductMixture? = nil) throws
    -> ModelFit<ProductMixture>
  {
    try ProductMixture.fit(
      rows, weights: weights, families: families, components: 2, start: start,
      configuration: FitConfiguration(starts: 3, engine: EngineOptions(tolerance: 1e-12)))
  }

  @Test func groupsHoldEqualRowsInTheirOrder() throws {
    let rows = Self.table()
    let columns = try ProductColumns.checked(count: 3, families: Self.families, names: nil, words: nil)
    let equal = try #require(EqualRows(EncodedTable(rows, columns: columns, threads: 1)))
    var first: [[Double]: Int] = [:]
    for row in 0..<rows.rowCount where first[rows.row(row)] == nil { first[rows.row(row)] = first.count }
    #expect(equal.firstRows.count == first.count && first.count <= 40)
    for row in 0..<rows.rowCount { #expect(Int(equal.groups[row]) == first[rows.row(row)]) }
    let weights = (0..<rows.rowCount).map { Double($0 % 7) }
    var sums = [Double](repeating: 0, count: first.count)
    for row in 0..<rows.rowCount { sums[Int(equal.groups[row])] += weights[row] }
    #expect(equal.weights(weights) == sums)
    #expect(equal.weights(nil).reduce(0, +) == 3_000)
  }

  @Test func rowsThatDifferAreNotGrouped() throws {
    let columns = try ProductColumns.checked(count: 1, families: [.poisson], names: nil, words: nil)
    let distinct = RowMatrix(unchecked: (0..<100).map { Double($0) }, columnCount: 1)
    #expect(EqualRows(try EncodedTable(distinct, columns: columns, threads: 1)) == nil)
    // A zero is a zero, whatever its sign.
    let real = try ProductColumns.checked(count: 1, families: [.normal], names: nil, words: nil)
    let zeros = RowMatrix(unchecked: [0, -0.0, 1, 1, 0], columnCount: 1)
    #expect(EqualRows(try EncodedTable(zeros, columns: real, threads: 1))?.groups == [0, 0, 1, 1, 0])
    // Too few repeats among the first 65,536 of 200,000 to pay, though two in three rows repeat further on.
    let late = RowMatrix(unchecked: (0..<200_000).map { Double(min($0, 66_000)) }, columnCount: 1)
    #expect(EqualRows(try EncodedTable(late, columns: columns, threads: 1)) == nil)
  }

  /// The table of different rows with counts as weights, and every row by the density's formula.
  @Test func theFitIsThatOfTheRows() throws {
    let rows = Self.table()
    let fit = try Self.fit(rows)
    #expect(fit.rowCount == 3_000 && fit.totalWeight == 3_000)
    var counts: [[Double]: Double] = [:]
    for row in 0..<rows.rowCount { counts[rows.row(row), default: 0] += 1 }
    let distinct = counts.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let few = try Self.fit(
      RowMatrix(unchecked: distinct.flatMap { $0 }, columnCount: 3), weights: distinct.map { counts[$0] ?? 0 },
      start: fit.model)
    #expect(few.logLikelihood.isClose(to: fit.logLikelihood, within: 1e-9))
    let densities = try fit.model.logDensities(of: rows)
    #expect(densities.count == 3_000 && densities.reduce(0, +).isClose(to: fit.logLikelihood, within: 1e-12))
    let direct = (0..<3_000).reduce(0) { $0 + ProductFixtures.logDensity(fit.model, rows.row($1)) }
    #expect(direct.isClose(to: fit.logLikelihood, within: 1e-12))
    let shares = try fit.model.responsibilities(of: rows)
    let classification = (0..<3_000).reduce(0) { $0 + log(shares.row($1).max() ?? 0) }
    #expect((fit.classification ?? 0).isClose(to: classification, within: 1e-9))
  }

  /// Searches from random starts draw rows, not groups: the order of the rows decides, as it did without groups.
  @Test func weightsOfRowsAdd() throws {
    let rows = Self.table()
    let weights = (0..<3_000).map { Double(1 + $0 % 3) }
    let fit = try Self.fit(rows, weights: weights)
    let densities = try fit.model.logDensities(of: rows)
    let direct = zip(weights, densities).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(direct.isClose(to: fit.logLikelihood, within: 1e-12))
    #expect(fit.totalWeight == weights.reduce(0, +))
  }

  /// A row that a start makes impossible is named by its own number, also behind rows of weight 0.
  @Test func messagesNameTheRow() throws {
    let values = [0.0, 0, 0, 0, 0, 1, 1, 1]
    let start = try ProductMixture(weights: [1], components: [[.bernoulli(probability: 0)]])
    var weights = [Double](repeating: 1, count: 8)
    weights[2] = 0
    let error = #expect(throws: SurprisalError.self) {
      _ = try ProductMixture.fit(
        RowMatrix(unchecked: values, columnCount: 1), weights: weights, families: [.bernoulli], components: 1,
        start: start)
    }
    #expect(error?.message.hasPrefix("row 6 ") == true)
  }
}
