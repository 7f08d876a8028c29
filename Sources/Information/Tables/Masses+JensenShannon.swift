extension Masses {
  /// Σ wₖ KL(pₖ ‖ Σ wⱼ pⱼ) in nats, between 0 and H(w).
  static func jensenShannon(_ tables: [Masses], weights: [Double]) -> Double {
    let shares = Masses(weights.map { DoubleDouble($0) })
    let exactShares = shares.values.map { $0 / shares.total }
    var sum = DoubleDouble.zero
    for index in tables[0].values.indices {
      let parts = tables.map { $0.values[index] / $0.total }
      let mean = zip(exactShares, parts).reduce(into: DoubleDouble.zero) { $0 += $1.0 * $1.1 }
      for (share, part) in zip(exactShares, parts) where share.high > 0 {
        let pair = ProbabilityPair(
          p: part.high, q: mean.high, difference: (part - mean).high,
          quotients: (part.high, mean.high, 1, 1))
        sum += share.high * pair.divergence
      }
    }
    return min(max(0, sum.high), shares.entropy)
  }
}
