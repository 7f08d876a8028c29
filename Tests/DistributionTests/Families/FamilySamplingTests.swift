import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Samples of the families with a distribution function of their own against it, with fixed seeds.
struct FamilySamplingTests {
  typealias Drawn = any Reparameterized & UnivariateDistribution

  static let continuous: [@Sendable () throws -> Drawn] = [
    { try Uniform(lower: -3, upper: 12) }, { try Laplace(location: 2, scale: 0.5) },
    { try Logistic(location: -1, scale: 3) }, { try Exponential(rate: 2.5) },
    { try LogNormal(location: 0.5, scale: 0.75) },
  ]

  static let discrete: [@Sendable () throws -> any UnivariateDistribution] = [
    { try Bernoulli(probability: 0.3) }, { try Bernoulli(logits: -2) }, { try Geometric(probability: 0.3) },
    { try Geometric(logits: -1.5) }, { try Categorical(probabilities: [0.5, 0, 0.25, 0.125, 0.125]) },
    { try Categorical(logits: [0.3, -1.2, 2, -.infinity]) },
  ]

  /// Kolmogorov and Smirnov's test of 100,000 draws: √n D stays below 2.4, which fails with probability 2 × 10⁻⁵.
  @Test(arguments: continuous.indices) func continuousDraws(_ index: Int) throws {
    let distribution = try Self.continuous[index]()
    var generator = RandomGenerator(seed: 20, stream: UInt64(index))
    let n = 100_000
    let x = distribution.sample([n], using: &generator)
    #expect(x.shape == [n] && x.dtype == .float64)
    #expect(distribution.support.contains(x).all().item == 1)
    let levels = distribution.cumulative(at: x).doubles.sorted()
    let distance = levels.enumerated().reduce(0) { distance, next in
      max(
        distance, abs(next.element - Double(next.offset) / Double(n)),
        abs(next.element - Double(next.offset + 1) / Double(n)))
    }
    #expect(distance * Double(n).squareRoot() < 2.4, "\(distribution)")
  }

  /// χ² of 100,000 draws in the classes of probability above 10⁻⁴: below its mean plus six standard deviations and 10,
  /// which fails with a probability below 10⁻⁵; impossible classes are never drawn.
  @Test(arguments: discrete.indices) func discreteDraws(_ index: Int) throws {
    let distribution = try Self.discrete[index]()
    var generator = RandomGenerator(seed: 21, stream: UInt64(index))
    let n = 100_000
    let x = distribution.sample([n], using: &generator)
    #expect(distribution.logDensity(of: x).doubles.allSatisfy { $0 > -.infinity }, "\(distribution)")
    var counts: [Double: Double] = [:]
    for value in x.doubles { counts[value, default: 0] += 1 }
    var (statistic, freedom) = (0.0, -1.0)
    for k in 0..<100 {
      let p = exp(distribution.logDensity(of: Tensor(Double(k), dtype: .float64)).item)
      guard p > 1e-4 else { continue }
      let expected = p * Double(n)
      statistic += (counts[Double(k), default: 0] - expected) * (counts[Double(k), default: 0] - expected) / expected
      freedom += 1
    }
    #expect(statistic < freedom + 6 * (2 * freedom).squareRoot() + 10, "\(distribution): \(statistic) of \(freedom)")
  }

  /// The pathwise derivative is that of the quantile at the level of the draw, by central differences.
  @Test(arguments: continuous.indices) func pathwiseDerivatives(_ index: Int) throws {
    let family = "\(type(of: try Self.continuous[index]()))"
    let entry = try #require(familyTable.first { $0.family == family })
    let parameters = try #require(ReferenceCase.cases(inFile: entry.file).first { $0.family == family }).tensors
    for name in parameters.keys {
      let draw = { (value: Tensor) throws -> any UnivariateDistribution & Reparameterized in
        let made = try entry.make(parameters.merging([name: value]) { $1 })
        return try #require(made as? any UnivariateDistribution & Reparameterized)
      }
      let start = RandomGenerator(seed: 22)
      let value = parameters[parameter: name]
      var (first, second) = (start, start)
      let levels = try draw(value).cumulative(at: try draw(value).sample([50], using: &first))
      let weights = Tensor(linearFrom: 0.5, to: 1.5, count: 50, dtype: .float64)
      let found = try gradient(of: value) { value in
        (try draw(value).reparameterizedSample([50], using: &second) * weights).sum()
      }.item
      let step = 1e-5
      let (above, below) = (try draw(value + step), try draw(value - step))
      let expected = ((above.quantile(at: levels) - below.quantile(at: levels)) * weights).sum().item / (2 * step)
      #expect(abs(found - expected) < 1e-6 * max(1, abs(expected)), "\(family) by \(name): \(found), not \(expected)")
    }
  }

  /// Of two classes log x₀ − log x₁ has the logistic distribution with location (l₀ − l₁) / λ and scale 1 / λ.
  @Test func relaxedOfTwoClasses() throws {
    let relaxed = try RelaxedCategorical(temperature: 0.25, logits: [0.5, -0.25])
    let logistic = try Logistic(location: 3, scale: 4)
    var generator = RandomGenerator(seed: 23)
    let n = 100_000
    let y = relaxed.reparameterizedLogSample([n], using: &generator)
    let levels = logistic.cumulative(at: y.sliced(0, alongAxis: 1) - y.sliced(1, alongAxis: 1)).doubles.sorted()
    let distance = levels.enumerated().reduce(0) { max($0, abs($1.element - (Double($1.offset) + 0.5) / Double(n))) }
    // Fails with probability 2 × 10⁻⁵.
    #expect(distance * Double(n).squareRoot() < 2.4)
  }

  /// The largest element is k with probability softmax(logits)ₖ at every temperature; six standard deviations.
  @Test(arguments: [0.01, 1, 20.0]) func relaxedArgmax(_ temperature: Double) throws {
    let logits = [0.3, -1.2, 2.0, 0.0]
    let relaxed = try RelaxedCategorical(temperature: temperature, logits: logits)
    var generator = RandomGenerator(seed: 24)
    let n = 100_000
    let x = relaxed.sample([n], using: &generator)
    #expect(x.shape == [n, 4])
    let shares = Tensor(oneHot: x.argmax(alongAxis: 1), depth: 4, dtype: .float64).mean(alongAxes: [0]).doubles
    for (share, p) in zip(shares, Tensor(logits).softmax().doubles) {
      #expect(abs(share - p) < 6 * (p * (1 - p) / Double(n)).squareRoot())
    }
  }

  @Test func shapesOfBatches() throws {
    var generator = RandomGenerator(seed: 25)
    let categorical = try Categorical(probabilities: Tensor([0.5, 0.5, 0, 0.25, 0, 0.75], shape: [2, 3]))
    let drawn = categorical.sample([1000], using: &generator)
    #expect(drawn.shape == [1000, 2] && drawn.dtype == .int64)
    #expect(categorical.logDensity(of: drawn).doubles.allSatisfy { $0 > -.infinity })
    #expect(categorical.logDensity(of: Tensor([Int64(0), 2])).doubles.map { exp($0) } == [0.5, 0.75])
    #expect(categorical.cumulative(at: Tensor(1.0, dtype: .float64)).doubles == [1, 0.25])
    #expect(categorical.quantile(at: Tensor([0.5, 0.5])).doubles == [0, 2])
    let hot = try OneHotCategorical(logits: Tensor([0.0, 0, -.infinity, 1, -.infinity, 2], shape: [2, 3]))
    let vectors = hot.sample([100], using: &generator)
    #expect(vectors.shape == [100, 2, 3] && hot.support.contains(vectors).all().item == 1)
    #expect(hot.logDensity(of: vectors).shape == [100, 2])
    let relaxed = try RelaxedCategorical(
      temperature: Tensor([[0.5], [2]].flatMap { $0 }), logits: Tensor([1.0, 2, 3]))
    #expect(relaxed.batchShape == [2] && relaxed.sample([5], using: &generator).shape == [5, 2, 3])
    for index in Self.continuous.indices {
      #expect(try Self.continuous[index]().sample([4, 2], using: &generator).shape == [4, 2])
    }
  }
}
