import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// RELIABILITY A45 to A47: scales, offsets and mixed columns cost no digits.
@Suite struct ScaleAndOffsetTests {
  static let aliases = ["full", "tied", "diag", "spherical"]
  static let powers = Array(stride(from: -300, through: 300, by: 50))

  /// Old Faithful on a grid of 2⁻¹⁰, so that adding offsets up to 2⁴² is exact.
  static let grid = MixtureFixtures.map(MixtureFixtures.faithful) { $0.map { ($0 * 1024).rounded() / 1024 } }

  private func fit(_ rows: RowMatrix, _ model: CovarianceModel, iterations: Int = 60) throws -> GaussianMixtureFit {
    try GaussianMixture.fit(
      rows, configuration: MixtureFixtures.plain(model, from: .hierarchical, components: 2, iterations: iterations))
  }

  @Test(arguments: aliases, powers)
  func scales(alias: String, power: Int) throws {
    let model = try #require(CovarianceModel(name: alias))
    let factor = pow(10, Double(power))
    let rows = MixtureFixtures.map(MixtureFixtures.faithful) { $0.map { $0 * factor } }
    let base = try fit(MixtureFixtures.faithful, model)
    let scaled = try fit(rows, model)
    let shift = Double(rows.rowCount * rows.columnCount) * Double(power) * log(10)
    let expected = base.logLikelihood - shift
    #expect((scaled.logLikelihood - expected).magnitude <= 1e-9 * expected.magnitude)
    let difference = MixtureFixtures.difference(
      MixtureFixtures.flat(try scaled.model.responsibilities(of: rows)),
      MixtureFixtures.flat(try base.model.responsibilities(of: MixtureFixtures.faithful)))
    #expect(difference <= 1e-9)
    // From default flags: the same maximum.
    let fitted = try GaussianMixture.fit(
      rows, configuration: GaussianMixtureConfiguration(components: 2, covarianceModel: model))
    #expect((fitted.logLikelihood - expected).magnitude <= 1e-9 * expected.magnitude + 1e-6)
    let numbers = fitted.model.weights + fitted.model.means.flatMap { $0 } + [fitted.bic, fitted.icl, fitted.aic]
    #expect(numbers.allSatisfy { $0.isFinite })
    let covariances = Array(fitted.model.covariances.joined().joined())
    let missing = covariances.filter(\.isNaN).count
    #expect(missing == 0)
    let standardized = fitted.model.parameters.covariances
    #expect(standardized.allSatisfy { $0.isFinite })
    let uneven = fitted.model.standardization.scale.filter { $0.significand != 1 }
    #expect(uneven == [])
  }

  @Test(arguments: aliases, [0, 1e2, 1e4, 1e6, 1e8, 1e10, 1e12])
  func offsets(alias: String, offset: Double) throws {
    let model = try #require(CovarianceModel(name: alias))
    let rows = MixtureFixtures.map(ScaleAndOffsetTests.grid) { [$0[0] + offset, $0[1] - offset] }
    let base = try fit(ScaleAndOffsetTests.grid, model)
    let moved = try fit(rows, model)
    #expect((moved.logLikelihood / base.logLikelihood - 1).magnitude <= 1e-8)
    let covariances = Array(base.model.covariances.joined().joined())
    for (a, b) in zip(moved.model.covariances.joined().joined(), covariances) {
      #expect((a - b).magnitude <= 1e-6 * (b.magnitude + 1e-3))
    }
    for (k, mean) in moved.model.means.enumerated() {
      #expect((mean[0] - offset - base.model.means[k][0]).magnitude <= 1e-9 + 2 * offset.ulp)
      #expect((mean[1] + offset - base.model.means[k][1]).magnitude <= 1e-9 + 2 * offset.ulp)
    }
  }

  @Test(arguments: [1e15, 1e16, 1e20])
  func offsetsBeyondRepresentability(offset: Double) throws {
    let rows = MixtureFixtures.map(MixtureFixtures.faithful) { [$0[0] + offset, $0[1]] }
    let error = #expect(throws: SurprisalError.self) {
      try GaussianMixture.fit(
        rows, columnNames: ["eruptions", "waiting"], configuration: GaussianMixtureConfiguration(components: 2))
    }
    #expect(error?.category == .data)
    #expect(error?.message.contains("eruptions") == true, "\(error.map(String.init(describing:)) ?? "")")
  }

  @Test(arguments: ["full", "tied", "diag"])
  func mixedColumns(alias: String) throws {
    let model = try #require(CovarianceModel(name: alias))
    let rows = MixtureFixtures.map(MixtureFixtures.faithful) { [$0[0] * 1e-8, $0[1] * 1e8] }
    let base = try fit(MixtureFixtures.faithful, model)
    let mixed = try fit(rows, model)
    #expect((mixed.logLikelihood / base.logLikelihood - 1).magnitude <= 1e-9)
    let difference = MixtureFixtures.difference(
      MixtureFixtures.flat(try mixed.model.responsibilities(of: rows)),
      MixtureFixtures.flat(try base.model.responsibilities(of: MixtureFixtures.faithful)))
    #expect(difference <= 1e-9)
  }

  /// Spherical clusters compare the columns, so only soundness can be asked for.
  @Test func mixedColumnsSpherical() throws {
    let rows = MixtureFixtures.map(MixtureFixtures.faithful) { [$0[0] * 1e-8, $0[1] * 1e8] }
    let fit = try GaussianMixture.fit(
      rows, configuration: GaussianMixtureConfiguration(components: 2, covarianceModel: .vii))
    let expected = IndependentEvaluation(fit.model).logLikelihood(rows).total
    #expect((fit.logLikelihood - expected).magnitude <= 1e-10 * expected.magnitude)
  }
}
