import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// RELIABILITY A53: from the same mapped start, after the same plain iterations, changes of the data that do
/// not matter change nothing beyond 1e-9.
@Suite struct InvarianceTests {
  static let rows = MixtureFixtures.clusters(
    seed: 21, count: 400, components: 3, columns: 3, separation: 2, condition: 5)
  static let iterations = 5

  private static func start(_ model: CovarianceModel) throws -> GaussianMixture {
    try GaussianMixture.fit(
      rows, configuration: MixtureFixtures.plain(model, from: .hierarchical, components: 3, iterations: 3)
    ).model
  }

  /// The mixture of A x + t.
  private static func mapped(
    _ mixture: GaussianMixture, _ a: [[Double]], _ t: [Double]
  ) throws -> GaussianMixture {
    let means = mixture.means.map { mean in apply(a, mean).enumerated().map { $0.element + t[$0.offset] } }
    let covariances = mixture.covariances.map { c -> [[Double]] in
      let left = transpose(a.map { row in transpose(c).map { dot(row, $0) } })
      var result = transpose(a.map { row in left.isEmpty ? [] : transpose(left).map { dot(row, $0) } })
      for i in 0..<3 { for j in 0..<i { result[i][j] = result[j][i] } }
      return result
    }
    return try GaussianMixture(
      weights: mixture.weights, means: means, covariances: covariances,
      covarianceModel: mixture.covarianceModel)
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  private static func apply(_ a: [[Double]], _ x: [Double]) -> [Double] { a.map { dot($0, x) } }
  private static func transpose(_ a: [[Double]]) -> [[Double]] { (0..<3).map { j in a.map { $0[j] } } }

  private static func fit(
    _ rows: RowMatrix, _ start: GaussianMixture, weights: [Double]? = nil
  ) throws -> GaussianMixtureFit {
    try GaussianMixture.fit(
      rows, weights: weights,
      configuration: MixtureFixtures.plain(start.covarianceModel, from: .given(start), iterations: iterations))
  }

  /// Fits rows and A x + t from mapped starts and compares all that should be equal.
  private func check(_ model: CovarianceModel, _ a: [[Double]], _ t: [Double], logDeterminant: Double) throws {
    let start = try InvarianceTests.start(model)
    let rows = InvarianceTests.rows
    let moved = MixtureFixtures.map(rows) { x in
      InvarianceTests.apply(a, x).enumerated().map { $0.element + t[$0.offset] }
    }
    let base = try InvarianceTests.fit(rows, start)
    let other = try InvarianceTests.fit(moved, InvarianceTests.mapped(start, a, t))
    #expect(base.iterations == other.iterations)
    let shift = Double(rows.rowCount) * logDeterminant
    #expect((other.logLikelihood + shift - base.logLikelihood).magnitude <= 1e-9 * base.logLikelihood.magnitude)
    #expect(MixtureFixtures.difference(other.model.weights, base.model.weights) <= 1e-9)
    let difference = MixtureFixtures.difference(
      MixtureFixtures.flat(try other.model.responsibilities(of: moved)),
      MixtureFixtures.flat(try base.model.responsibilities(of: rows)))
    #expect(difference <= 1e-9)
    let expected = try InvarianceTests.mapped(base.model, a, t)
    for k in 0..<3 {
      for i in 0..<3 {
        let unit = expected.covariances[k][i][i].squareRoot()
        #expect((other.model.means[k][i] - expected.means[k][i]).magnitude <= 1e-9 * (unit + t[i].magnitude))
        for j in 0..<3 {
          let scale = unit * expected.covariances[k][j][j].squareRoot()
          let change = other.model.covariances[k][i][j] - expected.covariances[k][i][j]
          #expect(change.magnitude <= 1e-9 * scale)
        }
      }
    }
  }

  private static let identity = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]

  @Test(arguments: CovarianceModel.allCases)
  func translation(model: CovarianceModel) throws {
    try check(model, InvarianceTests.identity, [1000, -3, 0.125], logDeterminant: 0)
  }

  @Test(arguments: CovarianceModel.allCases)
  func scaling(model: CovarianceModel) throws {
    let scales = model.isScaleEquivariant ? [1e-3, 7, 300] : [0.3, 0.3, 0.3]
    let a = (0..<3).map { i in (0..<3).map { $0 == i ? scales[i] : 0 } }
    try check(model, a, [0, 0, 0], logDeterminant: scales.reduce(0) { $0 + log($1) })
  }

  @Test(arguments: CovarianceModel.allCases)
  func columnOrder(model: CovarianceModel) throws {
    try check(model, [[0, 0, 1], [1, 0, 0], [0, 1, 0]], [0, 0, 0], logDeterminant: 0)
  }

  @Test(arguments: CovarianceModel.allCases.filter { !$0.isDiagonal } + [.eii, .vii])
  func rotation(model: CovarianceModel) throws {
    let (s, c) = (sin(0.7), cos(0.7))
    let (u, v) = (sin(-1.1), cos(-1.1))
    // About the third axis, then about the first.
    try check(model, [[c, -s, 0], [v * s, v * c, -u], [u * s, u * c, v]], [0, 0, 0], logDeterminant: 0)
  }

  @Test(arguments: CovarianceModel.allCases)
  func rowOrder(model: CovarianceModel) throws {
    let rows = InvarianceTests.rows
    var generator = RandomGenerator(seed: 4)
    let order = Array(0..<rows.rowCount).shuffled(using: &generator)
    let shuffled = RowMatrix(unchecked: order.flatMap { rows.row($0) }, columnCount: 3)
    let start = try InvarianceTests.start(model)
    try expectEqual(try InvarianceTests.fit(shuffled, start), try InvarianceTests.fit(rows, start), factor: 1)
  }

  @Test(arguments: CovarianceModel.allCases)
  func doubledRowsAreWeightTwo(model: CovarianceModel) throws {
    let rows = InvarianceTests.rows
    let doubled = RowMatrix(
      unchecked: (0..<rows.rowCount).flatMap { rows.row($0) + rows.row($0) }, columnCount: 3)
    let start = try InvarianceTests.start(model)
    let weighted = try InvarianceTests.fit(rows, start, weights: .init(repeating: 2, count: rows.rowCount))
    try expectEqual(try InvarianceTests.fit(doubled, start), weighted, factor: 1)
    try expectEqual(weighted, try InvarianceTests.fit(rows, start), factor: 2)
    #expect((try InvarianceTests.fit(doubled, start).bic - weighted.bic).magnitude <= 1e-9 * weighted.bic.magnitude)
  }

  private func expectEqual(_ a: GaussianMixtureFit, _ b: GaussianMixtureFit, factor: Double) throws {
    #expect(a.iterations == b.iterations)
    #expect((a.logLikelihood - factor * b.logLikelihood).magnitude <= 1e-9 * a.logLikelihood.magnitude)
    #expect(MixtureFixtures.difference(a.model.weights, b.model.weights) <= 1e-9)
    #expect(MixtureFixtures.difference(a.model.means.flatMap { $0 }, b.model.means.flatMap { $0 }) <= 1e-9)
    let first = a.model.covariances.flatMap { $0.flatMap { $0 } }
    let second = b.model.covariances.flatMap { $0.flatMap { $0 } }
    #expect(MixtureFixtures.difference(first, second) <= 1e-9)
  }
}
