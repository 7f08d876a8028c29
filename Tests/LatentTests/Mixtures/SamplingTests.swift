import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Goodness of fit of samples. Seeds are fixed; a correct sampler would fail each test for one seed in a
/// million (Kolmogorov–Smirnov at √(ln(2·10⁶)/2) = 2.69/√n, counts at 4.9 standard deviations).
@Suite struct SamplingTests {
  static let count = 40_000

  private static func mixture(_ model: CovarianceModel) throws -> GaussianMixture {
    let full = [[[4.0, 1.5], [1.5, 1]], [[1, -0.9], [-0.9, 2]], [[0.25, 0], [0, 9]]]
    let diagonal = full.map { [[$0[0][0], 0], [0, $0[1][1]]] }
    return try GaussianMixture(
      weights: [0.5, 0.3, 0.2], means: [[0, 0], [100, 1e4], [-5, 3]],
      covariances: model.isDiagonal ? diagonal : full, covarianceModel: model)
  }

  /// The largest distance between the sample's distribution and the given one, times √n.
  private static func kolmogorov(_ values: [Double], _ distribution: (Double) -> Double) -> Double {
    let sorted = values.sorted()
    let n = Double(sorted.count)
    var largest = 0.0
    for (index, value) in sorted.enumerated() {
      let p = distribution(value)
      largest = max(largest, p - Double(index) / n, Double(index + 1) / n - p)
    }
    return largest * n.squareRoot()
  }

  private static func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  @Test(arguments: [CovarianceModel.vvv, .vvi])
  func samplesFollowTheMixture(model: CovarianceModel) throws {
    let mixture = try SamplingTests.mixture(model)
    var generator = RandomGenerator(seed: 20_261_121)
    let (rows, components) = mixture.sample(SamplingTests.count, using: &generator)
    #expect(rows.rowCount == SamplingTests.count && rows.columnCount == 2)
    let n = Double(SamplingTests.count)
    for k in 0..<3 {
      let members = (0..<SamplingTests.count).filter { components[$0] == k }
      let expected = mixture.weights[k]
      let deviation = (n * expected * (1 - expected)).squareRoot()
      #expect((Double(members.count) - n * expected).magnitude <= 4.9 * deviation)
      // Whitened by hand: u is the first column, v the rest of the second.
      let (mean, c) = (mixture.means[k], mixture.covariances[k])
      var first: [Double] = []
      var second: [Double] = []
      var radius: [Double] = []
      for row in members {
        let u = (rows[row, 0] - mean[0]) / c[0][0].squareRoot()
        let slope = c[0][1] / c[0][0].squareRoot()
        let v = (rows[row, 1] - mean[1] - slope * u) / (c[1][1] - slope * slope).squareRoot()
        first.append(u)
        second.append(v)
        radius.append(u * u + v * v)
      }
      #expect(SamplingTests.kolmogorov(first, SamplingTests.normal) <= 2.69)
      #expect(SamplingTests.kolmogorov(second, SamplingTests.normal) <= 2.69)
      // |y|² of two columns is exponential; this also sees dependence between them.
      #expect(SamplingTests.kolmogorov(radius) { 1 - exp(-$0 / 2) } <= 2.69)
      let product = zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(product.magnitude <= 4.9 * Double(members.count).squareRoot())
    }
  }

  @Test func logDensitiesAgreeWithIndependentEvaluation() throws {
    let mixture = try SamplingTests.mixture(.vvv)
    var generator = RandomGenerator(seed: 5)
    let rows = mixture.sample(2000, using: &generator).rows
    let evaluation = IndependentEvaluation(mixture)
    let found = try mixture.logDensities(of: rows)
    let expected = (0..<2000).map { Double(evaluation.logDensity(rows.row($0))) }
    #expect(MixtureFixtures.difference(found, expected) <= 1e-12)
  }

  @Test func theSameSeedGivesTheSameRows() throws {
    let mixture = try SamplingTests.mixture(.vvv)
    var first = RandomGenerator(seed: 9)
    var second = RandomGenerator(seed: 9)
    var third = RandomGenerator(seed: 10)
    let rows = mixture.sample(100, using: &first)
    let again = mixture.sample(100, using: &second)
    let other = mixture.sample(100, using: &third)
    #expect(MixtureFixtures.flat(rows.rows) == MixtureFixtures.flat(again.rows))
    #expect(rows.components == again.components)
    #expect(MixtureFixtures.flat(rows.rows) != MixtureFixtures.flat(other.rows))
    #expect(mixture.sample(0, using: &first).rows.rowCount == 0)
  }
}
