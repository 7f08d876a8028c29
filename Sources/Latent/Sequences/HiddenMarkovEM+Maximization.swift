import SurprisalCore

extension HiddenMarkovEM {
  package func maximized(_ moments: ChainMoments) throws -> HiddenMarkovEM {
    HiddenMarkovEM(
      setting: setting,
      parameters: ChainParameters(
        initial: HiddenMarkovEM.shares(moments.initial, else: parameters.initial),
        transitions: HiddenMarkovEM.rows(
          moments.transitions, widths: [parameters.stateCount], else: parameters.transitions),
        emissions: try emissions(moments.emissions)))
  }

  func emissions(_ moments: ChainMoments.Emissions) throws -> StateEmissions {
    switch (moments, parameters.emissions) {
    case (.gaussian(let moments), .gaussian(let parameters, let standardization)):
      guard let gaussian = setting.gaussian else { return self.parameters.emissions }
      let next = try GaussianMixtureEM.maximum(
        moments, setting: gaussian, previous: parameters.covariances, fallbackMeans: parameters.means)
      return .gaussian(next.parameters.withUnitWeights ?? parameters, standardization)
    case (.categorical(let counts), .categorical(let states)):
      return .categorical(
        CategoricalStates(
          levels: states.levels,
          probabilities: HiddenMarkovEM.rows(counts, widths: states.levels, else: states.probabilities)))
    case (.poisson(let counts, let sums), .poisson(let states)):
      let D = states.reference.count
      return .poisson(
        PoissonStates(
          rates: states.rates.indices.map { counts[$0 / D] > 0 ? sums[$0] / counts[$0 / D] : states.rates[$0] },
          reference: states.reference))
    default: return parameters.emissions
    }
  }

  /// Counts divided by their sum; without any, the parameters as they are, which no row depends on.
  static func shares(_ counts: [Double], else previous: [Double]) -> [Double] {
    let total = counts.reduce(0, +)
    return total > 0 ? counts.map { $0 / total } : previous
  }

  /// Runs of counts of the given widths, again and again, each divided by its sum.
  static func rows(_ counts: [Double], widths: [Int], else previous: [Double]) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(counts.count)
    while result.count < counts.count {
      for width in widths {
        let range = result.count..<result.count + width
        result += shares(Array(counts[range]), else: Array(previous[range]))
      }
    }
    return result
  }
}

extension GaussianParameters {
  /// The same Gaussians, each of weight 1: densities of states, which have no weight of their own.
  package var withUnitWeights: GaussianParameters? {
    GaussianParameters(
      covarianceModel: covarianceModel, weights: [Double](repeating: 1, count: componentCount), means: means,
      covariances: covariances)
  }
}
