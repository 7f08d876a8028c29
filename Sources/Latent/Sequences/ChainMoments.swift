import SurprisalCore

/// The statistics of a hidden Markov model as the M-step reads them.
package struct ChainMoments: Sendable {
  package enum Emissions: Sendable {
    case gaussian(MixtureMoments)
    /// Σ w γ of every level, [K][Σ levels].
    case categorical([Double])
    /// Σ w γ, [K], and Σ w γ x, [K][D].
    case poisson(counts: [Double], sums: [Double])
  }

  /// Σ w γ of the first rows, [K].
  package var initial: [Double]
  /// Σ w ξ, [K][K].
  package var transitions: [Double]
  package var emissions: Emissions

  /// Below this share of all rows a count is 0: kept, it would be a probability that float64 cannot work with, and it
  /// moves no log-likelihood.
  private static let leastShare = 1e-90

  init(_ statistics: Statistics, _ parameters: ChainParameters) {
    let K = parameters.stateCount
    let stride = (K + 7) / 8 * 8
    let sums = statistics.sums
    let start = sums.startIndex
    let least = statistics.weight * ChainMoments.leastShare
    func count(_ index: Int) -> Double {
      let value = sums[start + index]
      return value > least ? value : 0
    }
    initial = (0..<K).map { count($0) }
    transitions = (0..<K * K).map { count(stride + $0 / K * stride + $0 % K) }
    let base = stride + K * stride
    switch parameters.emissions {
    case .gaussian(let gaussians, let standardization):
      // Read by the mixture, whose statistics they are.
      var part = Statistics(count: sums.count - base)
      for index in 0..<sums.count - base { part.storage[Statistics.totalCount + index] = sums[start + base + index] }
      let reader = GaussianMixtureEM(
        setting: MixtureSetting(
          covarianceModel: gaussians.covarianceModel, standardization: standardization, columnVariances: []),
        parameters: gaussians)
      emissions = .gaussian(reader.moments(of: part))
    case .categorical(let states):
      let offsets = states.offsets(padded: true)
      var counts: [Double] = []
      for k in 0..<K {
        for (d, levels) in states.levels.enumerated() {
          for c in 0..<levels { counts.append(count(base + (offsets[d] + c) * stride + k)) }
        }
      }
      emissions = .categorical(counts)
    case .poisson(let states):
      let D = states.reference.count
      emissions = .poisson(
        counts: (0..<K).map { count(base + D * stride + $0) },
        sums: (0..<K * D).map { count(base + $0 % D * stride + $0 / D) })
    }
  }

  /// Σ w γ of every state, [K].
  package var occupancies: [Double] {
    switch emissions {
    case .gaussian(let moments): return moments.counts
    case .poisson(let counts, _): return counts
    case .categorical(let counts):
      // Every row has a level in each column: the columns' sums are equal, and are taken together.
      let K = initial.count
      let width = counts.count / max(1, K)
      return (0..<K).map { k in counts[k * width..<(k + 1) * width].reduce(0, +) }
    }
  }
}
