import Foundation
import Surprisal

/// Counts x with weights w: x_n was seen w_n times.
struct Counts: ObservationSource {
  let x, w, logFactorials: [Double]
  var count: Int { x.count }

  /// Whole numbers from 0, with one weight each.
  init(_ x: [Int], weights: [Double]) {
    (self.x, w) = (x.map(Double.init), weights)
    logFactorials = x.map { (0..<$0).reduce(0) { $0 + log(Double($1 + 1)) } }
  }
}

/// A mixture of Poisson distributions: p(x) = Σ_k π_k m_k^x exp(−m_k) / x!.
struct PoissonMixture: LatentVariableModel, ExpectationStep {
  /// π and m, one of each a component.
  var weights, means: [Double]

  var parameterCount: Int { 2 * weights.count - 1 }

  // The E-step: Σ w r_k and Σ w r_k x for every k, and Σ w log x! behind them.
  func expectation() -> PoissonMixture { self }
  var sumCount: Int { 2 * weights.count + 1 }
  var workspaceCount: Int { weights.count }

  func accumulate(
    _ data: Counts, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
    totals: UnsafeMutablePointer<Double>, workspace logJoint: UnsafeMutablePointer<Double>
  ) {
    for n in range {
      let (x, w, logFactorial) = (data.x[n], data.w[n], data.logFactorials[n])
      for k in weights.indices { logJoint[k] = log(weights[k]) + x * log(means[k]) - means[k] - logFactorial }
      let top = weights.indices.map { logJoint[$0] }.max() ?? 0
      let logDensity = top + log(weights.indices.reduce(0) { $0 + exp(logJoint[$1] - top) })
      totals[0] += w
      totals[1] += w * logDensity
      totals[2] += w * abs(logDensity)
      for k in weights.indices {
        let responsibility = exp(logJoint[k] - logDensity)
        totals[3] -= responsibility > 0 ? w * responsibility * (logJoint[k] - logDensity) : 0
        sums[2 * k] += w * responsibility
        sums[2 * k + 1] += w * responsibility * x
      }
      sums[2 * weights.count] += w * logFactorial
    }
  }

  // The M-step reads these sums as they are.
  func moments(of statistics: Statistics) -> [Double] { Array(statistics.sums) }

  func expectedLogJoint(_ sums: [Double]) -> Double {
    weights.indices.reduce(-sums[2 * weights.count]) { total, k in
      total + sums[2 * k] * (log(weights[k]) - means[k]) + sums[2 * k + 1] * log(means[k])
    }
  }

  func maximized(_ sums: [Double]) throws -> PoissonMixture {
    let counts = weights.indices.map { sums[2 * $0] }
    let total = counts.reduce(0, +)
    return PoissonMixture(
      weights: counts.map { $0 / total }, means: weights.indices.map { sums[2 * $0 + 1] / counts[$0] })
  }

  func roundingBound(_ statistics: Statistics) -> (pass: Double, halfStep: Double) {
    let bound = 16 * 0x1p-53 * (statistics.logLikelihoodMagnitude + statistics.weight)
    return (bound, bound)
  }
}
