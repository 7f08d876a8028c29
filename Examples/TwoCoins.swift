/// A mixture small enough to follow by hand: z picks one of two coins, x counts heads in ten tosses.
struct TwoCoins {
  /// π, the probability of each coin.
  var weights: [Double]
  /// μ, each coin's probability of heads.
  var heads: [Double]

  /// Heads in ten tosses of an unknown coin, five times (Do and Batzoglou 2008, figure 1).
  static let data: [Double] = [5, 9, 8, 4, 7]
  static let start = TwoCoins(weights: [0.5, 0.5], heads: [0.6, 0.5])

  /// ln p(x, z) without the binomial coefficient, which no step depends on.
  func logJoint(_ x: Double, _ z: Int) -> Double {
    naturalLog(weights[z]) + x * naturalLog(heads[z]) + (10 - x) * naturalLog(1 - heads[z])
  }

  /// ln p(x) = ln Σ_z p(x, z), by the log-sum-exp of the joint.
  func logLikelihood(_ x: Double) -> Double {
    let joint = [logJoint(x, 0), logJoint(x, 1)]
    let top = max(joint[0], joint[1])
    return top + naturalLog(exponential(joint[0] - top) + exponential(joint[1] - top))
  }

  /// p(z | x).
  func posterior(_ x: Double) -> [Double] {
    [0, 1].map { exponential(logJoint(x, $0) - logLikelihood(x)) }
  }

  /// L(q, θ) = Σ_n Σ_z q_n(z) [ln p(x_n, z) − ln q_n(z)].
  func lowerBound(_ q: [[Double]]) -> Double {
    var total = 0.0
    for (x, share) in zip(TwoCoins.data, q) {
      for z in 0...1 where share[z] > 0 { total += share[z] * (logJoint(x, z) - naturalLog(share[z])) }
    }
    return total
  }

  /// The parameters that maximize L for given q, in closed form.
  static func maximizing(_ q: [[Double]]) -> TwoCoins {
    var counts = [0.0, 0.0]
    var sums = [0.0, 0.0]
    for (x, share) in zip(data, q) {
      for z in 0...1 {
        counts[z] += share[z]
        sums[z] += share[z] * x
      }
    }
    return TwoCoins(
      weights: counts.map { $0 / Double(data.count) }, heads: [0, 1].map { sums[$0] / (10 * counts[$0]) })
  }

  var total: Double { TwoCoins.data.reduce(0) { $0 + logLikelihood($1) } }
}
