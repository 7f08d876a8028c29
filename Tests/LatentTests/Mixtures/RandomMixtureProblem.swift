import Foundation
import SurprisalCore

@testable import SurprisalLatent

/// A mixture problem drawn from its number: 1–10 components over 1–20 columns, scales from 1e-6 to 1e8,
/// offsets to 1e8, no overlap to complete overlap, round to needle-shaped clusters, with and without weights
/// and priors, ties and outliers, all covariance models, starts and accelerations.
struct RandomMixtureProblem {
  let number: Int
  let rows: RowMatrix
  let weights: [Double]?
  var configuration: GaussianMixtureConfiguration
  let summary: String

  init(number: Int, seed: UInt64 = 20_261_121) {
    self.number = number
    var draw = ProblemDraw(seed: seed, stream: UInt64(number))
    let K = draw.integer(1...10)
    let D = number % 3 == 0 ? draw.integer(1...20) : draw.integer(1...6)
    let count = 3 * K * (D + 2) + draw.integer(0...120)
    let separation = draw.pick([0, 0.5, 1, 2, 5, 20, 1000])
    let condition = draw.logUniform(0, draw.pick([0, 1, 4]))
    let scale = draw.logUniform(-6, 8)
    let rowWeights: [Double]?
    switch draw.integer(0...3) {
    case 0: rowWeights = (0..<count).map { _ in Double(draw.integer(0...3)) }
    case 1: rowWeights = (0..<count).map { _ in draw.uniform(0.01, 4) }
    default: rowWeights = nil
    }
    let columns = ProblemDraw.Columns(
      scales: (0..<D).map { [hasOwn = draw.integer(0...2) == 0] _ in
        scale * (hasOwn ? draw.logUniform(-3, 3) : 1)
      },
      offsets: draw.offsets(D, scale: scale))
    var values = draw.clusters(
      count: count, components: K, dimensions: D, separation: separation, condition: condition)
    if draw.integer(0...9) == 0 {
      for index in values.indices { values[index] = (values[index] * 10).rounded() / 10 }
    }
    if draw.integer(0...19) == 0 { values[0] = 1e6 }
    for index in values.indices {
      values[index] = values[index] * columns.scales[index % D] + columns.offsets[index % D]
    }
    rows = RowMatrix(unchecked: values, columnCount: D)
    weights = rowWeights
    let shape = CovarianceModel.allCases[number % 14]
    var options = EngineOptions(
      maximumIterations: draw.pick([20, 100, 400]), acceleration: draw.pick(EngineOptions.Acceleration.allCases))
    options.threads = 1
    configuration = GaussianMixtureConfiguration(
      components: K, covarianceModel: shape, starts: draw.integer(1...3),
      start: draw.pick([.automatic, .automatic, .kMeans, .randomRows, .hierarchical]),
      collapsePolicy: draw.pick([.restart, .restart, .drop]),
      prior: draw.integer(0...2) > 0
        ? nil
        : MixturePrior(
          weightConcentration: draw.uniform(1, 3), meanStrength: draw.logUniform(-3, 0),
          covarianceStrength: draw.logUniform(-1, 1), scale: draw.logUniform(-2, 1)),
      seed: UInt64(number), engine: options)
    let hasPrior = configuration.prior != nil
    summary =
      "problem \(number): \(shape) K \(K) D \(D) n \(count) separation \(separation) condition \(condition) "
      + "scale \(scale) prior \(hasPrior) weights \(rowWeights != nil) \(options.acceleration) "
      + "\(configuration.collapsePolicy)"
  }
}

/// Random choices of one stream.
struct ProblemDraw {
  struct Columns {
    var scales: [Double]
    var offsets: [Double]
  }

  var generator: RandomGenerator
  private var normal = NormalSource()

  init(seed: UInt64, stream: UInt64) { generator = RandomGenerator(seed: seed, stream: stream) }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + generator.nextInteger(below: range.count)
  }

  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * generator.nextUniform()
  }

  mutating func logUniform(_ low: Double, _ high: Double) -> Double { pow(10, uniform(low, high)) }

  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[integer(0...(choices.count - 1))] }

  mutating func gaussian() -> Double { normal.next(using: &generator) }

  /// None, up to 1e8 in the unit of x, or up to 1e8 in units of `scale`.
  mutating func offsets(_ count: Int, scale: Double) -> [Double] {
    let kind = integer(0...2)
    return (0..<count).map { _ in
      let sign: Double = integer(0...1) == 0 ? -1 : 1
      switch kind {
      case 0: return 0
      case 1: return sign * logUniform(0, 8)
      default: return sign * scale * logUniform(0, 8)
      }
    }
  }

  /// Rows of K clusters with deviations between 1 and 1/√condition along turned axes.
  mutating func clusters(
    count: Int, components: Int, dimensions: Int, separation: Double, condition: Double
  ) -> [Double] {
    let isTurned = integer(0...2) > 0
    var centers: [[Double]] = []
    var deviations: [[Double]] = []
    var mirrors: [[Double]] = []
    for _ in 0..<components {
      centers.append((0..<dimensions).map { _ in separation * gaussian() })
      deviations.append((0..<dimensions).map { _ in pow(condition, -uniform(0, 0.5)) })
      var mirror = (0..<dimensions).map { _ in gaussian() }
      let length = mirror.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for d in mirror.indices { mirror[d] = isTurned ? mirror[d] / length : 0 }
      mirrors.append(mirror)
    }
    var values: [Double] = []
    for row in 0..<count {
      let k = row < components ? row : integer(0...(components - 1))
      let noise = (0..<dimensions).map { deviations[k][$0] * gaussian() }
      // x − 2 (x·v) v turns by reflection.
      let along = 2 * zip(noise, mirrors[k]).reduce(0) { $0 + $1.0 * $1.1 }
      for d in 0..<dimensions { values.append(centers[k][d] + noise[d] - along * mirrors[k][d]) }
    }
    return values
  }
}
