import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Samples of every family against its own distribution function, moments and entropy, with fixed seeds. A right
/// sampler fails with a probability of about 1e-6 for each family and test.
struct SamplingTests {
  static let count = 20_000

  /// Kolmogorov–Smirnov for densities and χ² for masses, in float64 and float32.
  @Test(arguments: familyTable.map(\.family)) func distributionFunction(_ family: String) throws {
    let cases = try distributions(family)
    for dtype in [DType.float64, .float32] {
      for (index, (_, reference)) in cases.enumerated() {
        guard let distribution = try made(family, reference, dtype) as? any UnivariateDistribution else { continue }
        // Samples of such a size leave the range of float32.
        if dtype == .float32, distribution.mean.abs().item > 1e30 { continue }
        var generator = RandomGenerator(seed: 7, stream: UInt64(index))
        let x = distribution.sample([SamplingTests.count], using: &generator)
        #expect(x.shape == [SamplingTests.count], "\(reference)")
        #expect(x.dtype == dtype || distribution.support.isDiscrete, "\(reference): samples are \(x.dtype)")
        #expect(distribution.support.contains(x).all().item == 1, "\(reference): a sample outside the support")
        let level = 1e-6 / Double(2 * cases.count)
        if distribution.support.isDiscrete {
          let (statistic, freedom) = chiSquare(x.doubles, distribution)
          let limit = chiSquareQuantile(freedom, level)
          #expect(statistic <= limit, "\(reference): χ² of \(freedom) degrees of freedom is \(statistic)")
        } else {
          let distance = kolmogorovDistance(x, distribution)
          // P(√n D > t) ≈ 2 exp(−2 t²) (Kolmogorov 1933).
          let limit = (log(2 / level) / 2 / Double(SamplingTests.count)).squareRoot()
          #expect(distance <= limit, "\(reference) in \(dtype): the distance is \(distance), not below \(limit)")
        }
      }
    }
  }

  /// Means and variances of each element within 6 standard errors, where there is a fourth moment.
  @Test(arguments: familyTable.map(\.family)) func moments(_ family: String) throws {
    for (distribution, reference) in try distributions(family) {
      var generator = RandomGenerator(seed: 11)
      let x = distribution.sample([SamplingTests.count], using: &generator)
      #expect(x.shape == [SamplingTests.count] + distribution.batchShape + distribution.eventShape, "\(reference)")
      let (mean, variance) = (distribution.mean.doubles, distribution.variance.doubles)
      let elements = mean.count
      let values = x.doubles
      for element in 0..<elements where mean[element].isFinite && variance[element].isFinite {
        let column = stride(from: element, to: values.count, by: elements).map { values[$0] - mean[element] }
        let scale = variance[element].squareRoot()
        // A variance below the least number is no measure, nor one of events too rare for a sample of this size.
        if scale == 0 || distribution.support.isDiscrete && scale < 0.05 { continue }
        let scaled = column.map { $0 / scale }
        let n = Double(SamplingTests.count)
        let rounding = 1e-12 * abs(mean[element]) / scale
        let center = scaled.reduce(0, +) / n
        #expect(abs(center) <= 6 / n.squareRoot() + rounding, "\(reference): mean of element \(element)")
        // The standard error of the variance is that of the squares, so it is asked where the sample shows a tail that
        // it has a good estimate of.
        let squares = scaled.map { $0 * $0 }
        let average = squares.reduce(0, +) / n
        let error = (squares.reduce(0) { $0 + ($1 - average) * ($1 - average) } / n / n).squareRoot()
        let isSeen = average > 0.1 || !(distribution is any UnivariateDistribution)
        if let largest = squares.max(), largest < 0.01 * n, isSeen {
          #expect(abs(average - 1) <= 6 * error + 1e-3 + rounding, "\(reference): variance of element \(element)")
        }
      }
    }
  }

  /// entropy = −E log p within 5 standard errors.
  @Test(arguments: familyTable.map(\.family)) func entropies(_ family: String) throws {
    for (index, (distribution, reference)) in try distributions(family).enumerated() {
      guard let entropy = try? distribution.entropy().item, entropy.isFinite else { continue }
      var generator = RandomGenerator(seed: 13, stream: UInt64(index))
      let logDensities: Tensor
      if let relaxed = distribution as? RelaxedCategorical {
        // At low temperatures the elements of an event are below the least number, but not their logarithms.
        let y = relaxed.reparameterizedLogSample([SamplingTests.count], using: &generator)
        logDensities = relaxed.logDensity(ofLogarithm: y) - y.sum(alongAxes: [-1])
      } else {
        logDensities = distribution.logDensity(of: distribution.sample([SamplingTests.count], using: &generator))
      }
      // Where a density has no bound, a number too small for its type has an infinite one, and so has a matrix that
      // rounding made singular.
      let values = logDensities.doubles.filter(\.isFinite)
      #expect(values.count >= SamplingTests.count * 999 / 1000, "\(reference): densities are not finite")
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n / n).squareRoot()
      let limit = 5 * error + 1e-9 * max(1, abs(entropy))
      #expect(abs(mean + entropy) <= limit, "\(reference): entropy \(entropy), −E log p is \(-mean) ± \(error)")
    }
  }
}

/// The distribution of a case with its parameters rounded to a type; nil if they are not to be had in it.
func made(_ family: String, _ reference: ReferenceCase, _ dtype: DType) throws -> (any Distribution)? {
  let entry = try #require(familyTable.first { $0.family == family })
  let parameters = reference.tensors.mapValues { $0.converted(to: dtype) }
  guard dtype != .float64 else { return try entry.make(parameters) }
  // Values that leave float32's range make no distribution there.
  for (name, value) in parameters {
    let wide = reference.tensors[parameter: name].doubles
    for (a, b) in zip(value.doubles, wide)
    where b.isFinite && (!a.isFinite || abs(b) > 1e15 || b != 0 && abs(b) < 1e-15) {
      return nil
    }
  }
  return try? entry.make(parameters)
}

/// The largest distance of the sample's distribution function from F; a number stands for all that round to it.
func kolmogorovDistance(_ sample: Tensor, _ distribution: any UnivariateDistribution) -> Double {
  let x = sample.doubles.sorted()
  let isWide = sample.dtype == .float64
  func next(_ x: Double) -> Double { isWide ? x.nextUp : Double(Float(x).nextUp) }
  func previous(_ x: Double) -> Double { isWide ? x.nextDown : Double(Float(x).nextDown) }
  func values(_ x: [Double]) -> [Double] {
    distribution.cumulative(at: Tensor(x, shape: [x.count]).converted(to: sample.dtype)).doubles
  }
  let (under, over) = (values(x.map(previous)), values(x.map(next)))
  let n = Double(x.count)
  var distance = 0.0
  for index in x.indices {
    distance = max(distance, Double(index + 1) / n - over[index], under[index] - Double(index) / n)
  }
  return distance
}

/// Pearson's χ² over at most 50 ranges of whole numbers of about equal probability, each of at least 10 expected.
func chiSquare(_ sample: [Double], _ distribution: any UnivariateDistribution) -> (statistic: Double, freedom: Int) {
  let n = Double(sample.count)
  let probabilities = (1..<50).map { Double($0) / 50 }
  let edges = Set(distribution.quantile(at: Tensor(probabilities, shape: [49])).doubles).sorted()
  let cumulative = distribution.cumulative(at: Tensor(edges, shape: [edges.count])).doubles
  let last = distribution.complementaryCumulative(at: Tensor(edges[edges.count - 1], dtype: .float64)).item
  var observed = [Double](repeating: 0, count: edges.count + 1)
  for x in sample { observed[edges.firstIndex { x <= $0 } ?? edges.count] += 1 }
  var expected = zip(cumulative, [0] + cumulative).map { n * ($0 - $1) } + [n * last]
  // Small ranges join their neighbors.
  var index = expected.count - 1
  while index > 0 {
    if expected[index] < 10 || index == 1 && expected[0] < 10 {
      expected[index - 1] += expected.remove(at: index)
      observed[index - 1] += observed.remove(at: index)
    }
    index -= 1
  }
  let statistic = zip(observed, expected).reduce(0) { sum, pair in
    pair.1 > 0 ? sum + (pair.0 - pair.1) * (pair.0 - pair.1) / pair.1 : sum + (pair.0 > 0 ? .infinity : 0)
  }
  return (statistic, expected.count - 1)
}

/// About the χ² that is exceeded with a probability of `level` (Wilson and Hilferty 1931).
func chiSquareQuantile(_ freedom: Int, _ level: Double) -> Double {
  guard freedom > 0 else { return 1e-9 }
  let z = (-2 * log(level)).squareRoot()
  let part = 2 / (9 * Double(freedom))
  let root = 1 - part + z * part.squareRoot()
  return Double(freedom) * root * root * root
}
