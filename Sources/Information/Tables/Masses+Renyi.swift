import CSurprisalKernels

extension Masses {
  /// H_α in nats; `order` is at least 0 and may be infinite.
  func renyiEntropy(order: Double) -> Double {
    let surprisals = values.indices.filter { values[$0].high > 0 }.map { surprisal($0) }
    let least = surprisals.min() ?? 0
    if order == 0 { return surprisal_log(Double(surprisals.count)) }
    if order == 1 { return entropy }
    if order == .infinity { return least }
    // Σ p^α − 1 = Σ (p^α − p), whose terms have one sign.
    var sum = DoubleDouble.zero
    for s in surprisals {
      let exponent = (1 - order) * s
      sum +=
        exponent.magnitude < 1
        ? surprisal_exp(-s) * surprisal_expm1(exponent) : surprisal_exp(-order * s) - surprisal_exp(-s)
    }
    let bound = surprisal_log(Double(surprisals.count))
    if sum.high > -0.5 { return min(max(least, surprisal_log1p(sum.high) / (1 - order)), bound) }
    var shares = DoubleDouble.zero
    for s in surprisals { shares += surprisal_exp(order * (least - s)) }
    return min(max(least, least * (order / (order - 1)) - surprisal_log(shares.high) / (order - 1)), bound)
  }

  /// D_α(p ‖ q) in nats; `order` is at least 0 and may be infinite.
  func renyiDivergence(_ q: Masses, order: Double) -> Double {
    if order == 1 { return divergence(q) }
    let support = values.indices.filter { values[$0].high > 0 }
    if order == 0 {
      var (inside, outside) = (DoubleDouble.zero, DoubleDouble.zero)
      for index in values.indices {
        if values[index].high > 0 { inside += q.values[index] } else { outside += q.values[index] }
      }
      if inside.high > outside.high { return -surprisal_log1p(-outside.high / q.total.high) }
      return Masses.logRatio(q.total.high, inside.high)
    }
    if order == .infinity { return support.map { pair($0, q).logarithm }.reduce(0, max) }
    var sum = DoubleDouble.zero
    for index in values.indices { sum += pair(index, q).powerDivergence(order: order) }
    let excess = order - 1
    let change = order * excess * (sum.high / total.high)
    if change > -0.5, change.isFinite { return max(0, surprisal_log1p(change) / excess) }
    return farDivergence(q, support, excess)
  }

  /// ln Σ p e^((α−1) ln(p/q)) / (α − 1) by the largest exponent, where the sum is far from 1 or out of range.
  private func farDivergence(_ q: Masses, _ support: [Int], _ excess: Double) -> Double {
    let common = support.filter { q.values[$0].high > 0 }
    if excess > 0 && common.count < support.count { return .infinity }
    let heights = common.map { pair($0, q).logarithm - surprisal($0) / excess }
    guard let top = excess > 0 ? heights.max() : heights.min() else { return .infinity }
    var sum = DoubleDouble.zero
    for height in heights { sum += surprisal_exp(excess * (height - top)) }
    return max(0, top + surprisal_log(sum.high) / excess)
  }
}
