import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Maximum-likelihood fits without a closed form against roots of the likelihood's derivative, computed elsewhere.
struct IterativeFitTests {
  struct Case: Decodable, Sendable, CustomStringConvertible {
    let family: String
    let rows: Numbers
    let weights: [Double]
    let parameters: [String: Numbers]
    var description: String { "\(family) \(parameters.mapValues(\.values))" }
  }

  static func cases() throws -> [Case] {
    let file = URL(filePath: #filePath).appending(path: "../../../References/Distributions/fits.json")
      .standardizedFileURL
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
  }

  /// The parameters of a fit to two pieces of the rows, merged.
  static func fit(_ item: Case) throws -> [String: Tensor] {
    func merged<Family: FittableDistribution>(_ family: Family.Type, _ empty: Family.Statistics? = nil) throws -> Family
    {
      let (rows, weights) = (item.rows.tensor, Tensor(item.weights))
      var (first, second) = (empty ?? Family.statistics(), empty ?? Family.statistics())
      try first.add(rows[0..<5], weights: weights[0..<5])
      try second.add(rows[5...], weights: weights[5...])
      try first.merge(second)
      return try Family(fitting: first)
    }
    switch item.family {
    case "Gamma":
      let fit = try merged(Gamma.self)
      return ["concentration": fit.concentration, "rate": fit.rate]
    case "InverseGamma":
      let fit = try merged(InverseGamma.self)
      return ["concentration": fit.concentration, "scale": fit.scale]
    case "Beta":
      let fit = try merged(Beta.self)
      return ["concentration1": fit.concentration1, "concentration0": fit.concentration0]
    case "Dirichlet":
      return ["concentration": try merged(Dirichlet.self).concentration]
    case "RelaxedCategorical", "RelaxedCategorical of known temperature":
      let known = item.family == "RelaxedCategorical" ? nil : item.parameters["temperature"]?.tensor
      let fit = try merged(RelaxedCategorical.self, RelaxedCategorical.Statistics(temperature: known))
      return ["temperature": fit.temperature, "logits": fit.logits]
    default:
      let fit = try merged(StudentT.self)
      return ["degreesOfFreedom": fit.degreesOfFreedom, "location": fit.location, "scale": fit.scale]
    }
  }

  @Test(arguments: try cases()) func weightedFits(_ item: Case) throws {
    let found = try IterativeFitTests.fit(item)
    for (name, expected) in item.parameters {
      let value = try #require(found[name])
      #expect(value.shape == expected.shape)
      for (a, b) in zip(value.doubles, expected.values) {
        #expect(abs(a - b) <= (item.family == "StudentT" ? 1e-8 : 1e-11) * abs(b), "\(item): \(name) \(a), not \(b)")
      }
    }
  }

  @Test func whatCannotBeFitted() {
    let equal = Tensor([0.5, 0.5, 0.5])
    #expect(throws: SurprisalError.self) { try Gamma(fitting: equal) }
    #expect(throws: SurprisalError.self) { try Beta(fitting: equal) }
    #expect(throws: SurprisalError.self) { try StudentT(fitting: equal) }
    #expect(throws: SurprisalError.self) { try InverseGamma(fitting: Tensor([1.0, 0.0])) }
    #expect(throws: SurprisalError.self) { try Beta(fitting: Tensor([0.5, 1.0])) }
    #expect(throws: SurprisalError.self) { try Gamma(fitting: Tensor([1.0, 2.0]), weights: Tensor([0.0, 0.0])) }
    #expect(throws: SurprisalError.self) { try Dirichlet(fitting: Tensor([0.5, 0.6, 0.5, 0.4], shape: [2, 2])) }
  }

  /// Two members at once, each as it is alone.
  @Test func batches() throws {
    let rows = Tensor([1.0, 2, 3, 4, 5, 1, 2, 9], shape: [4, 2])
    let both = try Gamma(fitting: rows)
    let second = try Gamma(fitting: Tensor([2.0, 4, 1, 9]))
    #expect(abs(both.concentration.doubles[1] - second.concentration.doubles[0]) < 1e-13)
    let students = try StudentT(fitting: rows)
    #expect(students.batchShape == [2])
  }
}
