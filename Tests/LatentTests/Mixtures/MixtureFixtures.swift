import Foundation
import SurprisalCore
import SurprisalData

@testable import SurprisalLatent

/// Data and configurations that several suites share.
enum MixtureFixtures {
  /// The project's root folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardized

  /// Old Faithful, 272 × 2; empty if the built-in set is broken.
  static let faithful: RowMatrix =
    (try? BuiltInDataSet(named: "old-faithful").table().rows) ?? RowMatrix(unchecked: [], columnCount: 2)

  /// The four measurements of `iris_seaborn.csv`, 150 × 4; nil where the shared data are absent.
  static let iris: RowMatrix? = {
    let file = root.appendingPathComponent("../shared/data/iris/iris_seaborn.csv").standardized
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let values = text.split(whereSeparator: \.isNewline).dropFirst().flatMap { line in
      line.split(separator: ",").prefix(4).compactMap { Double($0) }
    }
    return values.count == 600 ? RowMatrix(unchecked: values, columnCount: 4) : nil
  }()

  /// Plain EM from one start for a fixed number of iterations.
  static func plain(
    _ model: CovarianceModel, from start: MixtureStart, components: Int? = nil, iterations: Int
  ) -> GaussianMixtureConfiguration {
    GaussianMixtureConfiguration(
      components: components, covarianceModel: model, starts: 1, start: start,
      engine: EngineOptions(tolerance: 0, maximumIterations: iterations, acceleration: .none))
  }

  /// `rows` drawn from K well-filled clusters at `separation` standard deviations.
  static func clusters(
    seed: UInt64, count: Int, components: Int, columns: Int, separation: Double, condition: Double = 10
  ) -> RowMatrix {
    var draw = ProblemDraw(seed: seed, stream: 1 << 40)
    return RowMatrix(
      unchecked: draw.clusters(
        count: count, components: components, dimensions: columns, separation: separation,
        condition: condition), columnCount: columns)
  }

  static func map(_ rows: RowMatrix, _ change: ([Double]) -> [Double]) -> RowMatrix {
    RowMatrix(
      unchecked: (0..<rows.rowCount).flatMap { change(rows.row($0)) }, columnCount: rows.columnCount)
  }

  /// The largest |a − b| / max(1, |b|).
  static func difference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).map { ($0 - $1).magnitude / max(1, $1.magnitude) }.max() ?? 0
  }

  static func flat(_ matrix: RowMatrix) -> [Double] { (0..<matrix.rowCount).flatMap { matrix.row($0) } }

  /// Whether a component is thinner than 1e-5 in standardized columns, or on at most D + 1 effective rows.
  static func isCollapsed(_ fit: GaussianMixtureFit, _ rows: RowMatrix) -> Bool {
    let model = fit.model
    let moments = ColumnMoments(rows: rows, weights: nil, threads: 1)
    let variances = (0..<model.columnCount).map {
      moments.scaledVariances[$0] * pow(moments.unit[$0] / model.standardization.scale[$0], 2)
    }
    return (0..<model.componentCount).contains { k in
      let values = model.parameters.standardizedEigenvalues(k, columnVariances: variances).values
      return !((values.last ?? 0) >= 1e-5)
        || !(model.weights[k] * Double(rows.rowCount) > Double(model.columnCount + 1))
    }
  }
}
