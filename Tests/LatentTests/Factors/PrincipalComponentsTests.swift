import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

@Suite struct PrincipalComponentsTests {
  @Test(arguments: FactorReference.everyCase)
  func agreesWithScikitLearn(reference: FactorReference.Case) throws {
    let rows = reference.matrix
    let fit = try PrincipalComponents.fit(
      rows, weights: reference.weights, components: .count(reference.components))
    let (model, expected) = (fit.model, reference.pca)
    #expect(FactorFixtures.difference(model.mean, expected.mean) < 1e-13)
    #expect(FactorFixtures.difference(model.explainedVariance, expected.explainedVariance) < 1e-12)
    #expect(FactorFixtures.difference(model.explainedVarianceRatio, expected.ratio) < 1e-12)
    #expect(FactorFixtures.difference(model.components.flatMap { $0 }, expected.vectors) < 1e-9)
    let scores = FactorFixtures.flat(try model.scores(of: rows))
    let reconstruction = FactorFixtures.flat(try model.reconstruction(of: rows))
    if reference.weights == nil {
      #expect(FactorFixtures.difference(Array(scores.prefix(expected.scores.count)), expected.scores) < 1e-9)
      let first = Array(reconstruction.prefix(expected.reconstruction.count))
      #expect(FactorFixtures.difference(first, expected.reconstruction) < 1e-11)
    }
    if let standardized = reference.standardized {
      let other = try PrincipalComponents.fit(
        rows, weights: reference.weights, components: .count(reference.components), isStandardized: true
      ).model
      #expect(FactorFixtures.difference(other.explainedVariance, standardized.explainedVariance) < 1e-12)
      #expect(FactorFixtures.difference(other.components.flatMap { $0 }, standardized.vectors) < 1e-9)
    }
  }

  /// Orthonormal vectors, uncorrelated scores of the eigenvalues' variance, errors that sum to what is left.
  @Test(arguments: FactorReference.everyCase)
  func identitiesHold(reference: FactorReference.Case) throws {
    let rows = reference.matrix
    let weights = reference.weights
    let model = try PrincipalComponents.fit(rows, weights: weights, components: .count(reference.components)).model
    let v = model.components
    for i in v.indices {
      for j in v.indices {
        let product = zip(v[i], v[j]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect((product - (i == j ? 1 : 0)).magnitude < 1e-13)
      }
    }
    let total = weights?.reduce(0, +) ?? Double(rows.rowCount)
    let scores = FactorFixtures.covariance(try model.scores(of: rows), weights)
    for i in v.indices {
      for j in v.indices {
        let expected = i == j ? model.explainedVariance[i] * (total - 1) / total : 0
        #expect((scores.matrix[i][j] - expected).magnitude < 1e-12 * model.explainedVariance[0])
      }
    }
    let errors = try model.reconstructionErrors(of: rows)
    let sum = zip(errors, weights ?? errors.map { _ in 1 }).reduce(0) { $0 + $1.0 * $1.1 }
    #expect((sum / (total - 1) - model.remainingVariance).magnitude < 1e-11 * model.totalVariance)
    // With all components nothing is lost.
    let all = try PrincipalComponents.fit(rows, weights: weights).model
    let restored = FactorFixtures.flat(try all.reconstruction(of: rows))
    #expect(FactorFixtures.difference(restored, FactorFixtures.flat(rows)) < 1e-13)
    #expect((all.explainedVarianceRatio.reduce(0, +) - 1).magnitude < 1e-12)
  }

  @Test func aShareOfVarianceTakesTheFewestComponents() throws {
    let rows = FactorFixtures.rows(seed: 4, count: 300, columns: 7, factors: 2)
    let all = try PrincipalComponents.fit(rows).model
    var sum = 0.0
    for (index, ratio) in all.explainedVarianceRatio.enumerated() {
      sum += ratio
      let fit = try PrincipalComponents.fit(rows, components: .varianceShare(sum - 1e-9))
      #expect(fit.model.componentCount == index + 1)
    }
    #expect(try PrincipalComponents.fit(rows, components: .varianceShare(1)).model.componentCount == 7)
  }

  @Test func offsetsAndScalesCostNoDigits() throws {
    let rows = FactorFixtures.rows(seed: 5, count: 500, columns: 5, factors: 2)
    let expected = try PrincipalComponents.fit(rows).model
    // Steps of 2⁻¹² and an offset of 2²⁷ are added without rounding.
    let exact = MixtureFixtures.map(rows) { $0.map { ($0 * 4096).rounded() / 4096 } }
    let base = try PrincipalComponents.fit(exact).model
    let moved = try PrincipalComponents.fit(MixtureFixtures.map(exact) { $0.map { $0 + 0x1p27 } }).model
    #expect(FactorFixtures.difference(moved.explainedVariance, base.explainedVariance) < 1e-13)
    for power in [-500, 500] {
      let scale = Double(sign: .plus, exponent: power, significand: 1)
      let scaled = try PrincipalComponents.fit(MixtureFixtures.map(rows) { $0.map { $0 * scale } }).model
      #expect(scaled.components == expected.components)
      #expect(scaled.standardDeviations == expected.standardDeviations.map { $0 * scale })
    }
    // Columns of very different units, standardized.
    let mixed = MixtureFixtures.map(rows) { $0.enumerated().map { $1 * [1e-150, 1, 1e150, 1e-30, 1e9][$0] } }
    let correlated = try PrincipalComponents.fit(rows, isStandardized: true).model
    let other = try PrincipalComponents.fit(mixed, isStandardized: true).model
    #expect(FactorFixtures.difference(other.explainedVariance, correlated.explainedVariance) < 1e-12)
    // An outlier that no sample of the rows holds, and a column that is constant in the sample.
    var values = FactorFixtures.flat(FactorFixtures.rows(seed: 6, count: 5000, columns: 3, factors: 1))
    values[3 * 1234 + 1] = 1e9
    for row in 0..<5000 { values[3 * row + 2] = row == 4321 ? 7 : 5 }
    let hard = RowMatrix(unchecked: values, columnCount: 3)
    let truth = FactorFixtures.covariance(hard, nil).matrix
    let found = try PrincipalComponents.fit(hard).model
    let trace = (truth[0][0] + truth[1][1] + truth[2][2]) * 5000 / 4999
    #expect((found.totalVariance - trace).magnitude < 1e-12 * trace)
  }

  @Test func weightsCountRows() throws {
    let rows = FactorFixtures.rows(seed: 7, count: 80, columns: 4, factors: 2)
    let weights = (0..<80).map { Double($0 % 4) }
    let weighted = try PrincipalComponents.fit(rows, weights: weights).model
    let repeated = RowMatrix(
      unchecked: (0..<80).flatMap { row in (0..<row % 4).flatMap { _ in rows.row(row) } }, columnCount: 4)
    let expected = try PrincipalComponents.fit(repeated).model
    #expect(FactorFixtures.difference(weighted.explainedVariance, expected.explainedVariance) < 1e-13)
    #expect(FactorFixtures.difference(weighted.mean, expected.mean) < 1e-13)
    // Rows of weight 0 are absent to the bit.
    let present = RowMatrix(
      unchecked: (0..<80).flatMap { $0 % 4 > 0 ? rows.row($0) : [] }, columnCount: 4)
    let without = try PrincipalComponents.fit(present, weights: weights.filter { $0 > 0 }).model
    #expect(without == weighted)
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let rows = FactorFixtures.rows(seed: 8, count: 40_000, columns: 72, factors: 3)
    let weights = (0..<40_000).map { Double($0 % 5 + 1) / 3 }
    let expected = try PrincipalComponents.fit(rows, weights: weights, threads: 1).model
    let scores = FactorFixtures.flat(try expected.scores(of: rows, threads: 1))
    for threads in [2, 3] {
      let other = try PrincipalComponents.fit(rows, weights: weights, threads: threads).model
      #expect(other == expected)
      #expect(FactorFixtures.flat(try other.scores(of: rows, threads: threads)) == scores)
    }
  }

  @Test func faultsAreNamed() throws {
    func message(_ values: [Double], columns: Int, _ selection: ComponentSelection = .all, weights: [Double]? = nil)
      -> String
    {
      do {
        _ = try PrincipalComponents.fit(
          RowMatrix(values, columnCount: columns), weights: weights, components: selection)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message([1, 2, .nan, 4, 5, 6], columns: 2).contains("row 2, column `x1` is missing"))
    #expect(message([1, .infinity, 3, 4], columns: 2).contains("row 1, column `x2` is inf"))
    #expect(message([1, 2], columns: 2).contains("1 row"))
    #expect(message([1, 2, 3, 4], columns: 2, .count(2)).contains("ask for at most 1"))
    #expect(message([1, 2, 3, 4], columns: 2, .count(0)).contains("at least 1"))
    #expect(message([1, 2, 3, 4], columns: 2, .varianceShare(0)).contains("above 0"))
    #expect(message([1, 2, 3, 4], columns: 2, weights: [0.3, 0.2]).contains("their sum less 1"))
    #expect(message([5, 5, 5, 5, 5, 5], columns: 2) == "")
    let constant = try PrincipalComponents.fit(RowMatrix([1, 5, 2, 5, 4, 5], columnCount: 2), isStandardized: true)
    #expect(constant.model.explainedVariance[0] == 1)
    #expect(constant.warnings.contains { $0.contains("constant column `x2`") })
    let base = FactorFixtures.rows(seed: 10, count: 40, columns: 2, factors: 1)
    let flat = RowMatrix(
      unchecked: (0..<40).map { base.row($0) }.flatMap { [$0[0], $0[1], $0[0] + $0[1], $0[0] - $0[1]] }, columnCount: 4)
    let thin = try PrincipalComponents.fit(flat)
    #expect(thin.rank == 2 && thin.model.remainingVariance < 1e-14 * thin.model.totalVariance)
    #expect(thin.warnings.contains { $0.contains("vary in 2 dimensions") }, "\(thin.warnings)")
    let model = constant.model
    #expect(throws: SurprisalError.self) { try model.scores(of: RowMatrix([1, 2, 3], columnCount: 3)) }
  }

  @Test func filesRoundTrip() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("pca-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    let rows = FactorFixtures.rows(seed: 9, count: 50, columns: 4, factors: 2)
    for isStandardized in [false, true] {
      let fit = try PrincipalComponents.fit(
        rows, columnNames: ["a", "b", "ü", "d"], components: .count(2), isStandardized: isStandardized)
      try fit.model.save(to: file.path, fit: fit)
      #expect(try PrincipalComponents(contentsOf: file.path) == fit.model)
    }
    #expect(throws: SurprisalError.self) { try FactorAnalysis(contentsOf: file.path) }
    try Data("not a model".utf8).write(to: file)
    #expect(throws: SurprisalError.self) { try PrincipalComponents(contentsOf: file.path) }
  }
}
