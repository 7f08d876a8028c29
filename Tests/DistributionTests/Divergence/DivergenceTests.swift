import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Divergences of all pairs with a closed form against quadrature, and what holds of every divergence.
struct DivergenceTests {
  struct Pair: Decodable, Sendable {
    struct Member: Decodable, Sendable {
      let family: String
      let parameters: [String: Numbers]

      func distribution() throws -> (any Distribution)? {
        guard let entry = familyTable.first(where: { $0.family == family }) else { return nil }
        return try entry.make(parameters.mapValues(\.tensor))
      }
    }

    let p, q: Member
    let divergence: Numbers
  }

  static func pairs() throws -> [Pair] {
    let file = URL(filePath: #filePath).appending(path: "../../../References/Distributions/kl.json").standardizedFileURL
    return try JSONDecoder().decode([Pair].self, from: Data(contentsOf: file))
  }

  /// Within 1e-10 · max(1, KL) of the integral, and exactly +∞ where it is.
  @Test func closedFormsAreTheIntegrals() throws {
    var compared: [String: Int] = [:]
    for pair in try DivergenceTests.pairs() {
      guard let p = try pair.p.distribution(), let q = try pair.q.distribution() else {
        Issue.record("no family \(pair.p.family) or \(pair.q.family)")
        continue
      }
      let name = "\(pair.p.family) ‖ \(pair.q.family)"
      let expected = pair.divergence.values[0]
      let found = try klDivergence(p, q).item
      compared[name, default: 0] += 1
      if !(found == expected || abs(found - expected) <= 1e-10 * max(1, expected)) {
        Issue.record("KL(\(p) ‖ \(q)) is \(found), not \(expected)")
      }
    }
    #expect(compared.count >= 100, "\(compared.keys.sorted())")
  }

  /// No derivative by a parameter of either is NaN where the divergence is finite.
  @Test func derivativesAreNumbers() throws {
    for pair in try DivergenceTests.pairs() where pair.divergence.values[0].isFinite {
      let names = pair.p.parameters.keys.sorted()
      let others = pair.q.parameters.keys.sorted()
      let inputs =
        names.compactMap { pair.p.parameters[$0]?.tensor } + others.compactMap { pair.q.parameters[$0]?.tensor }
      let first = familyTable.first { $0.family == pair.p.family }
      let second = familyTable.first { $0.family == pair.q.family }
      guard let first, let second else { continue }
      let (_, gradients) = try valueAndGradient(of: inputs) { inputs in
        let p = try first.make(Dictionary(uniqueKeysWithValues: zip(names, inputs)))
        let q = try second.make(Dictionary(uniqueKeysWithValues: zip(others, inputs.suffix(others.count))))
        return try klDivergence(p, q)
      }
      if gradients.contains(where: { $0.doubles.contains { $0.isNaN } }) {
        Issue.record("\(pair.p.family) \(pair.p.parameters) ‖ \(pair.q.family) \(pair.q.parameters): \(gradients)")
      }
    }
  }

  /// 0 from itself, at least 0 from every other member, and derivatives that are numbers.
  @Test(arguments: familyTable.map(\.family)) func atLeastZero(_ family: String) throws {
    let members = try distributions(family)
    for (p, first) in members {
      guard let own = try? klDivergence(p, p) else { continue }
      #expect(abs(own.item) <= 1e-14, "\(first): KL(p ‖ p) is \(own)")
      for (q, second) in members where q.eventShape == p.eventShape {
        guard let value = try? klDivergence(p, q).item else { continue }
        #expect(value >= 0, "\(first) ‖ \(second): \(value)")
      }
    }
  }

  /// KL(p ‖ q) = KL(p ‖ r) + KL(r ‖ q) for members of an exponential family where E[t] is the same under p and r (Amari
  /// and Nagaoka 2000, theorem 3.8): here r has p's mean and q's other direction.
  @Test func pythagoras() throws {
    // r is the member of {mean of p} nearest to q in the family of normal distributions of fixed second parameter.
    let p = try Normal(mean: 1.5, standardDeviation: 0.75)
    for (mean, deviation) in [(0.0, 1.0), (-2.0, 3.0), (1.5, 0.1)] {
      let q = try Normal(mean: mean, standardDeviation: deviation)
      // The m-projection of p onto the normal distributions of q's η₂ keeps the mean.
      let r = try Normal(mean: 1.5, standardDeviation: deviation)
      let sum = try klDivergence(p, r).item + klDivergence(r, q).item
      let whole = try klDivergence(p, q).item
      #expect(abs(sum - whole) <= 1e-14 * max(1, whole))
    }
    // The m-projection of any density on the normal family has its mean and variance.
    let gamma = try Laplace(location: 0.5, scale: 2)
    let projection = try Normal(mean: gamma.mean, standardDeviation: gamma.variance.squareRoot())
    for (mean, deviation) in [(0.0, 1.0), (-2.0, 3.0), (1.5, 0.5)] {
      let q = try Normal(mean: mean, standardDeviation: deviation)
      let sum = try klDivergence(gamma, projection).item + klDivergence(projection, q).item
      let whole = try klDivergence(gamma, q).item
      #expect(abs(sum - whole) <= 1e-14 * max(1, whole))
    }
  }

  /// KL of joint distributions is that of the first part and the expected one of the second given the first.
  @Test func chainRule() throws {
    let p = try Independent(
      Normal(mean: Tensor([0.5, -1]), standardDeviation: Tensor([1.0, 2])), reinterpreted: 1)
    let q = try Independent(
      Normal(mean: Tensor([0.0, 1]), standardDeviation: Tensor([2.0, 0.5])), reinterpreted: 1)
    let parts = try klDivergence(p.base, q.base).doubles
    #expect(abs(try klDivergence(p, q).item - parts[0] - parts[1]) <= 1e-14 * (parts[0] + parts[1]))
    // (K, X) with K categorical and X normal given K: as tables over K, and as one sum.
    let (first, second) = (try Categorical(probabilities: [0.25, 0.75]), try Categorical(probabilities: [0.5, 0.5]))
    let given = try klDivergence(
      Normal(mean: Tensor([0.0, 3]), standardDeviation: Tensor([1.0, 2])),
      Normal(mean: Tensor([0.5, 3]), standardDeviation: Tensor([1.0, 1])))
    let chained =
      try klDivergence(first, second).item + zip([0.25, 0.75], given.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    // The coupling bound of mixtures is that of the joint distributions (K, X).
    var generator = RandomGenerator(seed: 1)
    let interval = try klInterval(
      Mixture(
        weights: Tensor([0.25, 0.75]), components: Normal(mean: Tensor([0.0, 3]), standardDeviation: Tensor([1.0, 2]))),
      Mixture(
        weights: Tensor([0.5, 0.5]), components: Normal(mean: Tensor([0.5, 3]), standardDeviation: Tensor([1.0, 1]))),
      samples: 100, using: &generator)
    #expect(interval.bounds.upperBound.nats <= chained + 1e-9)
  }

  @Test func infiniteBySupport() throws {
    let normal = try Normal(mean: 0, standardDeviation: 1)
    let uniform = try Uniform(lower: 0, upper: 1)
    let coin = try Bernoulli(probability: 0.5)
    #expect(try klDivergence(normal, uniform).item == .infinity)
    #expect(try klDivergence(coin, normal).item == .infinity)
    #expect(try klDivergence(normal, coin).item == .infinity)
    #expect(try klDivergence(Geometric(probability: 0.5), coin).item == .infinity)
    // Masses that do not fill their support.
    #expect(try klDivergence(Geometric(probability: 1), coin).item == -(0.5 as Double).logarithm)
    #expect(try klDivergence(Categorical(probabilities: [0.5, 0.5, 0]), coin).item == 0)
    // Each member of a batch by itself.
    let batch = try Uniform(lower: Tensor([0.0, -1]), upper: Tensor([1.0, 1]))
    #expect(try klDivergence(batch, Exponential(rate: 1)).doubles == [0.5, .infinity])
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let logistic = try Logistic(location: 0, scale: 1)
    let other = try Logistic(location: 1, scale: 1)
    let error = #expect(throws: SurprisalError.self) { try klDivergence(logistic, other) }
    #expect(error?.category == .usage)
    #expect(error?.description.contains("Logistic ‖ Logistic") == true)
    #expect(error?.description.contains("estimateKL") == true)
    let mixture = try Mixture(
      weights: Tensor([1.0]), components: Normal(mean: Tensor([0.0]), standardDeviation: Tensor([1.0])))
    #expect(throws: SurprisalError.self) { try klDivergence(mixture, logistic) }
    let vectors = try DiagonalNormal(mean: Tensor([0.0, 1]), standardDeviations: Tensor([1.0, 1]))
    #expect(throws: SurprisalError.self) { try klDivergence(vectors, logistic) }
    let three = try Normal(mean: Tensor([0.0, 1, 2]), standardDeviation: Tensor(1, dtype: .float64))
    let two = try Normal(mean: Tensor([0.0, 1]), standardDeviation: Tensor(1, dtype: .float64))
    #expect(throws: SurprisalError.self) { try klDivergence(three, two) }
    var generator = RandomGenerator(seed: 1)
    #expect(throws: SurprisalError.self) { try estimateKL(two, two, using: &generator) }
    #expect(throws: SurprisalError.self) { try estimateKL(logistic, other, samples: 1, using: &generator) }
    #expect(throws: SurprisalError.self) { try estimateEntropy(of: logistic, using: &generator) }
  }

  /// The 95 % interval holds the true value in at least 930 of 1,000 seeded runs.
  @Test func estimatesCoverTheTruth() throws {
    let (p, q) = (try Normal(mean: 0, standardDeviation: 1), try Laplace(location: 0.5, scale: 1))
    let (truth, entropy) = (try klDivergence(p, q).item, p.entropy().item)
    var covered = (0, 0)
    for seed in 0..<1000 {
      var generator = RandomGenerator(seed: UInt64(seed))
      let estimate = try estimateKL(p, q, samples: 500, using: &generator)
      if estimate.interval.contains(Information(nats: truth)) { covered.0 += 1 }
      let other = try estimateDifferentialEntropy(of: p, samples: 500, using: &generator)
      if other.interval.contains(DifferentialEntropy(nats: entropy)) { covered.1 += 1 }
    }
    #expect(covered.0 >= 930 && covered.1 >= 930, "\(covered)")
    var generator = RandomGenerator(seed: 3)
    let impossible = try estimateKL(p, Exponential(rate: 1), using: &generator)
    #expect(impossible.value.nats == .infinity)
    let own = try estimateKL(p, p, using: &generator)
    #expect(own.value.nats == 0 && own.standardError == 0)
  }
}

extension Double {
  fileprivate var logarithm: Double { log(self) }
}
