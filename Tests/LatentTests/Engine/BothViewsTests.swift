import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// EM seen twice: raising the bound L(q, θ), and alternately lowering KL(p_true(x, z) ‖ p_θ(x, z)) with
/// p_true(x, z) = p̂(x) q(z | x). On distinct points x of weight w, KL = −L/W − H(p̂) after every half-step.
@Suite struct BothViewsTests {
  /// The second view: a table of p_true(x, z) and parameters, moved by minimizing the divergence.
  private struct Divergence {
    let points: [[Double]]
    /// p̂(x).
    let probabilities: [Double]
    /// p_true(x, z), [x][z].
    var joint: [[Double]]
    var weights: [Double]
    var means: [[Double]]
    var covariances: [[[Double]]]

    /// log p_θ(x, z), by the inverse and determinant of 1 × 1 and 2 × 2 matrices.
    func logModel(_ x: [Double], _ k: Int) -> Double {
      let c = covariances[k]
      let d = zip(x, means[k]).map { $0 - $1 }
      if d.count == 1 { return log(weights[k]) - 0.5 * (log(2 * .pi * c[0][0]) + d[0] * d[0] / c[0][0]) }
      let determinant = c[0][0] * c[1][1] - c[0][1] * c[0][1]
      let square =
        (c[1][1] * d[0] * d[0] - 2 * c[0][1] * d[0] * d[1] + c[0][0] * d[1] * d[1]) / determinant
      return log(weights[k]) - log(2 * .pi) - 0.5 * (log(determinant) + square)
    }

    /// Σ p_true(x, z) log(p_true(x, z) / p_θ(x, z)).
    var value: Double {
      var total = 0.0
      for (x, row) in zip(points, joint) {
        for (k, p) in row.enumerated() where p > 0 { total += p * (log(p) - logModel(x, k)) }
      }
      return total
    }

    /// Minimizes over p_true's z | x: it becomes p_θ(z | x).
    mutating func projectData() {
      for (index, x) in points.enumerated() {
        let logs = weights.indices.map { logModel(x, $0) }
        let top = logs.max() ?? 0
        let terms = logs.map { exp($0 - top) }
        let sum = terms.reduce(0, +)
        joint[index] = terms.map { probabilities[index] * $0 / sum }
      }
    }

    /// Minimizes over θ: its moments become those of p_true.
    mutating func projectModel() {
      let D = points[0].count
      for k in weights.indices {
        weights[k] = joint.reduce(0) { $0 + $1[k] }
        for d in 0..<D {
          means[k][d] = zip(points, joint).reduce(0) { $0 + $1.1[k] * $1.0[d] } / weights[k]
        }
        for i in 0..<D {
          for j in 0..<D {
            covariances[k][i][j] =
              zip(points, joint).reduce(0) {
                $0 + $1.1[k] * ($1.0[i] - means[k][i]) * ($1.0[j] - means[k][j])
              } / weights[k]
          }
        }
      }
    }
  }

  /// Distinct points with their counts.
  private static func distinct(_ rows: RowMatrix, columns: [Int]) -> ([[Double]], [Double]) {
    let steps = [0.25, 5]
    var counts: [[Double]: Double] = [:]
    for row in 0..<rows.rowCount {
      let values = rows.row(row)
      counts[columns.map { (values[$0] / steps[$0]).rounded() * steps[$0] }, default: 0] += 1
    }
    let points = counts.keys.sorted { $0.lexicographicallyPrecedes($1) }
    return (points, points.map { counts[$0] ?? 0 })
  }

  private static func start(_ columns: [Int]) throws -> GaussianMixture {
    let means = [[2.5, 60.0], [4.5, 75.0]].map { mean in columns.map { mean[$0] } }
    let covariances = [[[1.0, 0.5], [0.5, 90]], [[0.7, 0.2], [0.2, 60]]].map { matrix in
      columns.map { i in columns.map { matrix[i][$0] } }
    }
    return try GaussianMixture(weights: [0.55, 0.45], means: means, covariances: covariances)
  }

  @Test(arguments: [[1], [0, 1]])
  func bothViewsGiveTheSameNumbers(columns: [Int]) throws {
    let (points, counts) = BothViewsTests.distinct(MixtureFixtures.faithful, columns: columns)
    let total = counts.reduce(0, +)
    let start = try BothViewsTests.start(columns)
    let fit = try GaussianMixture.fit(
      RowMatrix(points.flatMap { $0 }, columnCount: columns.count), weights: counts,
      configuration: MixtureFixtures.plain(.vvv, from: .given(start), iterations: 12))
    let probabilities = counts.map { $0 / total }
    let entropy = -probabilities.reduce(0) { $0 + $1 * log($1) }
    var view = Divergence(
      points: points, probabilities: probabilities, joint: probabilities.map { [$0 / 2, $0 / 2] },
      weights: start.weights, means: start.means, covariances: start.covariances)
    #expect(fit.ledger.count == 12)
    #expect(points.count < MixtureFixtures.faithful.rowCount / 2)
    var last = view.value
    for (index, entry) in fit.ledger.enumerated() {
      view.projectData()
      let afterData = view.value
      #expect((afterData - (-entry.lowerBound / total - entropy)).magnitude < 1e-11, "E-step \(index + 1)")
      // KL(p̂(x) ‖ p_θ(x)) is what remains when p_true(z | x) = p_θ(z | x).
      #expect((afterData - (-entry.logLikelihood / total - entropy)).magnitude < 1e-11)
      #expect(afterData <= last + 1e-13)
      if index > 0 { #expect((last - afterData - entry.expectationGain).magnitude < 1e-11) }
      guard index < fit.ledger.count - 1 else { break }
      view.projectModel()
      last = view.value
      #expect(
        (last - (-entry.objectiveAfterMaximization / total - entropy)).magnitude < 1e-11, "M-step \(index + 1)")
      #expect((afterData - last - entry.maximizationGain).magnitude < 1e-11)
      #expect(last <= afterData + 1e-13)
    }
    // The same parameters, up to the order of the components.
    let order = view.weights.indices.sorted { view.weights[$0] > view.weights[$1] }
    #expect(MixtureFixtures.difference(fit.model.weights, order.map { view.weights[$0] }) < 1e-11)
    #expect(MixtureFixtures.difference(fit.model.means.flatMap { $0 }, order.flatMap { view.means[$0] }) < 1e-11)
    let expected = order.flatMap { view.covariances[$0].flatMap { $0 } }
    #expect(MixtureFixtures.difference(fit.model.covariances.flatMap { $0.flatMap { $0 } }, expected) < 1e-11)
  }

  /// Each half-step of the reference that the engine is compared with is a minimum: whatever is moved, its
  /// divergence rises.
  @Test func eachHalfStepIsAMinimum() throws {
    let (points, counts) = BothViewsTests.distinct(MixtureFixtures.faithful, columns: [0, 1])
    let total = counts.reduce(0, +)
    let start = try BothViewsTests.start([0, 1])
    var view = Divergence(
      points: points, probabilities: counts.map { $0 / total }, joint: counts.map { [$0 / total, 0] },
      weights: start.weights, means: start.means, covariances: start.covariances)
    var draw = ProblemDraw(seed: 7, stream: 0)
    for _ in 0..<5 {
      view.projectData()
      let afterData = view.value
      for _ in 0..<20 {
        var other = view
        let index = draw.integer(0...(points.count - 1))
        let share = draw.uniform(0, 1)
        other.joint[index] = [share * view.probabilities[index], (1 - share) * view.probabilities[index]]
        #expect(other.value >= afterData - 1e-14)
      }
      view.projectModel()
      let afterModel = view.value
      for _ in 0..<20 {
        var other = view
        let k = draw.integer(0...1)
        other.means[k][draw.integer(0...1)] += 0.1 * draw.gaussian()
        other.covariances[k][0][0] *= draw.uniform(0.9, 1.2)
        let shift = draw.uniform(-0.05, 0.05)
        other.weights = [view.weights[0] + shift, view.weights[1] - shift]
        #expect(other.value >= afterModel - 1e-14)
      }
    }
  }

  /// Where every x is seen once the entropy of the truth is unknown, but the changes agree.
  @Test func changesAgreeForContinuousRows() throws {
    let rows = MixtureFixtures.clusters(seed: 3, count: 200, components: 2, columns: 2, separation: 2)
    let start = try GaussianMixture(
      weights: [0.5, 0.5], means: [[-1, 0], [1, 0.5]],
      covariances: [[[2, 0], [0, 2]], [[1, 0.3], [0.3, 1]]])
    let fit = try GaussianMixture.fit(
      rows, configuration: MixtureFixtures.plain(.vvv, from: .given(start), iterations: 8))
    let points = (0..<rows.rowCount).map { rows.row($0) }
    var view = Divergence(
      points: points, probabilities: points.map { _ in 1 / 200 }, joint: points.map { _ in [0.0025, 0.0025] },
      weights: start.weights, means: start.means, covariances: start.covariances)
    var last: Double?
    for entry in fit.ledger.dropLast() {
      view.projectData()
      let afterData = view.value
      if let last { #expect((last - afterData - entry.expectationGain).magnitude < 1e-11) }
      view.projectModel()
      last = view.value
      #expect((afterData - view.value - entry.maximizationGain).magnitude < 1e-11)
    }
  }
}
