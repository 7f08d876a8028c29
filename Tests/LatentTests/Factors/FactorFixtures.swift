import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// The figures of `Tests/References/factors.py`.
struct FactorReference: Decodable, Sendable {
  struct Components: Decodable, Sendable {
    var mean: [Double]
    var explainedVariance: [Double]
    var ratio: [Double]
    var vectors: [Double]
    var scores: [Double]
    var reconstruction: [Double]
  }

  struct Standardized: Decodable, Sendable {
    var explainedVariance: [Double]
    var vectors: [Double]
  }

  struct Probabilistic: Decodable, Sendable {
    var noise: Double
    var covariance: [Double]
    var logLikelihood: Double
    var densities: [Double]
  }

  struct Analysis: Decodable, Sendable {
    var noise: [Double]
    var covariance: [Double]
    var logLikelihood: Double
    var densities: [Double]
    var squaredScores: [Double]
  }

  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    var name: String
    var rows: Int
    var columns: Int
    var components: Int
    var values: [Double]
    var weights: [Double]?
    var pca: Components
    var standardized: Standardized?
    var ppca: Probabilistic
    var analysis: Analysis?

    var testDescription: String { name }
    var matrix: RowMatrix { RowMatrix(unchecked: values, columnCount: columns) }
  }

  var cases: [Case]
  var wide: Case

  static let all: FactorReference? = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../References/factors.json").standardized
    guard let data = try? Data(contentsOf: file) else { return nil }
    return try? JSONDecoder().decode(FactorReference.self, from: data)
  }()
  static let cases = all?.cases ?? []
  static let everyCase = cases + (all.map { [$0.wide] } ?? [])
}

/// Rows with factors in them, and comparisons.
enum FactorFixtures {
  /// `count` rows of Λ z + ε with loadings from N(0, 1) and noise of 0.5 … 1.5 times `noise`.
  static func rows(
    seed: UInt64, count: Int, columns: Int, factors: Int, noise: Double = 1
  ) -> RowMatrix {
    var draw = ProblemDraw(seed: seed, stream: 3 << 40)
    let loadings = (0..<columns * factors).map { _ in draw.gaussian() }
    let spread = (0..<columns).map { _ in noise * draw.uniform(0.5, 1.5) }
    var values: [Double] = []
    for _ in 0..<count {
      let z = (0..<factors).map { _ in draw.gaussian() }
      for d in 0..<columns {
        var x = spread[d] * draw.gaussian()
        for k in 0..<factors { x += loadings[d * factors + k] * z[k] }
        values.append(x)
      }
    }
    return RowMatrix(unchecked: values, columnCount: columns)
  }

  /// The largest |a − b| over the largest |b|.
  static func difference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    let size = b.map(\.magnitude).max() ?? 1
    return zip(a, b).map { ($0 - $1).magnitude }.max().map { size > 0 ? $0 / size : $0 } ?? 0
  }

  static func flat(_ rows: RowMatrix) -> [Double] { (0..<rows.rowCount).flatMap { rows.row($0) } }

  /// The weighted covariance about the mean with divisor Σ w, by two passes.
  static func covariance(_ rows: RowMatrix, _ weights: [Double]?) -> (mean: [Double], matrix: [[Double]]) {
    let (n, D) = (rows.rowCount, rows.columnCount)
    let w = weights ?? [Double](repeating: 1, count: n)
    let total = w.reduce(0, +)
    let mean = (0..<D).map { d in (0..<n).reduce(0) { $0 + w[$1] * rows[$1, d] } / total }
    let matrix = (0..<D).map { i in
      (0..<D).map { j in
        (0..<n).reduce(0) { $0 + w[$1] * (rows[$1, i] - mean[i]) * (rows[$1, j] - mean[j]) } / total
      }
    }
    return (mean, matrix)
  }

  /// A message about a ledger in which something falls or is not finite; nil where all is well.
  static func fault(_ ledger: [LedgerEntry]) -> String? {
    for (before, after) in zip(ledger, ledger.dropFirst()) {
      let allowed = max(before.roundingBound, after.roundingBound) + 4 * after.objective.magnitude.ulp
      if !(after.objective >= before.objective - allowed) {
        return "objective \(before.objective) fell to \(after.objective), allowed \(allowed)"
      }
    }
    for entry in ledger {
      if !(entry.gap.magnitude <= 2 * entry.roundingBound + 4 * entry.objective.magnitude.ulp) {
        return "gap \(entry.gap), rounding \(entry.roundingBound)"
      }
    }
    return nil
  }
}
