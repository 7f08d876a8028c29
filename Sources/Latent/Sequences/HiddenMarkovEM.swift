import CSurprisalKernels
import SurprisalCore

/// What stays fixed while EM moves the parameters of a hidden Markov model.
package struct ChainSetting: Sendable {
  /// Of Gaussian emissions.
  package var gaussian: MixtureSetting?
  /// What a log-density gains per row, on average, from the coordinates of EM back to the unit of x.
  package var unitOffset: Double
  /// Σ w x / Σ w of every column of counts, which scales rounding.
  package var columnMeans: [Double]
  package var threads: Int
}

/// A hidden Markov model as EM fits it.
package struct HiddenMarkovEM: LatentVariableModel {
  package let setting: ChainSetting
  package let parameters: ChainParameters

  package init(setting: ChainSetting, parameters: ChainParameters) {
    self.setting = setting
    self.parameters = parameters
  }

  package var parameterCount: Int {
    let K = parameters.stateCount
    return K - 1 + K * (K - 1) + parameters.emissions.parameterCount(states: K)
  }

  package var unitOffset: (perWeight: Double, logPrior: Double) { (setting.unitOffset, 0) }

  package func expectation() -> ChainExpectation {
    ChainExpectation(plan: ChainPlan(parameters), threads: setting.threads)
  }

  package func moments(of statistics: Statistics) -> ChainMoments {
    ChainMoments(statistics, parameters)
  }

  package func expectedLogJoint(_ moments: ChainMoments) -> Double {
    var total = CompensatedSum()
    for (count, probability) in zip(moments.initial, parameters.initial) where count > 0 {
      total.add(count * surprisal_log(probability))
    }
    for (count, probability) in zip(moments.transitions, parameters.transitions) where count > 0 {
      total.add(count * surprisal_log(probability))
    }
    switch (moments.emissions, parameters.emissions) {
    case (.gaussian(let moments), .gaussian(let parameters, _)):
      if let gaussian = setting.gaussian {
        total.add(GaussianMixtureEM(setting: gaussian, parameters: parameters).expectedLogJoint(moments))
      }
    case (.categorical(let counts), .categorical(let states)):
      for (count, probability) in zip(counts, states.probabilities) where count > 0 {
        total.add(count * surprisal_log(probability))
      }
    case (.poisson(let counts, let sums), .poisson(let states)):
      let D = states.reference.count
      for k in counts.indices {
        for d in 0..<D {
          let sum = sums[k * D + d]
          if sum > 0 { total.add(sum * states.logRatio(k, d)) }
          total.add(-counts[k] * (states.rates[k * D + d] - states.reference[d]))
        }
      }
    default: break
    }
    return total.value
  }

  /// Every row's K paths are sums of K products, so its log-density is off by (K + 5) roundings, and by those of its
  /// emissions; the bound is eight times as wide.
  package func roundingBound(_ statistics: Statistics) -> (pass: Double, halfStep: Double) {
    let unit = 8 * 0x1p-53
    let (K, D) = (parameters.stateCount, parameters.emissions.columnCount)
    let size = statistics.logLikelihoodMagnitude + statistics.weight * Double(D + K + 5)
    switch parameters.emissions {
    case .gaussian(let parameters, _):
      let condition = parameters.condition
      let separation = statistics.weight * parameters.largestInfluence
      return (unit * (size * condition.squareRoot() + separation), unit * (size * condition + separation))
    case .categorical: return (unit * size, unit * size)
    case .poisson(let states):
      var terms = 0.0
      for d in 0..<D {
        var largest = 0.0
        for k in 0..<K {
          let rate = states.rates[k * D + d]
          guard rate > 0 else { continue }
          largest = max(
            largest, states.logRatio(k, d).magnitude * setting.columnMeans[d] + (rate - states.reference[d]).magnitude)
        }
        terms += largest
      }
      let bound = unit * (size + statistics.weight * terms)
      return (bound, bound)
    }
  }
}

/// The E-step of a hidden Markov model at fixed parameters.
package struct ChainExpectation: ExpectationStep {
  let plan: ChainPlan
  let threads: Int

  /// Initial states, transitions, and what the emissions need.
  public var sumCount: Int { plan.sumCount }
  /// None: the step has its own threads.
  public var workspaceCount: Int { 0 }

  /// Sums over all sequences.
  public func accumulate(
    _ observations: WeightedSequences, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
    totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
  ) {
    guard !range.isEmpty else { return }
    _ = ChainPass(plan: plan, observations: observations, threads: threads).run(totals: totals, sums: sums)
  }
}
