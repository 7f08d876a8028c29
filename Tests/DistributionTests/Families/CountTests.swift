import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Identities, divergences, samples and fits of Poisson, binomial and multinomial distributions.
struct CountTests {
  @Test func multinomialOfTwoClassesIsBinomial() throws {
    for (trials, p) in [(0.0, 0.25), (1.0, 0.0), (7.0, 0.25), (1000.0, 0.375), (12.0, 1.0)] {
      let n = Tensor(trials, dtype: .float64)
      let multinomial = try Multinomial(trials: n, probabilities: Tensor([p, 1 - p]))
      let binomial = try Binomial(trials: n, probability: Tensor(p, dtype: .float64))
      let logits = try Multinomial(trials: n, logits: Tensor([log(max(p, 1e-9) / max(1 - p, 1e-9)), 0]))
      for x in stride(from: 0.0, through: trials, by: max(1, (trials / 10).rounded())) {
        let expected = binomial.logDensity(of: Tensor(x, dtype: .float64))
        expectNear(multinomial.logDensity(of: Tensor([x, trials - x])), expected, 1e-13)
        if p > 0, p < 1 { expectNear(logits.logDensity(of: Tensor([x, trials - x])), expected, 1e-12) }
      }
      expectNear(multinomial.entropy(), binomial.entropy(), 1e-13)
    }
  }

  /// All masses of a support add up to 1, and −Σ p log p is the entropy.
  @Test func massesAddUpToOne() throws {
    let binomial = try Binomial(trials: Tensor([9.0, 40.0, 0.0]), probability: Tensor([0.3, 0.99, 0.5]))
    let logs = binomial.logDensity(of: Tensor(linearFrom: 0, to: 60, count: 61, dtype: .float64).expandingAxis(-1))
    expectNear(logs.exp().sum(alongAxes: [0]), Tensor([1.0, 1, 1]), 1e-13)
    let poisson = try Poisson(rate: Tensor([0.0, 0.5, 30.0]))
    let masses = poisson.logDensity(of: Tensor(linearFrom: 0, to: 300, count: 301, dtype: .float64).expandingAxis(-1))
    expectNear(masses.exp().sum(alongAxes: [0]), Tensor([1.0, 1, 1]), 1e-13)
    let multinomial = try Multinomial(trials: Tensor(6.0, dtype: .float64), probabilities: Tensor([0.2, 0.3, 0.5]))
    var rows: [Double] = []
    for first in 0...6 {
      for second in 0...(6 - first) { rows += [first, second, 6 - first - second].map(Double.init) }
    }
    let all = multinomial.logDensity(of: Tensor(rows, shape: [rows.count / 3, 3]))
    expectNear(all.exp().sum(), Tensor(1.0, dtype: .float64), 1e-14)
    expectNear(-(all.exp() * all).sum(), multinomial.entropy(), 1e-13)
  }

  /// The summation and the expansion of the entropy meet where one follows the other.
  @Test func entropiesAreContinuous() throws {
    for (below, above) in [(1999.9999999, 2000.0000001)] {
      let difference = try Poisson(rate: above).entropy() - (try Poisson(rate: below).entropy())
      #expect(abs(difference.item - 0.5 * log(above / below)) < 1e-13)
      let first = try Binomial(trials: Tensor(1e4, dtype: .float64), probability: Tensor(below / 1e4, dtype: .float64))
      let second = try Binomial(trials: Tensor(1e4, dtype: .float64), probability: Tensor(above / 1e4, dtype: .float64))
      #expect(abs((second.entropy() - first.entropy()).item) < 1e-9)
    }
  }

  /// The derivative of an entropy by p against −Σ p′ log p.
  @Test func entropyDerivatives() throws {
    let p = Tensor([0.3, 0.01, 0.75])
    let (_, gradient) = try valueAndGradient(of: p) {
      try Binomial(trials: Tensor([12.0, 50.0, 1e5]), probability: $0).entropy().sum()
    }
    let h = 1e-6
    let entropy: (Tensor) throws -> Tensor = {
      try Binomial(trials: Tensor([12.0, 50.0, 1e5]), probability: $0).entropy()
    }
    expectNear(gradient, (try entropy(p + h) - (try entropy(p - h))) / (2 * h), 1e-6)
  }

  @Test func divergences() throws {
    let p = try Binomial(trials: Tensor([5.0, 30.0]), probability: Tensor([0.3, 0.95]))
    let q = try Binomial(trials: Tensor([5.0, 30.0]), logits: Tensor([0.5, 2.0]))
    let counts = Tensor(linearFrom: 0, to: 30, count: 31, dtype: .float64).expandingAxis(-1)
    let (own, other) = (p.logDensity(of: counts), q.logDensity(of: counts))
    let poisson = try Poisson(rate: Tensor([2.0, 20.0]))
    func sum(_ other: Tensor) -> Tensor {
      Tensor(where: own .> -.infinity, own.exp() * (own - other), else: 0).sum(alongAxes: [0])
    }
    expectNear(try #require(p.closedFormKL(to: q)), sum(other), 1e-12)
    expectNear(try #require(p.closedFormKL(to: poisson)), sum(poisson.logDensity(of: counts)), 1e-12)
    let more = try Binomial(trials: 40, probability: 0.5)
    #expect(p.closedFormKL(to: more) == nil)
    expectNear(try #require(more.closedFormKL(to: p)), Tensor([Double.infinity, .infinity]), 0)
    let never = try Binomial(trials: 40, probability: 0)
    expectNear(try #require(never.closedFormKL(to: p)), -p.logDensity(of: Tensor(0.0, dtype: .float64)), 1e-14)
    let second = try Poisson(rate: Tensor([2.5, 1e-3]))
    let range = Tensor(linearFrom: 0, to: 200, count: 201, dtype: .float64).expandingAxis(-1)
    let (first, last) = (poisson.logDensity(of: range), second.logDensity(of: range))
    expectNear(
      try #require(poisson.closedFormKL(to: second)), (first.exp() * (first - last)).sum(alongAxes: [0]), 1e-12)
    expectNear(try #require(poisson.closedFormKL(to: p)), Tensor([Double.infinity, .infinity]), 0)
    expectNear(
      try #require(try Poisson(rate: 0).closedFormKL(to: try Poisson(rate: 3))), Tensor(3.0, dtype: .float64), 0)
    expectNear(
      try #require(try Poisson(rate: 3).closedFormKL(to: try Poisson(rate: 0))), Tensor(.infinity, dtype: .float64), 0)
    let multinomial = try Multinomial(trials: Tensor([4.0, 6.0]), probabilities: Tensor([0.5, 0.25, 0.25]))
    let biased = try Multinomial(trials: Tensor([4.0, 5.0]), probabilities: Tensor([0.25, 0.5, 0.25]))
    let expected = Tensor([4 * 0.25 * log(2.0), .infinity])
    expectNear(try #require(multinomial.closedFormKL(to: biased)), expected, 1e-14)
    // KL(p ‖ p) is 0 exactly.
    expectNear(try #require(p.closedFormKL(to: p)), Tensor([0.0, 0.0]), 0)
    expectNear(try #require(multinomial.closedFormKL(to: multinomial)), Tensor([0.0, 0.0]), 0)
  }

  @Test func exponentialForms() throws {
    let counts = Tensor([0.0, 1.0, 7.0, 12.0])
    let poisson = try Poisson(rate: 4.5)
    expectNear(MultivariateTests.exponentialForm(poisson, at: counts), poisson.logDensity(of: counts), 1e-13)
    let binomial = try Binomial(trials: 12, probability: 0.2)
    expectNear(MultivariateTests.exponentialForm(binomial, at: counts), binomial.logDensity(of: counts), 1e-13)
    let multinomial = try Multinomial(trials: Tensor(12.0, dtype: .float64), probabilities: Tensor([0.2, 0.3, 0.5]))
    let x = Tensor([12.0, 0, 0, 3, 4, 5], shape: [2, 3])
    expectNear(MultivariateTests.exponentialForm(multinomial, at: x), multinomial.logDensity(of: x), 1e-13)
    let other = try Binomial(trials: 12, probability: 0.6)
    expectNear(
      try #require(binomial.closedFormKL(to: other)), try MultivariateTests.bregman(binomial, other), 1e-13)
    let second = try Poisson(rate: 0.5)
    expectNear(try #require(poisson.closedFormKL(to: second)), try MultivariateTests.bregman(poisson, second), 1e-13)
  }

  /// χ² of samples against masses, in cells of at least 20 expected counts, by Wilson and Hilferty's normal approximation:
  /// above 5 once in 3.5e6 for each of the distributions.
  @Test func samplesFollowTheMasses() throws {
    var generator = RandomGenerator(seed: 12)
    let poissons = try [1e-3, 0.7, 9.5, 10, 33.3, 1e3].map { try Poisson(rate: $0) as any UnivariateDistribution }
    let binomials = try [(1, 0.25), (25, 0.1), (25, 0.9), (60, 0.5), (1000, 0.02), (1_000_000, 0.999), (7, 0)].map {
      try Binomial(trials: $0.0, probability: $0.1) as any UnivariateDistribution
    }
    for distribution in poissons + binomials {
      let z = goodness(of: distribution, using: &generator)
      #expect(z < 5, "\(distribution): \(z)")
    }
    // Rates and trials of 1e9: mean and variance within 5 standard errors.
    let large: [any UnivariateDistribution] = [
      try Poisson(rate: 1e9), try Binomial(trials: 1_000_000_000, probability: 0.3),
    ]
    for distribution in large {
      let count = 200_000
      let z = (distribution.sample([count], using: &generator) - distribution.mean) / distribution.variance.squareRoot()
      #expect(abs(z.mean().item) < 5 / Double(count).squareRoot())
      #expect(abs(z.square().mean().item - 1) < 5 * (2 / Double(count)).squareRoot())
    }
  }

  private func goodness(of distribution: any UnivariateDistribution, using generator: inout RandomGenerator) -> Double {
    let count = 200_000
    var histogram: [Double: Double] = [:]
    for x in distribution.sample([count], using: &generator).doubles { histogram[x, default: 0] += 1 }
    let (low, high) = (histogram.keys.min() ?? 0, histogram.keys.max() ?? 0)
    let values = Array(stride(from: max(0, low - 50), through: high + 50, by: 1))
    let masses = distribution.logDensity(of: Tensor(values)).exp().doubles
    var (statistic, cells, expected, found, seen) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (x, mass) in zip(values, masses) {
      expected += mass * Double(count)
      found += histogram[x] ?? 0
      if expected >= 20 {
        statistic += (found - expected) * (found - expected) / expected
        seen += expected
        cells += 1
        (expected, found) = (0, 0)
      }
    }
    // The rest is one more cell, if it is large enough.
    let rest = Double(count) - seen
    if rest >= 20 {
      statistic += (found - rest) * (found - rest) / rest
      cells += 1
    }
    guard cells > 1 else { return found == expected.rounded() ? 0 : (found > 20 ? 100 : 0) }
    let freedom = cells - 1
    return (pow(statistic / freedom, 1.0 / 3) - (1 - 2 / (9 * freedom))) / (2 / (9 * freedom)).squareRoot()
  }

  /// Counts of every class follow their binomial distributions, and all add up to the trials.
  @Test func multinomialSamples() throws {
    var generator = RandomGenerator(seed: 13)
    let p = [0.5, 0.0, 0.3, 0.2]
    let multinomial = try Multinomial(trials: Tensor([0.0, 8.0, 5000.0]), probabilities: Tensor(p))
    let count = 100_000
    let x = multinomial.sample([count], using: &generator)
    #expect(x.shape == [count, 3, 4])
    #expect(multinomial.support.contains(x).all().item == 1)
    #expect(x.sliced(1, alongAxis: -1).max().item == 0)
    let errors = (x.mean(alongAxes: [0]) - multinomial.mean).abs()
    let bounds = (multinomial.variance / Double(count)).squareRoot() * 5
    #expect((errors .<= bounds + 1e-12).all().item == 1)
    // Cov(x₀, x₂) = −n p₀ p₂, its standard error below 1.5 n p₀ p₂ … √(v₀ v₂ / count) for these.
    let centered = x - multinomial.mean
    let products = (centered.sliced(0, alongAxis: -1) * centered.sliced(2, alongAxis: -1)).mean(alongAxes: [0])
    let expected = Tensor([0.0, -8 * 0.15, -5000 * 0.15])
    let scale = Tensor([1.0, 8.0, 5000.0]) * (0.25 * 0.21).squareRoot() * (2 / Double(count)).squareRoot()
    #expect(((products - expected).abs() .<= scale * 5).all().item == 1)
  }

  /// Quantiles undo distribution functions, unless these are so near 1 that their rounding is another count's.
  @Test func quantilesUndoCumulatives() throws {
    let distributions: [any UnivariateDistribution] = [
      try Poisson(rate: 3.5), try Poisson(rate: 1e6), try Binomial(trials: 50, probability: 0.3),
      try Binomial(trials: 1_000_000, probability: 0.5),
      try Binomial(trials: Tensor(20.0, dtype: .float64), logits: Tensor(-2.5, dtype: .float64)),
    ]
    for distribution in distributions {
      let (mean, deviation) = (distribution.mean.item, distribution.variance.item.squareRoot())
      for z in [-6.0, -2, -0.5, 0, 1, 3] {
        let x = Tensor((mean + z * deviation).rounded(.down), dtype: .float64)
        if x.item < 0 { continue }
        let p = distribution.cumulative(at: x)
        #expect(distribution.quantile(at: p).item == x.item, "\(distribution) at \(x.item)")
      }
      #expect(distribution.quantile(at: Tensor(0.0, dtype: .float64)).item == 0)
    }
  }

  /// The same seed gives the same counts, on any number of threads.
  @Test func samplesDependOnTheSeedAlone() throws {
    let rates = Tensor(linearFrom: 0.1, to: 5_000, count: 20_000, dtype: .float64)
    var (first, second) = (RandomGenerator(seed: 14), RandomGenerator(seed: 14))
    let whole = Tensor.poisson(rates: rates, using: &first)
    #expect(same(whole, Tensor.poisson(rates: rates, using: &second)))
    #expect(!same(whole, Tensor.poisson(rates: rates, using: &second)))
    let counts = Tensor.binomial(
      trials: Tensor([-1.0, 2.5, 5, 5, .nan]), probabilities: Tensor([0.5, 0.5, 1.5, .nan, 0.5]), using: &first)
    #expect(counts.doubles.allSatisfy { $0.isNaN })
  }

  @Test func fits() throws {
    let x = Tensor([3.0, 0, 5, 2], shape: [4, 1])
    let weights = Tensor([1.0, 2.0, 0.0, 1.0])
    #expect(try Poisson(fitting: x, weights: weights).rate.doubles == [1.25])
    let binomial = try Binomial(fitting: x, trials: Tensor([5.0]), weights: weights)
    #expect(binomial.probability.doubles == [0.25])
    let rows = Tensor([4.0, 0, 0, 1, 2, 1], shape: [2, 3])
    expectNear(try Multinomial(fitting: rows).probabilities, Tensor([0.625, 0.25, 0.125]), 1e-15)
    var (first, second) = (Multinomial.statistics(), Multinomial.statistics())
    try first.add(rows[0..<1], weights: nil)
    try second.add(rows[1...], weights: Tensor([3.0]))
    try first.merge(second)
    expectNear(try Multinomial(fitting: first).probabilities, Tensor([7.0 / 16, 6.0 / 16, 3.0 / 16]), 1e-15)
    #expect(throws: SurprisalError.self) { try Poisson(fitting: Tensor([1.5])) }
    #expect(throws: SurprisalError.self) { try Poisson(fitting: Tensor([-1.0])) }
    #expect(throws: SurprisalError.self) { try Binomial(fitting: x, trials: Tensor([4.0])) }
    #expect(throws: SurprisalError.self) { try Multinomial(fitting: Tensor([1.0, 2, 1, 1], shape: [2, 2])) }
  }

  /// In float32 every number is that of float64 to its rounding, and the types are kept.
  @Test func singlePrecision() throws {
    var generator = RandomGenerator(seed: 15)
    let p = Tensor([0.25, 0.5, 0.25])
    let wide: [any Distribution] = [
      try Poisson(rate: Tensor([0.5, 30.0])), try Binomial(trials: Tensor([9.0]), probability: p),
      try Binomial(trials: Tensor([9.0]), logits: Tensor([0.5, -3.0])),
      try Multinomial(trials: Tensor([7.0]), probabilities: p), try Multinomial(trials: Tensor([7.0]), logits: p),
    ]
    let n = Tensor([9.0]).converted(to: .float32)
    let m = Tensor([7.0]).converted(to: .float32)
    let small = p.converted(to: .float32)
    let narrow: [any Distribution] = [
      try Poisson(rate: Tensor([0.5, 30.0]).converted(to: .float32)), try Binomial(trials: n, probability: small),
      try Binomial(trials: n, logits: Tensor([0.5, -3.0]).converted(to: .float32)),
      try Multinomial(trials: m, probabilities: small), try Multinomial(trials: m, logits: small),
    ]
    for (first, second) in zip(wide, narrow) {
      let x = second.sample([20], using: &generator)
      #expect(x.dtype == .float32)
      let found = second.logDensity(of: x)
      #expect(found.dtype == .float32)
      expectNear(found.converted(to: .float64), first.logDensity(of: x.converted(to: .float64)), 2e-6)
      expectNear((try second.entropy()).converted(to: .float64), try first.entropy(), 2e-6)
    }
  }

  @Test func refusals() throws {
    #expect(throws: SurprisalError.self) { try Poisson(rate: -1) }
    #expect(throws: SurprisalError.self) { try Poisson(rate: .infinity) }
    #expect(throws: SurprisalError.self) { try Binomial(trials: -1, probability: 0.5) }
    #expect(throws: SurprisalError.self) { try Binomial(trials: 3, probability: 1.5) }
    let three = Tensor(3.0, dtype: .float64)
    #expect(throws: SurprisalError.self) { try Binomial(trials: three, logits: Tensor(.infinity, dtype: .float64)) }
    #expect(throws: SurprisalError.self) { try Multinomial(trials: three, probabilities: Tensor([0.5, 0.4])) }
    #expect(throws: SurprisalError.self) {
      try Multinomial(trials: three, logits: Tensor([-Double.infinity, -.infinity]))
    }
    #expect(throws: SurprisalError.self) { try Multinomial(trials: three + 0.5, logits: Tensor([0.0, 1.0])) }
  }
}
