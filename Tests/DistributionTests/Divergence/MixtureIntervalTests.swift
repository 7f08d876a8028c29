import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Certified intervals of mixtures against quadrature, over random mixtures.
struct MixtureIntervalTests {
  struct Problem: Sendable {
    let weights, means, deviations: [Double]

    init(_ generator: inout RandomGenerator, count: Int, spread: Double) {
      let raw = (0..<count).map { _ in generator.nextUniform() + 0.05 }
      weights = raw.map { $0 / raw.reduce(0, +) }
      means = (0..<count).map { _ in (generator.nextUniform() - 0.5) * spread }
      deviations = (0..<count).map { _ in exp((generator.nextUniform() - 0.5) * 2) }
    }

    func batch() throws -> Mixture<Normal> {
      try Mixture(
        weights: Tensor(weights), components: Normal(mean: Tensor(means), standardDeviation: Tensor(deviations)))
    }

    func list() throws -> Mixture<Normal> {
      try Mixture(
        weights: Tensor(weights),
        components: zip(means, deviations).map { try Normal(mean: $0, standardDeviation: $1) })
    }

    var range: ClosedRange<Double> {
      let lower = zip(means, deviations).map { mean, deviation in mean - 12 * deviation }
      let upper = zip(means, deviations).map { mean, deviation in mean + 12 * deviation }
      return (lower.min() ?? 0)...(upper.max() ?? 1)
    }
  }

  /// The trapezoidal rule, which is exact to rounding for such densities.
  static func integral(_ range: ClosedRange<Double>, _ function: (Tensor) -> Tensor) -> Double {
    let count = 40_000
    let x = Tensor(linearFrom: range.lowerBound, to: range.upperBound, count: count, dtype: .float64)
    let step = (range.upperBound - range.lowerBound) / Double(count - 1)
    return function(x).doubles.reduce(0, +) * step
  }

  /// KL and entropy of random normal mixtures are within their intervals, whether the components are a batch or a list.
  @Test func intervalsHoldTheTruth() throws {
    var generator = RandomGenerator(seed: 29)
    var (useful, widest) = (0, 0.0)
    for problem in 0..<60 {
      let spread = [0.5, 4, 20][problem % 3]
      let first = Problem(&generator, count: 1 + problem % 4, spread: spread)
      let second = Problem(&generator, count: 1 + problem % 5, spread: spread)
      let (p, q) = (try first.batch(), try second.batch())
      let truth = MixtureIntervalTests.integral(first.range) { x in
        let own = p.logDensity(of: x)
        return own.exp() * (own - q.logDensity(of: x))
      }
      let entropy = MixtureIntervalTests.integral(first.range) { x in
        let own = p.logDensity(of: x)
        return -own.exp() * own
      }
      for (a, b) in [(p, q), (try first.list(), try second.list())] {
        let interval = try klInterval(a, b, samples: 400, using: &generator)
        let (low, high) = (interval.bounds.lowerBound.nats, interval.bounds.upperBound.nats)
        let rounding = 1e-11 * max(1, truth)
        #expect(
          low <= truth + rounding && truth <= high + rounding, "problem \(problem): \(truth) is not within \(interval)")
        #expect(abs(interval.estimate.value.nats - truth) <= 6 * interval.estimate.standardError + 0.05 * truth)
        // Bins of a number tell nearly all of the divergence.
        if low >= 0.99 * truth - 1e-9 { useful += 1 }
        let own = try differentialEntropyInterval(of: a, samples: 400, using: &generator)
        let (least, most) = (own.bounds.lowerBound.nats, own.bounds.upperBound.nats)
        #expect(
          least <= entropy + 1e-9 && entropy <= most + 1e-9, "problem \(problem): \(entropy) is not within \(own)")
        widest = max(widest, most - least)
      }
    }
    // Lower bounds are near the truth, and entropies never wider than the entropy of four weights.
    #expect(useful >= 110 && widest <= log(4.0), "\(useful), \(widest)")
  }

  @Test func exactWhereItCanBe() throws {
    var generator = RandomGenerator(seed: 31)
    let problem = Problem(&generator, count: 4, spread: 6)
    let (batch, list) = (try problem.batch(), try problem.list())
    for p in [batch, list] {
      let own = try klInterval(p, p, samples: 100, using: &generator)
      #expect(own.bounds.lowerBound.nats == 0 && own.bounds.upperBound.nats <= 1e-9, "\(own)")
    }
    // One component is closed.
    let (p, q) = (try Normal(mean: 0, standardDeviation: 1), try Normal(mean: 1, standardDeviation: 2))
    let exact = try klDivergence(p, q).item
    let interval = try klInterval(p, q, samples: 100, using: &generator)
    #expect(
      abs(interval.bounds.lowerBound.nats - exact) <= 1e-9 && abs(interval.bounds.upperBound.nats - exact) <= 1e-9)
    // Components far from each other: H(p) is the mean entropy and that of the weights, to the last digits.
    let apart = try Mixture(
      weights: Tensor([0.25, 0.75]), components: Normal(mean: Tensor([0.0, 1e3]), standardDeviation: Tensor([1.0, 1])))
    let entropy = try differentialEntropyInterval(of: apart, samples: 100, using: &generator)
    let expected = p.entropy().item - 0.25 * log(0.25) - 0.75 * log(0.75)
    #expect(abs(entropy.bounds.lowerBound.nats - expected) <= 1e-8)
    #expect(abs(entropy.bounds.upperBound.nats - expected) <= 1e-8)
  }

  /// Discrete mixtures, whose entropy and divergence are sums, and families without an exponential form.
  @Test func otherFamilies() throws {
    var generator = RandomGenerator(seed: 37)
    let coins = try Mixture(
      weights: Tensor([0.5, 0.5]), components: Categorical(probabilities: Tensor([0.9, 0.1, 0.2, 0.8], shape: [2, 2])))
    let entropy = -(0.55 * log(0.55) + 0.45 * log(0.45))
    let interval = try entropyInterval(of: coins, samples: 1000, using: &generator)
    #expect(interval.bounds.contains(Information(nats: entropy)), "\(interval)")
    #expect(throws: SurprisalError.self) { try differentialEntropyInterval(of: coins, using: &generator) }
    let fair = try Categorical(probabilities: [0.5, 0.5])
    let divergence = log(2) - entropy
    let between = try klInterval(coins, fair, samples: 1000, using: &generator)
    #expect(between.bounds.contains(Information(nats: divergence)), "\(between)")
    #expect(abs(try klDivergence(Mixture(weights: Tensor([1.0]), components: [fair]), fair).item) <= 1e-15)

    let mixed = try Mixture(
      weights: Tensor([0.5, 0.5]),
      components: [
        AnyUnivariateDistribution(Laplace(location: 0, scale: 1)),
        AnyUnivariateDistribution(Uniform(lower: -1, upper: 1)),
      ])
    let truth = MixtureIntervalTests.integral(-60...60) { x in
      let own = mixed.logDensity(of: x)
      return own.exp() * (own - (x.square() * -0.5 - 0.918_938_533_204_672_7))
    }
    let bounds = try klInterval(mixed, Normal(mean: 0, standardDeviation: 1), samples: 1000, using: &generator)
    #expect(bounds.bounds.lowerBound.nats <= truth && truth <= bounds.bounds.upperBound.nats, "\(truth): \(bounds)")
  }
}
