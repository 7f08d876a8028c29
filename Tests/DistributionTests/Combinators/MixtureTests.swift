import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

struct MixtureTests {
  static func three() throws -> Mixture<Normal> {
    try Mixture(
      weights: Tensor([0.2, 0.5, 0.3]),
      components: Normal(mean: Tensor([-2.0, 0.5, 3]), standardDeviation: Tensor([0.5, 1, 2])))
  }

  /// A mixture of one component is that component; a batch and a list are the same.
  @Test func oneComponentAndForms() throws {
    let normal = try Normal(mean: 1, standardDeviation: 2)
    let one = try Mixture(weights: Tensor([1.0]), components: [normal])
    let x = Tensor([-40.0, -1, 0, 3, 80, .infinity])
    #expect(same(one.logDensity(of: x), normal.logDensity(of: x)))
    #expect(same(one.cumulative(at: x), normal.cumulative(at: x)))
    #expect(one.mean.item == 1 && one.variance.item == 4)
    let p = Tensor([0.0, 1e-300, 0.01, 0.5, 0.99, 1])
    for (a, b) in zip(one.quantile(at: p).doubles, normal.quantile(at: p).doubles) where a != b {
      #expect(abs(a - b) <= 1e-13 * abs(b))
    }
    let batch = try MixtureTests.three()
    let list = try Mixture(
      weights: Tensor([0.2, 0.5, 0.3]),
      components: [
        Normal(mean: -2, standardDeviation: 0.5), Normal(mean: 0.5, standardDeviation: 1),
        Normal(mean: 3, standardDeviation: 2),
      ])
    #expect(same(batch.logDensity(of: x), list.logDensity(of: x)))
    #expect(same(batch.cumulative(at: x), list.cumulative(at: x)))
    #expect(same(batch.mean, list.mean) && same(batch.variance, list.variance))
    let families = try Mixture(
      logits: Tensor([0.0, .infinity * -1, 1]),
      components: [
        AnyUnivariateDistribution(normal), AnyUnivariateDistribution(Uniform(lower: 0, upper: 1)),
        AnyUnivariateDistribution(Laplace(location: 0, scale: 1)),
      ])
    #expect(families.weights.doubles[1] == 0 && families.logDensity(of: x).doubles.allSatisfy { !$0.isNaN })
  }

  /// Log-density, distribution function, moments and quantile against sums over the components.
  @Test func againstSums() throws {
    let mixture = try MixtureTests.three()
    let (w, m, s) = ([0.2, 0.5, 0.3], [-2.0, 0.5, 3], [0.5, 1.0, 2])
    for x in [-50.0, -2, 0, 0.7, 5, 30] {
      let sum = (0..<3).reduce(0.0) { sum, k in
        let z = (x - m[k]) / s[k]
        return sum + w[k] * exp(-z * z / 2) / (s[k] * (2 * Double.pi).squareRoot())
      }
      let found = mixture.logDensity(of: Tensor(x, dtype: .float64)).item
      if sum > 0 { #expect(abs(found - log(sum)) <= 1e-13 * max(1, abs(log(sum)))) }
      let below = (0..<3).reduce(0.0) { $0 + w[$1] * erfc(-(x - m[$1]) / s[$1] / 2.0.squareRoot()) / 2 }
      #expect(abs(mixture.cumulative(at: Tensor(x, dtype: .float64)).item - below) <= 1e-14)
    }
    let mean = zip(w, m).reduce(0) { $0 + $1.0 * $1.1 }
    let square = (0..<3).reduce(0.0) { $0 + w[$1] * (s[$1] * s[$1] + (m[$1] - mean) * (m[$1] - mean)) }
    #expect(abs(mixture.mean.item - mean) <= 1e-15 && abs(mixture.variance.item - square) <= 1e-14)
    for p in [1e-300, 1e-10, 0.2, 0.5, 0.999, 1 - 1e-16] {
      let x = mixture.quantile(at: Tensor(p, dtype: .float64))
      let tail = p < 0.5 ? mixture.cumulative(at: x).item / p : mixture.complementaryCumulative(at: x).item / (1 - p)
      #expect(abs(tail - 1) <= 1e-12, "p = \(p): \(x)")
    }
    #expect(mixture.quantile(at: Tensor([0.0, 1])).doubles == [-.infinity, .infinity])
    #expect(mixture.quantile(at: Tensor([-0.1, 1.1, .nan])).doubles.allSatisfy { $0.isNaN })
  }

  @Test func discreteComponents() throws {
    let mixture = try Mixture(
      weights: Tensor([0.25, 0.75]), components: Geometric(probability: Tensor([0.5, 0.1])))
    let x = Tensor([-1.0, 0, 0.5, 3])
    let masses: [Double] = [0.25 * 0.5 + 0.75 * 0.1, 0.25 * 0.0625 + 0.75 * 0.1 * 0.729]
    let found = mixture.logDensity(of: x).exp().doubles
    #expect(found[0] == 0 && found[2] == 0)
    #expect(abs(found[1] - masses[0]) <= 1e-15 && abs(found[3] - masses[1]) <= 1e-15)
    for p in [0.1, 0.2, 0.2000001, 0.5, 0.99] {
      let k = mixture.quantile(at: Tensor(p, dtype: .float64)).item
      #expect(k == k.rounded() && mixture.cumulative(at: Tensor(k, dtype: .float64)).item >= p)
      #expect(k == 0 || mixture.cumulative(at: Tensor(k - 1, dtype: .float64)).item < p)
    }
    var generator = RandomGenerator(seed: 2)
    let (statistic, freedom) = chiSquare(mixture.sample([20_000], using: &generator).doubles, mixture)
    #expect(statistic <= chiSquareQuantile(freedom, 1e-6))
  }

  @Test func samplesAndTheirDerivatives() throws {
    let mixture = try MixtureTests.three()
    var generator = RandomGenerator(seed: 41)
    let x = mixture.sample([20_000], using: &generator)
    // A distance of 0.0269 is exceeded with a probability of 1e-6 (Kolmogorov 1933).
    #expect(kolmogorovDistance(x, mixture) <= 0.0191)
    let inputs = [Tensor([0.3, 1.1, 0.7]), Tensor([-2.0, 0.5, 3]), Tensor([0.5, 1.0, 2])]
    func make(_ inputs: [Tensor]) throws -> Mixture<Normal> {
      try Mixture(logits: inputs[0], components: Normal(mean: inputs[1], standardDeviation: inputs[2]))
    }
    for seed in 0..<20 {
      let (value, gradients) = try valueAndGradient(of: inputs) { inputs in
        var generator = RandomGenerator(seed: UInt64(seed))
        return try make(inputs).reparameterizedSample(using: &generator)
      }
      let p = try make(inputs).cumulative(at: value.withoutDerivative())
      for (index, gradient) in gradients.enumerated() {
        for element in 0..<3 {
          func quantile(_ step: Double) throws -> Double {
            var moved = inputs
            var values = moved[index].doubles
            values[element] += step
            moved[index] = Tensor(values)
            return try make(moved).quantile(at: p).item
          }
          let expected = try (quantile(1e-5) - quantile(-1e-5)) / 2e-5
          #expect(abs(gradient.doubles[element] - expected) <= 1e-6 * max(1, abs(expected)))
        }
      }
      // The quantile's own derivative is the same.
      let (_, own) = try valueAndGradient(of: inputs) { try make($0).quantile(at: p) }
      for (a, b) in zip(own, gradients) { for (x, y) in zip(a.doubles, b.doubles) { #expect(abs(x - y) <= 1e-9) } }
    }
  }

  @Test func vectorsAndBatches() throws {
    // A batch of 2 mixtures of 3 vectors of 2 numbers.
    let means = Tensor((0..<12).map(Double.init), shape: [2, 3, 2])
    let components = try Independent(
      Normal(mean: means, standardDeviation: Tensor(ones: [], dtype: .float64)), reinterpreted: 1)
    let mixture = try Mixture(weights: Tensor([0.2, 0.3, 0.5]), components: components)
    #expect(mixture.batchShape == [2] && mixture.eventShape == [2])
    var generator = RandomGenerator(seed: 3)
    let x = mixture.sample([5_000], using: &generator)
    #expect(x.shape == [5_000, 2, 2] && mixture.logDensity(of: x).shape == [5_000, 2])
    let (mean, variance) = (mixture.mean, mixture.variance)
    #expect(mean.shape == [2, 2])
    for (a, (b, v)) in zip(x.mean(alongAxes: [0]).doubles, zip(mean.doubles, variance.doubles)) {
      #expect(abs(a - b) <= 6 * (v / 5_000).squareRoot())
    }
    #expect(mixture.support.contains(x).all().item == 1)
    #expect(throws: SurprisalError.self) { try Mixture(weights: Tensor([0.5, 0.5]), components: components) }
    #expect(throws: SurprisalError.self) { try Mixture(weights: Tensor([0.5, 0.6, 0.1]), components: components) }
    #expect(throws: SurprisalError.self) {
      try Mixture(weights: Tensor([0.5, 0.5]), components: [Normal(mean: 0, standardDeviation: 1)])
    }
  }

  /// Weights of 0 and densities of −∞ leave derivatives that are numbers.
  @Test func derivativesAreNumbers() throws {
    let inputs = [Tensor([0.0, 0.5, 0.5]), Tensor([0.0, -1, 2]), Tensor([1.0, 1, 4])]
    for x in [-1e200, -1.0, 0, 3, 100] {
      let (_, gradients) = try valueAndGradient(of: inputs + [Tensor(x, dtype: .float64)]) { inputs in
        try Mixture(weights: inputs[0], components: Uniform(lower: inputs[1], upper: inputs[1] + inputs[2]))
          .logDensity(of: inputs[3])
      }
      #expect(gradients.allSatisfy { $0.doubles.allSatisfy { !$0.isNaN } }, "at \(x)")
    }
  }
}
