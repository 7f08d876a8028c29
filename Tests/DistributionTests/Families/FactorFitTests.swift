import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Low-rank normal fits beside scikit-learn's factor analysis and a search by scipy.
struct FactorFitTests {
  struct Case: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let rank: Int
    let rows: Numbers
    let weights: [Double]
    let converged: Bool
    let logLikelihood: Double
    let covariance: Numbers
    var description: String { name }
  }

  static func cases() throws -> [Case] {
    let file = URL(filePath: #filePath).appending(path: "../../../References/Distributions/factor_fits.json")
      .standardizedFileURL
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
  }

  /// As likely as the best of both, to 1e-6 nats of hundreds, or a little more so; and of the same covariance where
  /// scikit-learn's rounds end.
  @Test(arguments: try cases()) func references(_ item: Case) throws {
    let (x, weights) = (item.rows.tensor, Tensor(item.weights))
    let fit = try LowRankMultivariateNormal(fitting: x, rank: item.rank, weights: weights)
    let found = (fit.logDensity(of: x) * weights).sum().item
    #expect(found >= item.logLikelihood - 1e-6, "\(found - item.logLikelihood) nats")
    #expect(found <= item.logLikelihood + 1e-4, "\(found - item.logLikelihood) nats")
    if !item.converged { return }
    let scales = fit.variance.squareRoot()
    let difference = (fit.covariance - item.covariance.tensor) / (scales.expandingAxis(-1) * scales.expandingAxis(-2))
    #expect(difference.abs().max().item < 1e-4)
  }

  /// The units of the columns, the order of the rows and their parts change nothing.
  @Test func unitsAndParts() throws {
    let item = try #require(try FactorFitTests.cases().first { $0.name == "two factors" })
    let x = item.rows.tensor
    let fit = try LowRankMultivariateNormal(fitting: x, rank: 2)
    for (scale, shift) in [(1e-150, 0.0), (1e120, 0), (1, 1e6)] {
      let moved = try LowRankMultivariateNormal(fitting: x * scale + shift, rank: 2)
      let ratio = (moved.diagonal.squareRoot() / scale / fit.diagonal.squareRoot() - 1).abs().max().item
      #expect(ratio < (shift == 0 ? 1e-7 : 1e-4), "\(scale), \(shift): \(ratio)")
    }
    var (first, second) = (fit.statistics(), LowRankMultivariateNormal.Statistics(rank: 2))
    try first.add(x[0..<17], weights: nil)
    try second.add(x[17...], weights: nil)
    try first.merge(second)
    let merged = try LowRankMultivariateNormal(fitting: first)
    #expect((merged.covariance / fit.covariance - 1).abs().max().item < 1e-8)
    let other = LowRankMultivariateNormal.Statistics(rank: 1)
    #expect(throws: SurprisalError.self) { try first.merge(other) }
  }

  /// The scaled columns of the factor are orthogonal, in falling order, and the variances are those of the rows.
  @Test func conventions() throws {
    let item = try #require(try FactorFitTests.cases().first { $0.name == "two factors" })
    let x = item.rows.tensor
    let fit = try LowRankMultivariateNormal(fitting: x, rank: 2)
    let inner = fit.factor.transposed().matmul(fit.factor / fit.diagonal.expandingAxis(-1)).doubles
    #expect(abs(inner[1]) < 1e-9 * inner[0] && inner[0] > inner[3])
    let variance = (x - x.mean(alongAxes: [0])).square().mean(alongAxes: [0])
    #expect((fit.variance / variance - 1).abs().max().item < 1e-6)
  }

  /// A rank of 0 is a diagonal normal distribution; members of a batch are fitted each on its own.
  @Test func rankZeroAndBatches() throws {
    let item = try #require(try FactorFitTests.cases().first { $0.name == "two factors" })
    let x = item.rows.tensor
    let diagonal = try DiagonalNormal(fitting: x)
    let flat = try LowRankMultivariateNormal(fitting: x, rank: 0)
    #expect((flat.diagonal / diagonal.variance - 1).abs().max().item < 1e-12)
    let both = Tensor(stacking: [x, x * 2 + 1], alongAxis: 1)
    let fit = try LowRankMultivariateNormal(fitting: both, rank: 2)
    let one = try LowRankMultivariateNormal(fitting: x, rank: 2)
    #expect(fit.batchShape == [2])
    #expect((fit.diagonal.sliced(1, alongAxis: 0) / one.diagonal / 4 - 1).abs().max().item < 1e-6)
  }

  @Test func whatCannotBeFitted() throws {
    let item = try #require(try FactorFitTests.cases().first { $0.name == "two factors" })
    let x = item.rows.tensor
    func message(_ x: Tensor, rank: Int, _ weights: Tensor? = nil) -> String {
      let error = #expect(throws: SurprisalError.self) {
        try LowRankMultivariateNormal(fitting: x, rank: rank, weights: weights)
      }
      return error.map { "\($0)" } ?? ""
    }
    #expect(message(x, rank: 6).contains("rank 6"))
    #expect(message(x, rank: -1).contains("rank -1"))
    #expect(message(x[0..<1], rank: 1).contains("column 0 has no spread"))
    // Two columns that are one, and as many rows as the factor explains whole.
    let twice = Tensor(concatenating: [x, x.sliced(2..<3, alongAxis: 1)], alongAxis: 1)
    #expect(message(twice, rank: 2).contains("no bound"))
    #expect(message(x[0..<3], rank: 2).contains("no bound"))
    #expect(message(x, rank: 1, Tensor(ones: x.shape, dtype: .float64)).contains("one for each vector"))
    #expect(message(x * .nan, rank: 1).contains("row 0"))
  }
}
