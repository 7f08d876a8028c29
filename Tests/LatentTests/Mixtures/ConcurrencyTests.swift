import Foundation
import SurprisalCore
import Synchronization
import Testing

@testable import SurprisalLatent

/// The same bits for any number of threads and from any task; cancellation and progress.
@Suite struct ConcurrencyTests {
  /// So many chunks and columns that the passes of diagonal models too are shared out between threads.
  static let rows = MixtureFixtures.clusters(
    seed: 11, count: 120 * 2048 + 333, components: 3, columns: 24, separation: 3)

  private static func configuration(
    _ model: CovarianceModel, threads: Int?
  ) -> GaussianMixtureConfiguration {
    GaussianMixtureConfiguration(
      components: 3, covarianceModel: model, starts: 3,
      engine: EngineOptions(maximumIterations: 40, threads: threads))
  }

  /// Every number that a fit returns, as bits.
  private static func bits(_ fit: GaussianMixtureFit, _ rows: RowMatrix, threads: Int?) throws -> [UInt64] {
    var numbers = fit.model.weights + fit.model.parameters.means + fit.model.parameters.covariances
    numbers += fit.model.standardization.shift + fit.model.standardization.scale
    numbers += [fit.logLikelihood, fit.objective, fit.bic, fit.icl, fit.evidence.lowerBound.nats]
    for entry in fit.ledger {
      numbers += [entry.objective, entry.lowerBound, entry.maximizationGain, entry.roundingBound]
    }
    numbers += try fit.model.logDensities(of: rows, threads: threads)
    numbers += MixtureFixtures.flat(try fit.model.responsibilities(of: rows, threads: threads))
    return numbers.map(\.bitPattern)
  }

  @Test(arguments: [CovarianceModel.vvv, .eee, .vvi, .vev])
  func bitsDoNotDependOnThreads(model: CovarianceModel) throws {
    let weights = (0..<ConcurrencyTests.rows.rowCount).map { Double($0 % 5 + 1) / 3 }
    var expected: [UInt64]?
    for threads in [1, 2, 3, 8] {
      let fit = try GaussianMixture.fit(
        ConcurrencyTests.rows, weights: weights,
        configuration: ConcurrencyTests.configuration(model, threads: threads))
      let found = try ConcurrencyTests.bits(fit, ConcurrencyTests.rows, threads: threads)
      let isEqual = expected.map { $0 == found } ?? true
      #expect(isEqual, "\(threads) threads")
      expected = expected ?? found
    }
  }

  @Test func eightTasksGiveTheSameBits() async throws {
    let rows = MixtureFixtures.faithful
    let results = try await withThrowingTaskGroup(of: [UInt64].self) { group in
      for _ in 0..<8 {
        group.addTask {
          let fit = try await GaussianMixture.fit(
            rows, configuration: GaussianMixtureConfiguration(components: 3, starts: 4))
          return try ConcurrencyTests.bits(fit, rows, threads: nil)
        }
      }
      var all: [[UInt64]] = []
      for try await bits in group { all.append(bits) }
      return all
    }
    #expect(results.count == 8)
    #expect(Set(results).count == 1)
  }

  /// Cancelled from its own progress, the fit reports no further iteration.
  @Test func cancellationReturnsWithinOneIteration() async throws {
    let seen = Mutex(0)
    let holder = Mutex<Task<Void, any Error>?>(nil)
    let gate = AsyncStream<Void>.makeStream()
    let task = Task {
      for await _ in gate.stream { break }
      _ = try await GaussianMixture.fit(
        ConcurrencyTests.rows, configuration: ConcurrencyTests.configuration(.vvv, threads: 2),
        progress: { _ in
          let count = seen.withLock { value -> Int in
            value += 1
            return value
          }
          if count == 5 { holder.withLock { $0?.cancel() } }
        })
    }
    holder.withLock { $0 = task }
    gate.continuation.yield()
    await #expect(throws: CancellationError.self) { try await task.value }
    let reports = seen.withLock { $0 }
    #expect(reports == 5)
  }

  @Test func progressTellsTheLedger() throws {
    let reports = Mutex<[FitProgress]>([])
    let fit = try GaussianMixture.fit(
      MixtureFixtures.faithful, configuration: GaussianMixtureConfiguration(components: 3, starts: 4),
      progress: { report in reports.withLock { $0.append(report) } })
    let all = reports.withLock { $0 }
    let starting = all.filter { $0.phase == .starting }
    let polishing = all.filter { $0.phase == .polishing }
    #expect(Set(starting.map(\.start)) == [1, 2, 3, 4])
    #expect(starting.first?.starts == 4)
    #expect(Set(all.map(\.components)) == [3])
    #expect(!polishing.isEmpty)
    // The winner's last iteration was reported with the objective that its ledger has.
    let best = polishing.map(\.objective).max() ?? -.infinity
    #expect(best == fit.ledger.last?.objective)
    let isBounded = all.allSatisfy { $0.lowerBound <= $0.objective + 1e-9 && $0.gap.magnitude < 1e-8 }
    #expect(isBounded)
  }
}
