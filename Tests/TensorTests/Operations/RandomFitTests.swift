import Foundation
import SurprisalCore
import SurprisalTensors
import Testing

/// Goodness of fit of the random tensors. Every seed is fixed, so a test that passes always passes; for a correct
/// sampler and a seed not chosen, the tests of this suite together would fail with probability below 10⁻⁵ (some 600
/// comparisons at less than 2·10⁻⁸ each: 5.7 standard deviations, or the same for the statistics named below).
struct RandomFitTests {
  /// Standard deviations that a count or mean may be off: exceeded with probability 1.2·10⁻⁸.
  static let deviations = 5.7
  static let count = 1_000_000

  struct Quantiles: Decodable {
    struct Gamma: Decodable {
      var concentration: Double
      var quantiles: [Double]
    }
    var probabilities: [Double]
    var normal: [Double]
    var gamma: [Gamma]

    static func load() throws -> Quantiles {
      let path = URL(filePath: #filePath).appending(path: "../../../References/quantiles.json").standardizedFileURL
      return try JSONDecoder().decode(Quantiles.self, from: Data(contentsOf: path))
    }
  }

  /// √n·sup |F_n − F| (Kolmogorov 1933), below 3.03 but for a probability of 2·10⁻⁸.
  private func kolmogorov(_ values: [Double], _ distribution: (Double) -> Double) -> Double {
    let n = Double(values.count)
    var largest = 0.0
    for (rank, value) in values.sorted().enumerated() {
      let p = distribution(value)
      largest = max(largest, p - Double(rank) / n, Double(rank + 1) / n - p)
    }
    return largest * n.squareRoot()
  }

  /// Whether a count of events of probability p in n trials is credible.
  private func expectCount(_ found: Int, _ n: Int, _ p: Double, _ what: String) {
    let spread = (Double(n) * p * (1 - p)).squareRoot()
    #expect(
      abs(Double(found) - Double(n) * p) <= RandomFitTests.deviations * spread + 1, "\(what): \(found) of \(n), p \(p)")
  }

  /// χ² of counts over cells of equal probability, below its quantile of 1 − 2·10⁻⁸ (Wilson and Hilferty 1931).
  private func expectEqualCells(_ counts: [Int], _ what: String) {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    let statistic = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    let degrees = Double(counts.count - 1)
    let root = 1 - 2 / (9 * degrees) + 5.5 * (2 / (9 * degrees)).squareRoot()
    #expect(statistic < degrees * root * root * root, "\(what): χ² \(statistic) on \(degrees)")
  }

  /// Neighbors, and elements at the distances at which pieces and pairs are made, are not correlated; nor are squares.
  private func expectIndependent(_ values: [Double], mean: Double, variance: Double, _ what: String) {
    let centered = values.map { ($0 - mean) / variance.squareRoot() }
    let squares = centered.map { $0 * $0 - 1 }
    let spread = squares.reduce(0) { $0 + $1 * $1 } / Double(squares.count)
    for lag in [1, 2, 3, 4, 8, 512, 1024, 2048, 4096, 8192] {
      let n = Double(values.count - lag)
      var (product, squared) = (0.0, 0.0)
      for index in lag..<values.count {
        product += centered[index] * centered[index - lag]
        squared += squares[index] * squares[index - lag]
      }
      #expect(abs(product) < RandomFitTests.deviations * n.squareRoot(), "\(what): correlation at \(lag)")
      #expect(abs(squared) < RandomFitTests.deviations * n.squareRoot() * spread, "\(what): squares at \(lag)")
    }
  }

  @Test(arguments: [DType.float32, .float64]) func uniform(_ dtype: DType) {
    var generator = RandomGenerator(seed: 101)
    let values = Tensor.uniform(in: -1..<3, shape: [RandomFitTests.count], dtype: dtype, using: &generator)
      .scalars(as: Double.self)
    #expect(kolmogorov(values) { ($0 + 1) / 4 } < 3.03)
    expectIndependent(values, mean: 1, variance: 16.0 / 12, "uniform \(dtype)")
  }

  @Test(arguments: [DType.float32, .float64]) func normal(_ dtype: DType) throws {
    var generator = RandomGenerator(seed: 102)
    let n = RandomFitTests.count
    let values = Tensor.normal(mean: 2, standardDeviation: 0.5, shape: [n], dtype: dtype, using: &generator)
      .scalars(as: Double.self)
    #expect(kolmogorov(values) { 0.5 * erfc((2 - $0) * 2.0.squareRoot()) } < 3.03)
    expectIndependent(values, mean: 2, variance: 0.25, "normal \(dtype)")
    let quantiles = try Quantiles.load()
    for (p, quantile) in zip(quantiles.probabilities, quantiles.normal) {
      expectCount(values.count { $0 <= 2 + 0.5 * quantile }, n, p, "normal \(dtype) below \(quantile)")
    }
    // Moments 1 to 4, whose variances are those of powers of a normal number: 1, 2, 15, 96.
    let z = values.map { ($0 - 2) * 2 }
    for (power, mean, variance) in [(1, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
      let moment = z.reduce(0) { $0 + pow($1, Double(power)) } / Double(n)
      #expect(abs(moment - mean) < RandomFitTests.deviations * (variance / Double(n)).squareRoot(), "moment \(power)")
    }
    // The tails: beyond 4 standard deviations.
    expectCount(z.count { abs($0) > 4 }, n, erfc(4 / 2.0.squareRoot()), "normal \(dtype) tails")
  }

  @Test(arguments: 0..<10, [DType.float32, .float64]) func gamma(_ index: Int, _ dtype: DType) throws {
    let quantiles = try Quantiles.load()
    let reference = quantiles.gamma[index]
    var generator = RandomGenerator(seed: 103, stream: UInt64(index))
    let n = 200_000
    let concentrations = Tensor(repeating: reference.concentration, shape: [n], dtype: dtype)
    let values = Tensor.gamma(concentrations: concentrations, using: &generator).scalars(as: Double.self)
    // float32 rounds; where its spacing is not small against the spread the quantiles say nothing.
    let a = concentrations[0].item
    let isFine = dtype == .float64 || a < 1e9
    let smallest = dtype == .float32 ? Double(Float.leastNormalMagnitude) : Double.leastNormalMagnitude
    for (p, quantile) in zip(quantiles.probabilities, reference.quantiles) where isFine && quantile > smallest {
      // Rounding the concentration to float32 moves a quantile of 10⁶ by less than 10⁻⁴ of its spread.
      expectCount(values.count { $0 <= quantile }, n, p, "gamma \(dtype) \(a) below \(quantile)")
    }
    let mean = values.reduce(0, +) / Double(n)
    let spread = (a / Double(n)).squareRoot() + (dtype == .float32 ? a * 0x1p-24 : 0)
    // Below 1 the mean is that of rare large numbers; its law is still near enough to normal where n·a is above 100.
    #expect(abs(mean - a) < (a < 0.01 ? 8 : 6) * spread, "gamma \(dtype) \(a): mean \(mean)")
    #expect(values.allSatisfy { $0 >= 0 && $0.isFinite })
    // The law of the products is near enough to normal where the numbers are not too skew, and not rounded.
    if a >= 1, a < 1e6 { expectIndependent(values, mean: a, variance: a, "gamma \(dtype) \(a)") }
  }

  @Test func integers() {
    var generator = RandomGenerator(seed: 104)
    for bound in [2, 3, 10, 1000] {
      var counts = [Int](repeating: 0, count: bound)
      let drawn = Tensor.integers(in: -7..<(bound - 7), shape: [RandomFitTests.count], using: &generator)
      for value in drawn.scalars(as: Int.self) { counts[value + 7] += 1 }
      expectEqualCells(counts, "integers below \(bound)")
    }
    // A bound of 3·2⁶² that rejects a quarter of all words: without that multiples of 3 would come twice as often.
    var thirds = [0, 0, 0]
    let wide = Tensor.integers(in: Int.min..<(1 << 62), shape: [90_000], using: &generator)
    for value in wide.scalars(as: Int.self) { thirds[Int(UInt64(bitPattern: Int64(value &- Int.min)) % 3)] += 1 }
    expectEqualCells(thirds, "integers below 3·2⁶²")
  }

  /// All 120 orders of five elements, and where each of 20 elements goes.
  @Test func permutations() {
    var generator = RandomGenerator(seed: 105)
    var orders: [[Int]: Int] = [:]
    for _ in 0..<60_000 { orders[Tensor.permutation(of: 5, using: &generator).scalars(as: Int.self), default: 0] += 1 }
    #expect(orders.count == 120)
    expectEqualCells(Array(orders.values), "orders")
    var places = [Int](repeating: 0, count: 400)
    for _ in 0..<20_000 {
      for (place, value) in Tensor.permutation(of: 20, using: &generator).scalars(as: Int.self).enumerated() {
        places[place * 20 + value] += 1
      }
    }
    expectEqualCells(places, "places")
    let long = Tensor.permutation(of: 10_000, using: &generator).scalars(as: Int.self)
    #expect(long.sorted() == Array(0..<10_000) && long != Array(0..<10_000))
  }

  @Test func bernoulli() {
    var generator = RandomGenerator(seed: 106)
    let n = RandomFitTests.count
    for p in [1e-4, 0.1, 0.5, 0.999] {
      let one = Tensor.bernoulli(probability: p, shape: [n], using: &generator).sum().item
      expectCount(Int(one), n, p, "Bernoulli")
      let several = Tensor.bernoulli(
        probabilities: Tensor(repeating: p, shape: [n], dtype: .float64), using: &generator)
      expectCount(Int(several.sum().item), n, p, "Bernoulli by tensor")
    }
    // Below 2⁻³² the first word alone would never give 1, or 2³² times too often.
    #expect(Tensor.bernoulli(probability: 0x1p-60, shape: [n], using: &generator).sum().item == 0)
  }

  @Test func categorical() {
    var generator = RandomGenerator(seed: 107)
    let n = 300_000
    let p = [0.05, 0, 0.5, 0.15, 0.3]
    let weights = Tensor(p.map { $0 * 7 }).broadcast(to: [n, 5])
    let logits = Tensor(p.map { log($0) - 3000 }).broadcast(to: [n, 5])
    for drawn in [
      Tensor.categorical(probabilities: weights, using: &generator),
      Tensor.categorical(logits: logits, using: &generator),
    ] {
      let values = drawn.scalars(as: Int.self)
      for (index, probability) in p.enumerated() {
        expectCount(values.count { $0 == index }, n, probability, "categorical \(index)")
      }
    }
  }
}
