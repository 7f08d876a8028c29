import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// RELIABILITY A41 to A44, A48, A49 and A54 at the level of the library.
@Suite struct DegenerateDataTests {
  private func failure(
    _ rows: RowMatrix, weights: [Double]? = nil, names: [String]? = nil,
    _ configuration: GaussianMixtureConfiguration = GaussianMixtureConfiguration(components: 2)
  ) -> SurprisalError? {
    do {
      _ = try GaussianMixture.fit(rows, weights: weights, columnNames: names, configuration: configuration)
      return nil
    } catch { return error as? SurprisalError }
  }

  private func matrix(_ rows: [[Double]]) -> RowMatrix {
    RowMatrix(unchecked: rows.flatMap { $0 }, columnCount: rows.first?.count ?? 1)
  }

  private func noise(_ count: Int, _ columns: Int, seed: UInt64 = 1) -> [[Double]] {
    var draw = ProblemDraw(seed: seed, stream: 77)
    return (0..<count).map { _ in (0..<columns).map { _ in draw.gaussian() } }
  }

  /// A41.
  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(value: Double) {
    var rows = noise(30, 3)
    rows[16][1] = value
    let error = failure(matrix(rows), names: ["a", "b", "c"])
    #expect(error?.category == .data)
    #expect(error?.message.contains("row 17") == true)
    #expect(error?.message.contains("`b`") == true)
  }

  /// A42.
  @Test func tooFewRows() {
    let five = failure(matrix(noise(3, 1)), GaussianMixtureConfiguration(components: 5))
    #expect(five?.category == .data)
    #expect(five?.message.contains("3 rows") == true && five?.message.contains("5 components") == true)
    let one = failure(matrix([[1, 2]]), GaussianMixtureConfiguration(components: 1))
    #expect(one?.category == .data)
    #expect(one?.message.contains("1 row") == true)
    let none = failure(RowMatrix(unchecked: [], columnCount: 2))
    #expect(none?.category == .data)
    #expect(none?.message.contains("no rows") == true)
    #expect(throws: SurprisalError.self) { try RowMatrix([], columnCount: 0) }
    let columns = failure(RowMatrix(unchecked: [], columnCount: 0))
    #expect(columns?.category == .data)
    #expect(failure(matrix(noise(9, 2)), GaussianMixtureConfiguration(components: 0))?.category == .usage)
  }

  /// A43.
  @Test func equalRows() throws {
    let rows = matrix([[Double]](repeating: [3, 4], count: 50))
    let fit = try GaussianMixture.fit(rows, configuration: GaussianMixtureConfiguration(components: 2))
    #expect(fit.model.componentCount == 1)
    let isTold = fit.warnings.contains { $0.contains("1 distinct point") && $0.contains("1 component kept") }
    #expect(isTold, "\(fit.warnings)")
    #expect(fit.model.means == [[3, 4]])
    #expect(fit.logLikelihood.isFinite)
    let error = failure(rows, GaussianMixtureConfiguration(components: 2, collapsePolicy: .error))
    #expect(error?.category == .data)
    #expect(error?.message.contains("1 distinct point") == true)
  }

  /// A44: a constant column, and two collinear ones.
  @Test func columnsWithoutSpread() throws {
    let names = ["a", "b", "c"]
    let constant = matrix(noise(60, 3).map { [$0[0], 5, $0[2]] })
    let collinear = matrix(noise(60, 3).map { [$0[0], 2 * $0[0] + 1, $0[2]] })
    let first = failure(constant, names: names)
    #expect(first?.category == .data)
    #expect(first?.message.contains("`b`") == true && first?.message.contains("`a`") == false)
    #expect(first?.remedy?.contains("--prior") == true && first?.remedy?.contains("leave out") == true)
    let second = failure(collinear, names: names)
    #expect(second?.category == .data)
    #expect(second?.message.contains("`a`, `b`") == true && second?.message.contains("`c`") == false)
    #expect(second?.remedy?.contains("--prior") == true && second?.remedy?.contains("leave") == true)
    for rows in [constant, collinear] {
      let fit = try GaussianMixture.fit(
        rows, columnNames: names, configuration: GaussianMixtureConfiguration(components: 2, prior: MixturePrior()))
      #expect(fit.logLikelihood.isFinite)
      let isNamed = fit.warnings.contains { $0.contains("`b`") }
      #expect(isNamed, "\(fit.warnings)")
    }
  }

  /// A48: a component of its own for the outlier has no maximum, and no other answer exists for K = 2.
  @Test func farOutlier() throws {
    var points = noise(200, 2)
    points[7] = [1e6, -1e6]
    let rows = matrix(points)
    for policy in [CollapsePolicy.restart, .error] {
      let error = failure(rows, GaussianMixtureConfiguration(components: 2, collapsePolicy: policy))
      #expect(error?.category == .data)
      #expect(error?.message.contains("collapsed onto 1.0 effective rows in `x1`, `x2`") == true)
      #expect(error?.message.contains("component ") == true)
    }
    let fits = [
      try GaussianMixture.fit(rows, configuration: GaussianMixtureConfiguration(components: 1)),
      try GaussianMixture.fit(
        rows, configuration: GaussianMixtureConfiguration(components: 2, collapsePolicy: .drop)),
      try GaussianMixture.fit(
        rows, configuration: GaussianMixtureConfiguration(components: 2, prior: MixturePrior())),
    ]
    for fit in fits {
      #expect(fit.logLikelihood.isFinite)
      let numbers = fit.model.means.flatMap { $0 } + fit.model.covariances.flatMap { $0.flatMap { $0 } }
      #expect(numbers.allSatisfy { $0.isFinite })
    }
    #expect(fits.map(\.model.componentCount) == [1, 1, 2])
    let isTold = fits[1].warnings.contains { $0.contains("1 of 2 components kept") }
    #expect(isTold, "\(fits[1].warnings)")
  }

  /// A48: as many clusters as single rows far apart cannot be an answer.
  @Test func singletonClusters() {
    let points: [[Double]] = [[0, 0], [1, 1], [4, 2], [9, 0], [16, 1], [25, 2], [36, 0], [49, 1]]
    let rows = matrix(points)
    let error = failure(rows, GaussianMixtureConfiguration(components: 4))
    #expect(error?.category == .data)
    #expect(error?.message.contains("collapsed onto") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("component") == true)
  }

  /// A48: fifty copies of one row among others draw a component onto themselves.
  @Test func duplicates() throws {
    let rows = matrix(noise(200, 2) + [[Double]](repeating: [0.3, 0.2], count: 50))
    let fit = try GaussianMixture.fit(rows, configuration: GaussianMixtureConfiguration(components: 2))
    #expect(fit.logLikelihood.isFinite)
    #expect(!MixtureFixtures.isCollapsed(fit, rows))
    let dropped = try GaussianMixture.fit(
      rows, configuration: GaussianMixtureConfiguration(components: 3, collapsePolicy: .drop))
    #expect(dropped.model.componentCount <= 3)
    #expect(!MixtureFixtures.isCollapsed(dropped, rows))
  }

  /// A49.
  @Test func givenParameters() {
    let unit = [[1.0, 0], [0, 1]]
    func error(
      _ weights: [Double], means: [[Double]] = [[0, 0], [1, 1]], _ covariances: [[[Double]]]? = nil
    ) -> String {
      do {
        _ = try GaussianMixture(weights: weights, means: means, covariances: covariances ?? [unit, unit])
        return ""
      } catch let error as SurprisalError where error.category == .data {
        return error.message
      } catch { return "" }
    }
    #expect(error([1, 0]).contains("component 2 is 0"))
    #expect(error([1.2, -0.2]).contains("component 2 is -0.2"))
    #expect(error([.nan, 1]).contains("component 1 is nan"))
    #expect(error([0.5, 0.4]).contains("sum to 0.9"))
    #expect(error([0.5, 0.5], means: [[0, 0], [.nan, 1]]).contains("component 2 is nan in column 1"))
    #expect(error([0.5, 0.5], [unit, [[1, 2], [2, 1]]]).contains("component 2 is not positive definite"))
    #expect(error([0.5, 0.5], [unit, [[1, 0.5], [0.2, 1]]]).contains("component 2 has 0.5"))
    #expect(error([0.5, 0.5], [[[1, 0], [0, .infinity]], unit]).contains("component 1 has inf"))
    #expect(error([0.5, 0.5]) == "")
  }

  /// A54.
  @Test func weights() throws {
    var points = noise(60, 2)
    for row in stride(from: 0, to: 60, by: 2) { points[row][0] += 5 }
    let rows = matrix(points)
    let configuration = GaussianMixtureConfiguration(components: 2)
    func weights(_ change: (inout [Double]) -> Void) -> [Double] {
      var result = [Double](repeating: 1, count: 60)
      change(&result)
      return result
    }
    #expect(failure(rows, weights: weights { $0[4] = -1 })?.message.contains("row 5 is -1") == true)
    #expect(failure(rows, weights: weights { $0[59] = .nan })?.message.contains("row 60 is nan") == true)
    #expect(failure(rows, weights: weights { $0[0] = .infinity })?.message.contains("row 1 is inf") == true)
    #expect(failure(rows, weights: [Double](repeating: 0, count: 60))?.message.contains("all 60 weights") == true)
    #expect(failure(rows, weights: [1])?.category == .data)
    var absent = [Double](repeating: 1, count: 60)
    absent[3] = 0
    absent[40] = 0
    let weighted = try GaussianMixture.fit(rows, weights: absent, configuration: configuration)
    let kept = matrix((0..<60).filter { absent[$0] > 0 }.map { rows.row($0) })
    let without = try GaussianMixture.fit(kept, configuration: configuration)
    #expect((weighted.logLikelihood - without.logLikelihood).magnitude <= 1e-12 * without.logLikelihood.magnitude)
    let means = (weighted.model.means.flatMap { $0 }, without.model.means.flatMap { $0 })
    #expect(MixtureFixtures.difference(means.0, means.1) <= 1e-12)
    #expect(weighted.totalWeight == 58)
    #expect((weighted.bic - without.bic).magnitude <= 1e-9)
  }
}
