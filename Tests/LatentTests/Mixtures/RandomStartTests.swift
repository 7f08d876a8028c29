import Foundation
import SurprisalCore
import SurprisalData
import Synchronization
import Testing

@testable import SurprisalLatent

@Suite struct RandomStartTests {
  static let optimum = -1130.26396018

  /// RELIABILITY A50: one start from random rows, 100 seeds. scikit-learn stops all 100 about 159.5 nats
  /// below.
  @Test func randomRowsOnOldFaithful() throws {
    var reached = 0
    for seed in 0..<100 {
      let fit = try fit(seed: seed, starts: 1)
      if fit.logLikelihood >= RandomStartTests.optimum - 1e-6 || !fit.converged { reached += 1 }
    }
    #expect(reached >= 95, "\(reached)")
  }

  /// A50: with the default number of starts no run says converged more than 1 nat below.
  @Test func noRunStopsFarBelow() throws {
    for seed in 0..<100 {
      let fit = try fit(seed: seed, starts: 20)
      #expect(!fit.converged || fit.logLikelihood >= RandomStartTests.optimum - 1, "seed \(seed)")
    }
  }

  private func fit(seed: Int, starts: Int) throws -> GaussianMixtureFit {
    try GaussianMixture.fit(
      MixtureFixtures.faithful,
      configuration: GaussianMixtureConfiguration(
        components: 2, starts: starts, start: .randomRows, seed: UInt64(seed)))
  }

  /// Three long parallel clusters, which k-means cuts across: BIC must name three in 19 of 20 seeds.
  @Test func elongatedClustersByBIC() throws {
    let found = Mutex<[Int]>([])
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 20) { seed in
      var draw = ProblemDraw(seed: UInt64(seed), stream: 34_845)
      var values: [Double] = []
      for row in 0..<600 {
        let along = 8 * draw.gaussian()
        let across = 0.5 * draw.gaussian() + 3 * Double(row % 3 - 1)
        values += [0.8 * along - 0.6 * across, 0.6 * along + 0.8 * across]
      }
      do {
        let fit = try GaussianMixture.fit(
          RowMatrix(unchecked: values, columnCount: 2),
          configuration: GaussianMixtureConfiguration(seed: UInt64(seed), engine: EngineOptions(threads: 1)))
        found.withLock { $0.append(fit.model.componentCount) }
      } catch { failures.withLock { $0.append("\(error)") } }
    }
    let counts = found.withLock { $0 }
    let errors = failures.withLock { $0 }
    #expect(errors == [])
    let right = counts.filter { $0 == 3 }.count
    #expect(right >= 19, "\(counts)")
  }

  /// The built-in set of three elongated clusters, likewise.
  @Test func builtInElongatedClusters() throws {
    let set = try BuiltInDataSet(named: "three-clusters")
    var counts: [Int] = []
    for seed in 0..<20 {
      let table = try set.table(seed: UInt64(seed))
      let fit = try GaussianMixture.fit(table.rows, columnNames: table.columnNames)
      counts.append(fit.model.componentCount)
    }
    let right = counts.filter { $0 == 3 }.count
    #expect(right >= 19, "\(counts)")
  }
}
