import CSurprisalKernels
import SurprisalCore
import SurprisalDistributions

/// p(x | state) of every state, in the coordinates that EM computes in.
package enum StateEmissions: Sendable {
  /// Gaussians, all weights 1, in standardized coordinates.
  case gaussian(GaussianParameters, Standardization)
  case categorical(CategoricalStates)
  case poisson(PoissonStates)

  /// D.
  package var columnCount: Int {
    switch self {
    case .gaussian(let parameters, _): parameters.columnCount
    case .categorical(let states): states.levels.count
    case .poisson(let states): states.reference.count
    }
  }

  /// The number of free parameters of K states.
  package func parameterCount(states K: Int) -> Int {
    switch self {
    case .gaussian(let parameters, _):
      K * columnCount + parameters.covarianceModel.parameterCount(components: K, columns: columnCount)
    case .categorical(let states): K * (states.levels.reduce(0, +) - columnCount)
    case .poisson: K * columnCount
    }
  }

  /// The states in a new order, `order` giving each one's old number.
  package func reordered(_ order: [Int]) -> StateEmissions {
    func moved(_ values: [Double]) -> [Double] {
      let width = values.count / max(1, order.count)
      return order.flatMap { values[$0 * width..<($0 + 1) * width] }
    }
    switch self {
    case .gaussian(let parameters, let standardization):
      return .gaussian(parameters.reordered(order), standardization)
    case .categorical(let states):
      return .categorical(CategoricalStates(levels: states.levels, probabilities: moved(states.probabilities)))
    case .poisson(let states):
      return .poisson(PoissonStates(rates: moved(states.rates), reference: states.reference))
    }
  }
}

/// A product of categorical distributions over the columns, for each state.
package struct CategoricalStates: Sendable {
  /// The number of levels of each column, [D].
  package var levels: [Int]
  /// [K][Σ levels].
  package var probabilities: [Double]

  package var levelCount: Int { levels.reduce(0, +) }

  /// Where each column's levels start, with one more row of mass 0 behind them where `padded`.
  package func offsets(padded: Bool) -> [Int] {
    var start = 0
    return levels.map { count in
      defer { start += count + (padded ? 1 : 0) }
      return start
    }
  }
}

/// A product of Poisson distributions over the columns, for each state.
///
/// EM computes log p up to what no state shares in, relative to a reference rate: x log(λ/r) − (λ − r), whose terms are
/// small where λ is near r, however large the counts.
package struct PoissonStates: Sendable {
  /// λ, [K][D].
  package var rates: [Double]
  /// r, [D], positive.
  package var reference: [Double]

  package init(rates: [Double], reference: [Double]) {
    self.rates = rates
    self.reference = reference
  }

  /// With the mean rate of the states as reference.
  package init(rates: [Double], columns: Int) {
    let states = max(1, rates.count / max(1, columns))
    let reference = (0..<columns).map { d in
      let mean = (0..<states).reduce(0) { $0 + rates[$1 * columns + d] / Double(states) }
      return mean > 0 ? mean : 1
    }
    self.init(rates: rates, reference: reference)
  }

  /// log p(x) at the reference rate, which every state adds its part to.
  package func logReference(_ x: UnsafePointer<Double>) -> Double {
    var total = 0.0
    for d in reference.indices {
      let count = x[d]
      total -= SpecialFunctions.devianceTerm(count, reference[d])
      if count > 0 { total -= SpecialFunctions.stirlingCorrection(count) + 0.5 * (logTwoPi + surprisal_log(count)) }
    }
    return total
  }

  /// log(λ/r) of a state's column; −∞ for a rate of 0.
  package func logRatio(_ k: Int, _ d: Int) -> Double {
    surprisal_log(rates[k * reference.count + d] / reference[d])
  }
}
