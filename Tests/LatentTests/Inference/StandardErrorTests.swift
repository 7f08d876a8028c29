import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Standard errors against exact Hessians by automatic differentiation, against each other, and against the spread
/// of estimates over many tables.
@Suite struct StandardErrorTests {
  /// torch's Hessian of the written-out likelihood, for tables with and without missing cells and all
  /// fourteen covariance models, carried to weights, means and covariances.
  @Test(arguments: MissingCellsReference.shared)
  func observedInformationIsTheHessian(of expected: MissingCellsReference.Case) throws {
    let fit = try expected.fitted(tolerance: 1e-14)
    let errors = try fit.standardErrors(of: expected.matrix)
    #expect(StandardErrorTests.difference(errors.weights, expected.errors.weights) < 1e-5)
    #expect(StandardErrorTests.difference(errors.means.flatMap { $0 }, expected.errors.means) < 1e-5)
    let covariances = errors.covariances.flatMap { $0.flatMap { $0 } }
    #expect(StandardErrorTests.difference(covariances, expected.errors.covariances) < 1e-5)
    let D = expected.columns
    let entries = fit.model.covarianceModel.isDiagonal ? D : D * (D + 1) / 2
    #expect(errors.entries.count == expected.components * (1 + D + entries))
  }

  /// For one Gaussian: m has √(s²/n), a variance s²√(2/n), exactly; the outer product of scores gives the
  /// same mean, and fourth moments in place of 2 s⁴ for the variance.
  @Test func oneGaussianHasItsClosedForm() throws {
    let rows = MixtureFixtures.clusters(seed: 1, count: 80, components: 1, columns: 1, separation: 0)
    let fit = try GaussianMixture.fit(rows, configuration: GaussianMixtureConfiguration(components: 1))
    let variance = fit.model.covariances[0][0][0]
    let observed = try fit.standardErrors(of: rows)
    #expect((observed.means[0][0] / (variance / 80).squareRoot() - 1).magnitude < 1e-8)
    #expect((observed.covariances[0][0][0] / (variance * (2.0 / 80).squareRoot()) - 1).magnitude < 1e-8)
    #expect(observed.weights == [0])
    #expect(observed.entries.map(\.name) == ["weight 1", "mean 1 x1", "variance 1 x1"])
    let z = (0..<80).map { rows[$0, 0] - fit.model.means[0][0] }
    let third = z.reduce(0) { $0 + $1 * $1 * $1 } / (2 * variance * variance * variance)
    let a = z.reduce(0) { $0 + $1 * $1 } / (variance * variance)
    let b = z.reduce(0) { $0 + pow($1 * $1 / variance - 1, 2) } / (4 * variance * variance)
    let determinant = a * b - third * third
    let empirical = try fit.standardErrors(of: rows, method: .empiricalInformation)
    #expect((empirical.means[0][0] / (b / determinant).squareRoot() - 1).magnitude < 1e-8)
    #expect((empirical.covariances[0][0][0] / (a / determinant).squareRoot() - 1).magnitude < 1e-8)
  }

  /// One column under a prior: the curvature of log p(x | θ) + log p(θ) gives m √(s²/(n + κ)), and a variance
  /// s² √(2/N) with N what the prior's degrees of freedom and n sum to.
  @Test func aPriorCountsAsRows() throws {
    let rows = MixtureFixtures.clusters(seed: 6, count: 40, components: 1, columns: 1, separation: 0)
    let prior = MixturePrior(meanStrength: 15, covarianceStrength: 8)
    let fit = try GaussianMixture.fit(rows, configuration: GaussianMixtureConfiguration(components: 1, prior: prior))
    let variance = fit.model.covariances[0][0][0]
    let errors = try fit.standardErrors(of: rows)
    #expect((errors.means[0][0] / (variance / 55).squareRoot() - 1).magnitude < 1e-7)
    // 40 rows, 2 + 8 degrees of freedom, and D + 2 from the prior's density of m and Σ.
    #expect((errors.covariances[0][0][0] / (variance * (2.0 / 53).squareRoot()) - 1).magnitude < 1e-7)
  }

  /// In 20,000 rows the four methods agree: information within 10 %, bootstraps of 100 replicates within 40 % (more
  /// than five standard errors of a standard deviation of 100 draws, √(1/200)).
  @Test(arguments: [0, 0.15]) func methodsAgreeInLargeSamples(share: Double) throws {
    let count = share == 0 ? 20_000 : 3_000
    var rows = MixtureFixtures.clusters(seed: 2, count: count, components: 2, columns: 2, separation: 5)
    if share > 0 { rows = rows.withHoles(share, seed: 2) }
    let fit = try GaussianMixture.fit(
      rows,
      configuration: GaussianMixtureConfiguration(
        components: 2, starts: 4, engine: EngineOptions(tolerance: 1e-10), missingCells: .model))
    let observed = try fit.standardErrors(of: rows).entries
    let empirical = try fit.standardErrors(of: rows, method: .empiricalInformation).entries
    for (a, b) in zip(observed, empirical) {
      #expect((b.standardError / a.standardError - 1).magnitude < (share == 0 ? 0.1 : 0.25), "\(a.name)")
    }
    for method in [
      StandardErrorMethod.bootstrap(replicates: 100, seed: 1), .parametricBootstrap(replicates: 100, seed: 1),
    ] {
      let bootstrap = try fit.standardErrors(of: rows, method: method)
      #expect(bootstrap.replicates == 100)
      for (a, b) in zip(observed, bootstrap.entries) {
        #expect((b.standardError / a.standardError - 1).magnitude < 0.4, "\(a.name)")
      }
    }
  }

  /// A weight of w counts as w rows, in units of 2^±40 too.
  @Test func weightsAndUnits() throws {
    let rows = MixtureFixtures.clusters(seed: 3, count: 150, components: 2, columns: 2, separation: 6)
    let weights = (0..<150).map { Double($0 % 3) }
    let repeated = rows.selecting((0..<150).flatMap { [Int](repeating: $0, count: $0 % 3) })
    let scaled = MixtureFixtures.map(repeated) { [$0[0] * 0x1p40, $0[1] * 0x1p-40] }
    func errors(_ rows: RowMatrix, _ weights: [Double]?, _ method: StandardErrorMethod) throws -> [Double] {
      let fit = try GaussianMixture.fit(
        rows, weights: weights,
        configuration: GaussianMixtureConfiguration(
          components: 2, prior: MixturePrior(), engine: EngineOptions(tolerance: 1e-13)))
      let found = try fit.standardErrors(of: rows, weights: weights, method: method)
      return found.weights + found.means.flatMap { $0 }
    }
    for method in [StandardErrorMethod.observedInformation, .empiricalInformation] {
      let expected = try errors(repeated, nil, method)
      #expect(StandardErrorTests.difference(try errors(rows, weights, method), expected) < 1e-5)
      var other = try errors(scaled, nil, method)
      for k in 0..<2 {
        other[2 + 2 * k] *= 0x1p-40
        other[3 + 2 * k] *= 0x1p40
      }
      #expect(StandardErrorTests.difference(other, expected) < 1e-5)
    }
  }

  /// Intervals of 95 % over 400 tables of 300 rows in two clusters: each parameter's interval holds the truth in 90 %
  /// to 98.5 % of them. With a coverage of 95 % a count falls outside with probability below 1e-4, seven parameters
  /// below 1e-3; the seed is fixed.
  @Test func intervalsHoldTheTruth() throws {
    let truth = try GaussianMixture(weights: [0.6, 0.4], means: [[0], [6]], covariances: [[[1]], [[2]]])
    let values = [0.6, 0.4, 0, 6, 1, 2]
    var hits = [Int](repeating: 0, count: 6)
    var generator = RandomGenerator(seed: 5)
    for _ in 0..<400 {
      let rows = truth.sample(300, using: &generator).rows
      let fit = try GaussianMixture.fit(
        rows, configuration: GaussianMixtureConfiguration(components: 2, start: .given(truth)))
      let entries = try fit.standardErrors(of: rows).entries
      // Components by falling weight may come in the other order.
      let isSwapped = fit.model.means[0][0] > fit.model.means[1][0]
      for index in 0..<6 where entries[isSwapped ? index ^ 1 : index].interval().contains(values[index]) {
        hits[index] += 1
      }
    }
    #expect(hits.allSatisfy { (360...394).contains($0) }, "\(hits)")
  }

  @Test func undeterminedParametersAreAnError() throws {
    // Equal components: any split of their weight fits as well.
    let rows = MixtureFixtures.clusters(seed: 4, count: 100, components: 1, columns: 1, separation: 0)
    let one = try GaussianMixture.fit(rows, configuration: GaussianMixtureConfiguration(components: 1))
    let twice = try GaussianMixture(
      weights: [0.5, 0.5], means: [one.model.means[0], one.model.means[0]],
      covariances: [one.model.covariances[0], one.model.covariances[0]])
    let fit = try GaussianMixture.fit(rows, configuration: GaussianMixtureConfiguration(start: .given(twice)))
    for method in [StandardErrorMethod.observedInformation, .empiricalInformation] {
      let error = #expect(throws: SurprisalError.self) { try fit.standardErrors(of: rows, method: method) }
      #expect(error?.category == .data && error?.message.contains("singular") ?? false)
    }
    #expect(throws: SurprisalError.self) {
      try fit.standardErrors(of: rows, method: .bootstrap(replicates: 1, seed: 0))
    }
    let other = MixtureFixtures.map(rows) { [$0[0] + 1] }
    let away = #expect(throws: SurprisalError.self) { try one.standardErrors(of: other) }
    #expect(away?.message.contains("not at a maximum") ?? false)
    let heavy = [Double](repeating: 1e18, count: 100)
    let weighted = try GaussianMixture.fit(
      rows, weights: heavy, configuration: GaussianMixtureConfiguration(components: 1))
    #expect(throws: SurprisalError.self) {
      try weighted.standardErrors(of: rows, weights: heavy, method: .bootstrap(replicates: 3, seed: 0))
    }
    #expect(throws: CancellationError.self) { try fit.standardErrors(of: rows, isCancelled: { true }) }
    #expect(throws: SurprisalError.self) { try fit.standardErrors(of: MixtureFixtures.faithful) }
  }

  /// mclust's non-parametric bootstrap of two components on Old Faithful: standard deviations of 999 and 400 draws
  /// have relative standard errors of 2.2 % and 3.5 %, heavier tails of covariances aside; 25 % is six of them.
  @Test func oldFaithfulAgreesWithMclust() throws {
    let expected = try #require(BootstrapReference.shared).errors
    let rows = MixtureFixtures.faithful
    let fit = try GaussianMixture.fit(rows, configuration: GaussianMixtureConfiguration(components: 2))
    let found = try fit.standardErrors(of: rows, method: .bootstrap(replicates: 400, seed: 3))
    let flat = found.weights + found.means.flatMap { $0 } + found.covariances.flatMap { $0.flatMap { $0 } }
    let numbers = expected.weights + expected.means + expected.covariances
    #expect(StandardErrorTests.difference(flat, numbers) < 0.25)
    #expect(found.failedReplicates == 0)
  }

  @Test func leastAssignmentsAreThoseOfEnumeration() {
    var draw = ProblemDraw(seed: 6, stream: 0)
    func permutations(_ n: Int) -> [[Int]] {
      n == 0 ? [[]] : permutations(n - 1).flatMap { list in (0..<n).map { Array(list[..<$0]) + [n - 1] + list[$0...] } }
    }
    for n in 1...5 {
      for _ in 0..<40 {
        let costs = (0..<n).map { _ in (0..<n).map { _ in draw.uniform(-3, 9) } }
        func cost(_ order: [Int]) -> Double { order.enumerated().reduce(0) { $0 + costs[$1.offset][$1.element] } }
        let least = permutations(n).map(cost).min() ?? 0
        #expect((cost(Assignment.least(costs)) - least).magnitude < 1e-12)
      }
    }
    #expect(Assignment.least([]).isEmpty)
    #expect(Assignment.least([[.infinity, 1], [2, .nan]]) == [1, 0])
  }

  /// The largest |a / b − 1| where b is not 0.
  static func difference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).map { $1.magnitude < 1e-12 ? $0.magnitude : ($0 / $1 - 1).magnitude }.max() ?? 0
  }
}
