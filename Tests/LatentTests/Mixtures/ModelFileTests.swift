import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// What is saved comes back to the bit.
@Suite struct ModelFileTests {
  private func temporaryFile() -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("mixture-\(UUID().uuidString).safetensors")
  }

  @Test(arguments: CovarianceModel.allCases)
  func roundTrip(model: CovarianceModel) throws {
    let rows = MixtureFixtures.map(MixtureFixtures.faithful) { [$0[0] * 1e-200, $0[1] + 1e7] }
    let scaled = model.isScaleEquivariant ? rows : MixtureFixtures.faithful
    let fit = try GaussianMixture.fit(
      scaled, columnNames: ["eruptions", "Wartezeit „ü“"],
      configuration: GaussianMixtureConfiguration(components: 2, covarianceModel: model, starts: 2))
    let file = temporaryFile()
    defer { try? FileManager.default.removeItem(at: file) }
    try fit.model.save(to: file.path, fit: fit)
    let loaded = try GaussianMixture(contentsOf: file.path)
    #expect(loaded.columnNames == fit.model.columnNames)
    #expect(loaded.covarianceModel == model)
    #expect(loaded.standardization == fit.model.standardization)
    let (found, expected) = (loaded.parameters, fit.model.parameters)
    #expect(found.weights.map(\.bitPattern) == expected.weights.map(\.bitPattern))
    #expect(found.means.map(\.bitPattern) == expected.means.map(\.bitPattern))
    #expect(found.covariances.map(\.bitPattern) == expected.covariances.map(\.bitPattern))
    let densities = try loaded.logDensities(of: scaled).map(\.bitPattern)
    #expect(try fit.model.logDensities(of: scaled).map(\.bitPattern) == densities)
    // Saved again it is the same file.
    let second = temporaryFile()
    defer { try? FileManager.default.removeItem(at: second) }
    try loaded.save(to: second.path)
    try fit.model.save(to: file.path)
    #expect(try Data(contentsOf: second) == Data(contentsOf: file))
  }

  @Test func warmStartFromAFile() throws {
    let fit = try GaussianMixture.fit(
      MixtureFixtures.faithful, configuration: GaussianMixtureConfiguration(components: 3))
    let file = temporaryFile()
    defer { try? FileManager.default.removeItem(at: file) }
    try fit.model.save(to: file.path)
    let start = try GaussianMixture(contentsOf: file.path)
    let again = try GaussianMixture.fit(
      MixtureFixtures.faithful, configuration: GaussianMixtureConfiguration(start: .given(start)))
    #expect(again.model.componentCount == 3)
    #expect(again.logLikelihood >= fit.logLikelihood - 1e-10)
    #expect(again.iterations <= 12, "\(again.iterations)")
  }

  @Test func filesThatAreNoModel() throws {
    let file = temporaryFile()
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("not a model".utf8).write(to: file)
    #expect(throws: SurprisalError.self) { try GaussianMixture(contentsOf: file.path) }
    #expect(throws: SurprisalError.self) { try GaussianMixture(contentsOf: file.path + ".absent") }
  }
}
