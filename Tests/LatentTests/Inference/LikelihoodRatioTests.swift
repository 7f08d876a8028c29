import Foundation
import SurprisalCore
import Synchronization
import Testing

@testable import SurprisalLatent

/// The figures of `Tests/References/mclust_bootstrap.R`.
struct BootstrapReference: Decodable, Sendable {
  struct Tests: Decodable, Sendable {
    var components: [Int]
    var statistics: [Double]
    var pValues: [Double]
    var replicates: Int
  }

  var tests: Tests
  var tied: Tests
  var errors: MissingCellsReference.Errors

  static let shared: BootstrapReference? = {
    let file = MixtureFixtures.root.appendingPathComponent("Tests/References/mclust_bootstrap.json")
    guard let data = try? Data(contentsOf: file) else { return nil }
    return try? JSONDecoder().decode(BootstrapReference.self, from: data)
  }()
}

@Suite struct LikelihoodRatioTests {
  private static let configuration = GaussianMixtureConfiguration(
    starts: 4, engine: EngineOptions(tolerance: 1e-8))

  /// One against two components: mclust's statistic, and the smallest p-value there is, as in mclust. Two against
  /// three: mclust, from its one start, ends 8 nats below the maximum that several starts find.
  @Test func oldFaithfulAgreesWithMclust() throws {
    let expected = try #require(BootstrapReference.shared).tests
    let selection = try GaussianMixture.selectByBootstrap(
      MixtureFixtures.faithful, components: 1...3, replicates: 99, seed: 1,
      configuration: LikelihoodRatioTests.configuration)
    #expect(selection.tests.map(\.components) == [1, 2])
    #expect((selection.tests[0].statistic - expected.statistics[0]).magnitude < 1e-3)
    #expect(selection.tests[0].pValue == 0.01)
    #expect(expected.pValues[0] == 1 / Double(expected.replicates + 1))
    #expect(selection.tests[1].statistic > expected.statistics[1])
    let last = selection.tests[1]
    #expect(selection.fit.model.componentCount == (last.pValue > 0.05 ? 2 : 3))
    #expect(selection.tests[1].null.logLikelihood == selection.tests[0].alternative.logLikelihood)
  }

  /// With one covariance for all components, mclust's maxima are ours: statistics agree, and p-values within five
  /// standard errors of both.
  @Test func tiedCovariancesAgreeWithMclust() throws {
    let expected = try #require(BootstrapReference.shared).tied
    var configuration = LikelihoodRatioTests.configuration
    configuration.covarianceModel = .eee
    for (index, components) in expected.components.enumerated() {
      let test = try GaussianMixture.bootstrapLikelihoodRatio(
        MixtureFixtures.faithful, components: components, replicates: 99, seed: 1, configuration: configuration)
      let p = expected.pValues[index]
      print("K = \(components): \(test.statistic), mclust \(expected.statistics[index]); p \(test.pValue), \(p)")
      #expect(test.statistic > expected.statistics[index] - 0.01)
      if (test.statistic - expected.statistics[index]).magnitude < 0.01 {
        let error = test.pValueStandardError + (p * (1 - p) / Double(expected.replicates)).squareRoot()
        #expect((test.pValue - p).magnitude < 5 * error + 0.01)
      }
    }
  }

  /// Under the null hypothesis p-values are uniform: of 40 tests with 19 replicates at most 7 are at or below 0.05
  /// (expected 2; more than 7 has probability 6e-4), and their mean is within 4.5 standard errors of ½.
  @Test func pValuesAreUniformUnderTheNull() throws {
    let model = try GaussianMixture(weights: [1], means: [[3]], covariances: [[[4]]])
    var configuration = LikelihoodRatioTests.configuration
    configuration.covarianceModel = .eee
    var values: [Double] = []
    for table in 0..<40 {
      var generator = RandomGenerator(seed: UInt64(table), stream: 5)
      let rows = model.sample(60, using: &generator).rows
      let test = try GaussianMixture.bootstrapLikelihoodRatio(
        rows, components: 1, replicates: 19, seed: UInt64(table), configuration: configuration)
      values.append(test.pValue)
    }
    #expect(values.count { $0 <= 0.05 } <= 7)
    let mean = values.reduce(0, +) / 40
    #expect((mean - 0.525).magnitude < 4.5 * (1.0 / 12 / 40).squareRoot(), "\(mean)")
  }

  /// Two clusters with holes are found; the same seed gives the same replicates, a longer run begins with them.
  @Test func seedsHolesAndCancellation() throws {
    let rows = MixtureFixtures.clusters(seed: 21, count: 120, components: 2, columns: 2, separation: 8)
      .withHoles(0.1, seed: 21)
    var configuration = LikelihoodRatioTests.configuration
    configuration.missingCells = .model
    let told = Mutex<[Int]>([])
    let short = try GaussianMixture.bootstrapLikelihoodRatio(
      rows, components: 1, replicates: 5, seed: 9, configuration: configuration,
      progress: { done in told.withLock { $0.append(done) } })
    let long = try GaussianMixture.bootstrapLikelihoodRatio(
      rows, components: 1, replicates: 19, seed: 9, configuration: configuration)
    #expect(Array(long.replicates.prefix(short.replicates.count)) == short.replicates)
    #expect(told.withLock { $0 } == [1, 2, 3, 4, 5])
    #expect(long.pValue == 0.05)
    #expect(throws: CancellationError.self) {
      _ = try GaussianMixture.bootstrapLikelihoodRatio(
        rows, components: 1, replicates: 5, configuration: configuration, isCancelled: { true })
    }
    for (components, replicates) in [(0, 9), (1, 0)] {
      #expect(throws: SurprisalError.self) {
        _ = try GaussianMixture.bootstrapLikelihoodRatio(rows, components: components, replicates: replicates)
      }
    }
    let three = try RowMatrix([1, 1, 1, 2, 2, 2], columnCount: 1)
    let error = #expect(throws: SurprisalError.self) {
      _ = try GaussianMixture.bootstrapLikelihoodRatio(three, components: 2, replicates: 3)
    }
    #expect(error?.category == .data)
  }
}
