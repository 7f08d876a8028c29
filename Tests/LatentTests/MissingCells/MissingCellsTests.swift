import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// EM with missing cells against direct maximization of the observed-data likelihood, and its own laws.
@Suite struct MissingCellsTests {
  @Test func theReferenceIsThere() { #expect(MissingCellsReference.shared.count == 18) }

  /// BFGS and Newton steps on the likelihood itself end where EM ends.
  @Test(arguments: MissingCellsReference.shared)
  func maximaAreThoseOfDirectMaximization(of expected: MissingCellsReference.Case) throws {
    let fit = try expected.fitted()
    let model = fit.model
    #expect((fit.logLikelihood - expected.logLikelihood).magnitude < 1e-8 * expected.logLikelihood.magnitude)
    #expect(MixtureFixtures.difference(model.weights, expected.weights) < 1e-5)
    #expect(MixtureFixtures.difference(model.means.flatMap { $0 }, expected.means) < 1e-5)
    let covariances = model.covariances.flatMap { $0.flatMap { $0 } }
    #expect(MixtureFixtures.difference(covariances, expected.covariances) < 1e-4)
  }

  /// Densities, bound and conditional moments at the reference's own parameters.
  @Test(arguments: MissingCellsReference.shared)
  func densitiesAndConditionalMomentsAreThoseOfBlockFormulas(of expected: MissingCellsReference.Case) throws {
    let model = try expected.mixture
    let densities = try model.logDensities(of: expected.matrix, missing: .model)
    #expect(MixtureFixtures.difference(densities, expected.logDensities) < 1e-11)
    let evidence = try model.evidence(of: expected.matrix, missing: .model)
    let total = expected.logLikelihood
    #expect(((evidence.logLikelihood?.nats ?? .nan) - total).magnitude < 1e-11 * total.magnitude)
    #expect((evidence.gap?.nats ?? .nan).magnitude < 1e-11 * total.magnitude)
    let imputed = try model.imputed(expected.matrix)
    #expect(MixtureFixtures.difference(MixtureFixtures.flat(imputed.rows), expected.imputedMeans) < 1e-11)
    let deviations = MixtureFixtures.flat(imputed.standardDeviations)
    #expect(MixtureFixtures.difference(deviations, expected.imputedDeviations) < 1e-11)
    #expect(imputed.missingCount == expected.values.count { $0 == nil })
  }

  /// Complete rows summed by the code for missing cells give what the kernels give, for all fourteen models.
  @Test(arguments: CovarianceModel.allCases)
  func completeRowsGiveTheSameEitherWay(model: CovarianceModel) throws {
    let rows = MixtureFixtures.clusters(seed: 5, count: 300, components: 3, columns: 3, separation: 3)
    let weights = (0..<300).map { 0.5 + Double($0 % 4) }
    let fit = try GaussianMixture.fit(
      rows, weights: weights,
      configuration: GaussianMixtureConfiguration(
        components: 3, covarianceModel: model, starts: 2, engine: EngineOptions(maximumIterations: 3)))
    let runs = MissingRuns(
      completeCount: 0, patterns: [MissingPattern(isMissing: [false, false, false])], starts: [0, 300])
    let variances = [Double](repeating: 1, count: 3)
    var results: [[Double]] = []
    for isForced in [false, true] {
      let setting = MixtureSetting(
        covarianceModel: model, standardization: fit.model.standardization, columnVariances: variances,
        hasMissingCells: isForced)
      let outcome = try ExpectationMaximization.run(
        from: GaussianMixtureEM(setting: setting, parameters: fit.model.parameters),
        over: WeightedRows(rows: rows, weights: weights, missing: isForced ? runs : nil),
        control: .init(options: EngineOptions(tolerance: 0, maximumIterations: 12, acceleration: .none)))
      let p = outcome.model.parameters
      results.append(p.weights + p.means + p.covariances + outcome.ledger.map(\.objective))
      results[results.count - 1] += outcome.ledger.flatMap { [$0.lowerBound, $0.objectiveAfterMaximization] }
    }
    #expect(MixtureFixtures.difference(results[0], results[1]) < 1e-10)
  }

  /// Both views of EM with the missing cells as the latent variables: after every M-step
  /// log p(x | θ_new) − L(q_old, θ_new) = KL(q_old ‖ p(x_m | x_o, θ_new)), computed here from the conditional normals.
  @Test func gapsAreDivergencesOfTheConditionals() throws {
    let rows = MixtureFixtures.clusters(seed: 31, count: 60, components: 1, columns: 2, separation: 0)
    let holes = RowMatrix(
      unchecked: (0..<60).flatMap { $0 % 3 == 0 ? [rows[$0, 0], .nan] : rows.row($0) }, columnCount: 2)
    func conditional(_ model: GaussianMixture, _ x: Double) -> (mean: Double, variance: Double) {
      let (m, c) = (model.means[0], model.covariances[0])
      return (m[1] + c[1][0] / c[0][0] * (x - m[0]), c[1][1] - c[1][0] * c[1][0] / c[0][0])
    }
    let start = try GaussianMixture(weights: [1], means: [[0.5, -1]], covariances: [[[2, 1.2], [1.2, 1]]])
    var models: [GaussianMixture] = []
    var ledger: [LedgerEntry] = []
    for iterations in 1...6 {
      let fit = try GaussianMixture.fit(
        holes,
        configuration: GaussianMixtureConfiguration(
          components: 1, start: .given(start),
          engine: EngineOptions(tolerance: 0, maximumIterations: iterations, acceleration: .none),
          missingCells: .model))
      models.append(fit.model)
      ledger = fit.ledger
    }
    for (step, (old, new)) in zip(models, models.dropFirst()).enumerated() {
      var divergence = 0.0
      for row in 0..<60 where holes[row, 1].isNaN {
        let (p, q) = (conditional(old, rows[row, 0]), conditional(new, rows[row, 0]))
        divergence += 0.5 * (p.variance / q.variance - 1 + log(q.variance / p.variance))
        divergence += 0.5 * (p.mean - q.mean) * (p.mean - q.mean) / q.variance
      }
      let gap = ledger[step + 1].logLikelihood - ledger[step].objectiveAfterMaximization
      #expect((gap - divergence).magnitude < 1e-10 * ledger[step].logLikelihood.magnitude)
      #expect(
        (ledger[step + 1].expectationGain * 60 - divergence).magnitude < 1e-10 * ledger[step].logLikelihood.magnitude)
    }
    #expect(ledger[1].expectationGain > 1e-4)
  }

  /// With every cell there, the option changes no bit.
  @Test func theOptionAloneChangesNothing() throws {
    var numbers: [[UInt64]] = []
    for missing in MissingCells.allCases {
      let fit = try GaussianMixture.fit(
        MixtureFixtures.faithful,
        configuration: GaussianMixtureConfiguration(components: 3, starts: 4, missingCells: missing))
      numbers.append(
        (fit.model.parameters.covariances + [fit.logLikelihood, fit.icl] + fit.ledger.map(\.objective))
          .map(\.bitPattern))
    }
    #expect(numbers[0] == numbers[1])
  }

  @Test func weightsCountAsRepeatedRowsAndZerosAreAbsent() throws {
    let rows = MixtureFixtures.clusters(seed: 8, count: 120, components: 2, columns: 3, separation: 4)
      .withHoles(0.2, seed: 8)
    let weights = (0..<120).map { Double($0 % 4) }
    let repeated = rows.selecting((0..<120).flatMap { [Int](repeating: $0, count: $0 % 4) })
    let start = MixtureStart.given(
      try GaussianMixture.fit(rows, configuration: configuration(starts: 3, iterations: 5)).model)
    func fit(_ rows: RowMatrix, _ weights: [Double]?) throws -> GaussianMixtureFit {
      var configuration = configuration(starts: 1, iterations: 40)
      configuration.start = start
      return try GaussianMixture.fit(rows, weights: weights, configuration: configuration)
    }
    let (weighted, other) = (try fit(rows, weights), try fit(repeated, nil))
    #expect((weighted.logLikelihood - other.logLikelihood).magnitude < 1e-9 * other.logLikelihood.magnitude)
    let difference = MixtureFixtures.difference(
      weighted.model.means.flatMap { $0 }, other.model.means.flatMap { $0 })
    #expect(difference < 1e-8)
    let kept = (0..<120).filter { weights[$0] > 0 }
    let without = try fit(rows.selecting(kept), kept.map { weights[$0] })
    #expect(without.logLikelihood.bitPattern == weighted.logLikelihood.bitPattern)
    #expect(without.model.parameters.covariances == weighted.model.parameters.covariances)
  }

  /// Columns in units of 2^±300: the parameters stay, and log p moves by the cells that are there.
  @Test func unitsChangeNothingButTheOffset() throws {
    let rows = MixtureFixtures.clusters(seed: 9, count: 150, components: 2, columns: 2, separation: 4)
      .withHoles(0.25, seed: 9)
    let scaled = MixtureFixtures.map(rows) { [$0[0] * 0x1p300, $0[1] * 0x1p-300] }
    let (plain, other) = (
      try GaussianMixture.fit(rows, configuration: configuration(starts: 3, iterations: 100)),
      try GaussianMixture.fit(scaled, configuration: configuration(starts: 3, iterations: 100))
    )
    // The totals have the missing cells' units in them, so a stop or an extrapolated step may differ by rounding.
    for (a, b) in [
      (plain.model.parameters.weights, other.model.parameters.weights),
      (plain.model.parameters.covariances, other.model.parameters.covariances),
    ] { #expect(MixtureFixtures.difference(a, b) < 1e-9) }
    var shift = 0.0
    for row in 0..<150 {
      if !rows[row, 0].isNaN { shift -= 300 * log(2) }
      if !rows[row, 1].isNaN { shift += 300 * log(2) }
    }
    #expect((other.logLikelihood - plain.logLikelihood - shift).magnitude < 1e-8)
    let last = try #require(other.ledger.last)
    #expect((last.objective - other.logLikelihood).magnitude < 1e-8)
  }

  /// Two penguins have no measurement, which says nothing: they are left out, told of, and change no bit.
  @Test(.enabled(if: MissingCellsTests.penguins != nil, "the shared penguins are absent"))
  func penguinsWithoutMeasurementsSayNothing() throws {
    let rows = try #require(MissingCellsTests.penguins)
    var configuration = configuration(starts: 6, iterations: 1000)
    configuration.components = 3
    configuration.covarianceModel = .eee
    let fit = try GaussianMixture.fit(rows, configuration: configuration)
    let kept = (0..<rows.rowCount).filter { !rows[$0, 0].isNaN }
    let whole = try GaussianMixture.fit(rows.selecting(kept), configuration: configuration)
    #expect(rows.rowCount == 344 && kept.count == 342 && fit.rowCount == 344 && fit.totalWeight == 342)
    #expect(fit.warnings.contains("2 rows without any cell say nothing: left out"))
    #expect(fit.logLikelihood.bitPattern == whole.logLikelihood.bitPattern)
    // With a tenth of the other cells gone as well, the parameters stay near those of the whole table.
    let holes = try GaussianMixture.fit(rows.withHoles(0.1, seed: 1, mayBeEmpty: true), configuration: configuration)
    #expect(MixtureFixtures.difference(holes.model.weights, whole.model.weights) < 0.05)
    #expect(MixtureFixtures.difference(holes.model.means.flatMap { $0 }, whole.model.means.flatMap { $0 }) < 0.05)
  }

  /// The four measurements of `penguins.csv`, 344 × 4 with NA as NaN; nil where the shared data are absent.
  private static let penguins: RowMatrix? = {
    let file = MixtureFixtures.root.appendingPathComponent("../shared/data/penguins/penguins.csv").standardized
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let values = text.split(whereSeparator: \.isNewline).dropFirst().flatMap { line in
      line.split(separator: ",")[2...5].map { Double($0) ?? .nan }
    }
    return values.count == 344 * 4 ? RowMatrix(unchecked: values, columnCount: 4) : nil
  }()

  private func configuration(starts: Int, iterations: Int) -> GaussianMixtureConfiguration {
    GaussianMixtureConfiguration(
      components: 2, starts: starts, engine: EngineOptions(maximumIterations: iterations), missingCells: .model)
  }
}
