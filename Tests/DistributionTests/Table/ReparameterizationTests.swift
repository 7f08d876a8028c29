import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Derivatives of samples by the parameters: where there is a quantile function, those of the quantile at a fixed
/// probability by central differences.
struct ReparameterizationTests {
  @Test(arguments: familyTable.map(\.family)) func followTheQuantile(_ family: String) throws {
    let entry = try #require(familyTable.first { $0.family == family })
    var compared = 0
    for (distribution, reference) in try distributions(family) {
      guard let univariate = distribution as? any UnivariateDistribution & Reparameterized else { continue }
      let names = reference.tensors.keys.sorted()
      for seed in 0..<20 {
        var generator = RandomGenerator(seed: UInt64(seed), stream: 3)
        let start = generator
        let x = univariate.reparameterizedSample(using: &generator)
        let p = univariate.cumulative(at: x).item
        guard p > 1e-3, p < 1 - 1e-3 else { continue }
        let (value, gradients) = try valueAndGradient(of: names.map { reference.tensors[parameter: $0] }) { inputs in
          var generator = start
          let distribution = try entry.make(Dictionary(uniqueKeysWithValues: zip(names, inputs)))
          guard let distribution = distribution as? any Reparameterized else { return Tensor(.nan, dtype: .float64) }
          return distribution.reparameterizedSample(using: &generator)
        }
        #expect(value.item == x.item, "\(reference): the sample differs when a derivative follows it")
        for (name, gradient) in zip(names, gradients) {
          let parameter = reference.tensors[parameter: name].item
          let h = 1e-5 * (parameter == 0 ? 1 : abs(parameter))
          func quantile(_ step: Double) -> Double? {
            var parameters = reference.tensors
            parameters[name] = Tensor(parameter + step, dtype: .float64)
            let moved = (try? entry.make(parameters)) as? any UnivariateDistribution
            return moved?.quantile(at: Tensor(p, dtype: .float64)).item
          }
          guard let above = quantile(h), let below = quantile(-h), above.isFinite, below.isFinite else { continue }
          let expected = (above - below) / (2 * h)
          let rounding = 1e-12 * max(abs(above), abs(below)) / h
          let found = gradient.item
          compared += 1
          if found != expected, !(abs(found - expected) <= 1e-4 * abs(expected) + 1e-9 + rounding) {
            Issue.record("\(reference): derivative of \(x.item) by \(name) is \(found), not \(expected)")
          }
        }
      }
    }
    let isAsked = try distributions(family).contains { $0.0 is any UnivariateDistribution & Reparameterized }
    #expect(!isAsked || compared > 0, "no derivative was compared")
  }

  /// A reparameterized sample is the plain one, and its derivatives are numbers.
  @Test(arguments: familyTable.map(\.family)) func derivativesAreNumbers(_ family: String) throws {
    let entry = try #require(familyTable.first { $0.family == family })
    for (distribution, reference) in try distributions(family) {
      guard distribution is any Reparameterized else { continue }
      let names = reference.tensors.keys.sorted()
      let (_, gradients) = try valueAndGradient(of: names.map { reference.tensors[parameter: $0] }) { inputs in
        var generator = RandomGenerator(seed: 5)
        let distribution = try entry.make(Dictionary(uniqueKeysWithValues: zip(names, inputs)))
        guard let distribution = distribution as? any Reparameterized else { return Tensor(.nan, dtype: .float64) }
        return distribution.reparameterizedSample([50], using: &generator).sum()
      }
      #expect(gradients.allSatisfy { $0.doubles.allSatisfy { !$0.isNaN } }, "\(reference)")
    }
  }
}
