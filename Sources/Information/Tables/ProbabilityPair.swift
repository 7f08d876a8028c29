import CSurprisalKernels

/// Two probabilities of one outcome with their difference, from which the terms of divergences are formed without
/// cancellation.
struct ProbabilityPair {
  var p: Double
  var q: Double
  /// p − q to its last digits, which the rounded p and q do not hold.
  var difference: Double
  /// Two quotients whose product is p/q, for p and q that are far apart or that rounded to 0.
  var quotients: (p: Double, q: Double, byP: Double, byQ: Double)

  /// (p − q)/(p + q); ln(p/q) = 2 artanh of it.
  private var contrast: Double { difference / (p + q) }

  private var logRatio: Double {
    let ratio = (quotients.p / quotients.q) * (quotients.byP / quotients.byQ)
    if ratio.isNormal { return surprisal_log(ratio) }
    return Masses.logRatio(quotients.p, quotients.q) + Masses.logRatio(quotients.byP, quotients.byQ)
  }

  /// ln(p/q): −∞ at p = 0 < q, ∞ at q = 0 < p, NaN at 0/0.
  var logarithm: Double {
    contrast.magnitude < 0.2 ? surprisal_log1p(difference / q) : logRatio
  }

  /// p ln(p/q) − p + q ≥ 0: its sum over outcomes is the sum of p ln(p/q), as Σ p = Σ q, but no term cancels another.
  ///
  /// Where p and q are near, with v = (p − q)/(p + q), it is (p − q)v + 2p(v³/3 + v⁵/5 + …).
  var divergence: Double {
    if p == 0 { return q }
    let v = contrast
    guard v.magnitude < 0.2 else { return p * logRatio - difference }
    let square = v * v
    var series = 0.0
    for j in stride(from: 12.0, through: 1, by: -1) { series = square * (1 / (2 * j + 1) + series) }
    return difference * v + 2 * p * v * series
  }

  /// [αp + (1 − α)q − p^α q^(1−α)] / (α(1 − α)) ≥ 0 for α > 0, the term of Rényi's divergence; at α = 1 that of
  /// Kullback and Leibler's.
  func powerDivergence(order: Double) -> Double {
    if order == 1 { return divergence }
    if p == 0 { return q / order }
    if q == 0 { return order < 1 ? p / (1 - order) : .infinity }
    let logarithm = logarithm
    if logarithm.magnitude * max(1, order) < 0.25 {
      // q Σ_{k ≥ 2} (1 + α + … + α^(k−2)) ln(p/q)^k / k!
      var (power, geometric, sum) = (logarithm, 0.0, 0.0)
      for k in 2...18 {
        power *= logarithm / Double(k)
        geometric = 1 + order * geometric
        sum += geometric * power
      }
      return q * sum
    }
    if order < 0.5 {
      return max(0, difference - q * surprisal_expm1(order * logarithm) / order) / (1 - order)
    }
    let excess = order - 1
    return max(0, p * surprisal_expm1(excess * logarithm) / excess - difference) / order
  }
}
