import SurprisalCore
import SurprisalDistributions
import SurprisalTensors

extension HiddenMarkov {
  /// One sequence of `count` rows drawn from the model, and the state (from 0) of each.
  public func drawn(_ count: Int, using generator: inout RandomGenerator) -> (rows: RowMatrix, components: [Int]?) {
    let (rows, states) = sample(lengths: [max(0, count)], using: &generator)
    return (rows, states)
  }

  /// Sequences of given lengths drawn from the model, one behind the other, and the state (from 0) of every row.
  ///
  /// States by inversion of the cumulated probabilities; Gaussian rows are m + L ε, categorical levels come by inversion,
  /// counts from the Poisson sampler of the distributions.
  public func sample(
    lengths: [Int], using generator: inout RandomGenerator
  ) -> (rows: RowMatrix, states: [Int]) {
    let (K, D) = (stateCount, columnCount)
    var states: [Int] = []
    for length in lengths {
      var now: Int?
      for _ in 0..<max(0, length) {
        let row = now.map { parameters.transitions[$0 * K..<($0 + 1) * K] } ?? parameters.initial[0..<K]
        let next = HiddenMarkov.drawn(row, using: &generator)
        states.append(next)
        now = next
      }
    }
    var values: [Double] = []
    values.reserveCapacity(states.count * D)
    switch parameters.emissions {
    case .gaussian(let gaussians, let standardization):
      var normal = NormalSource()
      for k in states {
        let noise = (0..<D).map { _ in normal.next(using: &generator) }
        for i in 0..<D {
          var z = gaussians.means[k * D + i]
          if gaussians.covarianceModel.isDiagonal {
            z += gaussians.factors[k * D + i] * noise[i]
          } else {
            for j in 0...i { z += gaussians.factors[(k * D + i) * D + j] * noise[j] }
          }
          values.append(standardization.shift[i] + z * standardization.scale[i])
        }
      }
    case .categorical(let categorical):
      let offsets = categorical.offsets(padded: false)
      for k in states {
        for (d, count) in categorical.levels.enumerated() {
          let start = k * categorical.levelCount + offsets[d]
          values.append(
            Double(HiddenMarkov.drawn(categorical.probabilities[start..<start + count], using: &generator)))
        }
      }
    case .poisson(let poisson):
      let rates = states.flatMap { poisson.rates[$0 * D..<($0 + 1) * D] }
      if !rates.isEmpty { values = HiddenMarkov.counts(rates, using: &generator) }
    }
    return (RowMatrix(unchecked: values, columnCount: D), states)
  }

  /// A number below the count of probabilities, by inversion; never one of probability 0.
  private static func drawn(_ probabilities: ArraySlice<Double>, using generator: inout RandomGenerator) -> Int {
    let position = generator.nextUniform() * probabilities.reduce(0, +)
    var sum = 0.0
    var last = 0
    for (index, probability) in probabilities.enumerated() where probability > 0 {
      sum += probability
      last = index
      if position < sum { break }
    }
    return last
  }

  private static func counts(_ rates: [Double], using generator: inout RandomGenerator) -> [Double] {
    // A rate of 0 gives 0; the sampler asks for positive ones.
    let positive = rates.map { $0 > 0 ? $0 : 1 }
    guard let poisson = try? Poisson(rate: Tensor(positive, shape: [rates.count])) else { return rates.map { _ in 0 } }
    return zip(rates, poisson.sample(using: &generator).scalars(as: Double.self)).map { $0 > 0 ? $1 : 0 }
  }
}
