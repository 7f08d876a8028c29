import Foundation
import SurprisalCore

@testable import SurprisalLatent

/// The figures of `Tests/References/missing_cells.py`.
struct MissingCellsReference: Decodable, Sendable {
  struct Errors: Decodable, Sendable {
    var weights: [Double]
    var means: [Double]
    var covariances: [Double]
  }

  struct Case: Decodable, Sendable, CustomStringConvertible {
    var name: String
    var model: String
    var components: Int
    var rows: Int
    var columns: Int
    var values: [Double?]
    var logLikelihood: Double
    var weights: [Double]
    var means: [Double]
    var covariances: [Double]
    var logDensities: [Double]
    var imputedMeans: [Double]
    var imputedDeviations: [Double]
    var errors: Errors

    var description: String { "\(name), \(model)" }
    var matrix: RowMatrix { RowMatrix(unchecked: values.map { $0 ?? .nan }, columnCount: columns) }

    /// The mixture of the reference's numbers.
    var mixture: GaussianMixture {
      get throws {
        try GaussianMixture(
          weights: weights, means: MixtureReference.split(means, columns),
          covariances: MixtureReference.split(covariances, columns * columns).map {
            MixtureReference.split($0, columns)
          }, covarianceModel: CovarianceModel(rawValue: model) ?? .vvv)
      }
    }

    func fitted(starts: Int = 10, tolerance: Double = 1e-13) throws -> GaussianMixtureFit {
      try GaussianMixture.fit(
        matrix,
        configuration: GaussianMixtureConfiguration(
          components: components, covarianceModel: CovarianceModel(rawValue: model) ?? .vvv, starts: starts,
          engine: EngineOptions(tolerance: tolerance, maximumIterations: 20_000), missingCells: .model))
    }
  }

  var cases: [Case]

  static let shared: [Case] = {
    let file = MixtureFixtures.root.appendingPathComponent("Tests/References/missing_cells.json")
    guard let data = try? Data(contentsOf: file) else { return [] }
    return (try? JSONDecoder().decode(MissingCellsReference.self, from: data))?.cases ?? []
  }()
}

extension RowMatrix {
  /// Cells that become NaN by chance, a row keeping at least one unless `mayBeEmpty`.
  func withHoles(_ share: Double, seed: UInt64, mayBeEmpty: Bool = false) -> RowMatrix {
    var generator = RandomGenerator(seed: seed, stream: 77)
    var values: [Double] = []
    for row in 0..<rowCount {
      var cells = self.row(row).map { generator.nextUniform() < share ? Double.nan : $0 }
      if !mayBeEmpty, cells.allSatisfy(\.isNaN) { cells[row % columnCount] = self[row, row % columnCount] }
      values += cells
    }
    return RowMatrix(unchecked: values, columnCount: columnCount)
  }
}
