import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Random problems with holes, odd tables, imputation, and the same bits on any number of threads.
@Suite struct MissingCellsFaultTests {
  /// 1,000 problems, with SURPRISAL_LONG=1 10,000: no certificate fails, nothing is NaN, and log p is that of the
  /// returned parameters.
  @Test func noCertificateFails() throws {
    var fits = 0
    let count = ProcessInfo.processInfo.environment["SURPRISAL_LONG"] == "1" ? 10_000 : 1_000
    for number in 0..<count {
      var draw = ProblemDraw(seed: 20_261_121, stream: UInt64(number) | 1 << 50)
      let (K, D) = (draw.integer(1...3), draw.integer(1...4))
      let rows = MixtureFixtures.clusters(
        seed: UInt64(number), count: 12 * K * (D + 2), components: K, columns: D,
        separation: draw.pick([0, 1, 4, 100]), condition: draw.pick([1, 100, 1e6])
      ).withHoles(draw.pick([0.02, 0.2, 0.5]), seed: UInt64(number), mayBeEmpty: number % 3 == 0)
      let scale = draw.logUniform(-5, 5)
      let offset = draw.pick([0, 1e4]) * scale
      let scaled = MixtureFixtures.map(rows) { $0.map { $0 * scale + offset } }
      let weights = number % 4 == 0 ? (0..<rows.rowCount).map { _ in draw.uniform(0.1, 3) } : nil
      let configuration = GaussianMixtureConfiguration(
        components: K, covarianceModel: CovarianceModel.allCases[number % 14], starts: 2,
        start: draw.pick([.automatic, .kMeans, .randomRows]),
        collapsePolicy: draw.pick([.restart, .drop]), prior: number % 5 == 0 ? MixturePrior() : nil,
        seed: UInt64(number),
        engine: EngineOptions(
          maximumIterations: 60, acceleration: draw.pick(EngineOptions.Acceleration.allCases), threads: 1),
        missingCells: .model)
      do {
        let fit = try GaussianMixture.fit(scaled, weights: weights, configuration: configuration)
        fits += 1
        let last = try #require(fit.ledger.last)
        let size = fit.logLikelihood.magnitude + fit.totalWeight * Double(D)
        #expect(fit.logLikelihood.isFinite, "problem \(number)")
        #expect((last.logLikelihood - fit.logLikelihood).magnitude <= 1e-9 * size, "problem \(number)")
        #expect(
          last.gap.magnitude <= 8 * 0x1p-53 * size * fit.model.parameters.condition + last.roundingBound,
          "problem \(number): gap \(last.gap)")
      } catch let error as SurprisalError {
        #expect(error.category == .data, "problem \(number), \(configuration.covarianceModel): \(error)")
      }
    }
    #expect(fits * 4 > count * 3)
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let rows = MixtureFixtures.clusters(seed: 3, count: 130_000, components: 3, columns: 6, separation: 3)
      .withHoles(0.03, seed: 3)
    var expected: [UInt64]?
    for threads in [1, 2, 3] {
      let fit = try GaussianMixture.fit(
        rows,
        configuration: GaussianMixtureConfiguration(
          components: 3, starts: 1, start: .kMeans,
          engine: EngineOptions(maximumIterations: 4, threads: threads), missingCells: .model))
      var numbers = fit.model.parameters.covariances + fit.ledger.map(\.objective) + [fit.icl]
      numbers += try fit.model.logDensities(of: rows, missing: .model, threads: threads)
      numbers += MixtureFixtures.flat(try fit.model.imputed(rows, threads: threads).rows)
      let bits = numbers.map(\.bitPattern)
      #expect(expected.map { $0 == bits } ?? true, "\(threads) threads")
      expected = bits
    }
  }

  @Test func oddTablesAreRefusedOrTold() throws {
    let nan = Double.nan
    func fit(_ values: [Double], missing: MissingCells = .model) throws -> GaussianMixtureFit {
      try GaussianMixture.fit(
        RowMatrix(values, columnCount: 2),
        configuration: GaussianMixtureConfiguration(components: 1, missingCells: missing))
    }
    let whole: [Double] = [1, 2, 2, 1, 3, 5, 4, 2, 0, 1, 7, nan, nan, 3]
    #expect(try fit(whole).warnings.isEmpty)
    let told = try fit(whole + [nan, nan])
    #expect(told.warnings == ["1 row without any cell says nothing: left out"])
    #expect(told.rowCount == 8 && told.totalWeight == 7)
    #expect(told.logLikelihood == (try fit(whole).logLikelihood))
    #expect(throws: SurprisalError.self) { try fit(whole, missing: .error) }
    let apart = try fit([1, nan, 2, nan, 4, nan, nan, 2, nan, 5, nan, 3, nan, 4])
    #expect(apart.warnings == ["no row has both `x1` and `x2`: their covariance within a component is not determined"])
    let undetermined = #expect(throws: SurprisalError.self) {
      try apart.standardErrors(of: RowMatrix([1, nan, 2, nan, 4, nan, nan, 2, nan, 5, nan, 3, nan, 4], columnCount: 2))
    }
    #expect(undetermined?.message.contains("singular") ?? false)
    for (values, words) in [
      ([1, nan, 2, nan, 3, nan, 4, nan], "column `x2`"), ([nan, nan, nan, nan], "every cell is missing"),
      (whole + [.infinity, 1], "row 8, column `x1` is inf"),
    ] {
      let error = #expect(throws: SurprisalError.self) { try fit(values) }
      #expect(error?.message.contains(words) ?? false, "\(String(describing: error))")
      #expect(error?.category == .data)
    }
    let model = told.model
    let empty = try RowMatrix([nan, nan, 1, nan], columnCount: 2)
    #expect(try model.logDensities(of: empty, missing: .model)[0] == 0)
    #expect(throws: SurprisalError.self) { try model.logDensities(of: empty) }
    #expect(try model.imputed(empty).rows.row(0) == model.means[0])
  }

  /// Draws have the conditional mean and deviation: each of 40 means of 4,000 draws within 5 standard errors, and
  /// each deviation within 8 % (7 standard errors), by chance broken less than once in 10,000 seeds.
  @Test func drawsFollowTheConditionalDistribution() throws {
    let model = try GaussianMixture(
      weights: [0.3, 0.7], means: [[0, 0, 0], [2, -1, 3]],
      covariances: [[[2, 0.8, 0.3], [0.8, 1, 0.2], [0.3, 0.2, 1]], [[1, -0.5, 0], [-0.5, 2, 0.6], [0, 0.6, 3]]])
    var generator = RandomGenerator(seed: 4)
    let rows = model.sample(30, using: &generator).rows.withHoles(0.4, seed: 4, mayBeEmpty: true)
    let expected = try model.imputed(rows)
    let count = 4_000
    var sums = [Double](repeating: 0, count: 90)
    var squares = sums
    for _ in 0..<count {
      let drawn = MixtureFixtures.flat(try model.imputedDraw(rows, using: &generator))
      for index in drawn.indices {
        sums[index] += drawn[index]
        squares[index] += drawn[index] * drawn[index]
      }
    }
    for row in 0..<30 {
      for column in 0..<3 {
        let (mean, deviation) = (expected.rows[row, column], expected.standardDeviations[row, column])
        let found = sums[row * 3 + column] / Double(count)
        if !rows[row, column].isNaN {
          #expect(mean == rows[row, column] && deviation == 0)
          continue
        }
        #expect((found - mean).magnitude < 5 * deviation / Double(count).squareRoot())
        let spread = (squares[row * 3 + column] / Double(count) - found * found).squareRoot()
        #expect((spread / deviation - 1).magnitude < 0.08)
      }
    }
  }

  @Test func selectionTakesTablesWithHoles() throws {
    let rows = MixtureFixtures.clusters(seed: 12, count: 200, components: 2, columns: 2, separation: 8)
      .withHoles(0.15, seed: 12)
    let selection = try GaussianMixture.select(
      rows, components: [1, 2, 3], covarianceModels: [.vvv, .eee], folds: 3,
      configuration: GaussianMixtureConfiguration(starts: 4, missingCells: .model))
    #expect(selection.winner.model.componentCount == 2)
    // Three components in two clusters may collapse in a fold.
    for candidate in selection.candidates where candidate.components < 3 {
      #expect(candidate.heldOutLogLikelihood?.isFinite ?? false)
    }
  }
}
