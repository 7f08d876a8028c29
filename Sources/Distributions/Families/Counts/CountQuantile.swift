/// Quantiles of counts by search.
enum CountQuantile {
  /// The least count of 0 … `last` with P(X ≤ count) ≥ p, for p in 0 … 1, else NaN.
  ///
  /// From the normal approximation in doubling steps and then by halves. Above p = ½ the upper tail is compared with
  /// 1 − p. A tail within a relative 1e-13 of p, the accuracy of distribution functions, has reached it.
  static func search(
    _ p: Double, mean: Double, standardDeviation: Double, last: Double, lower: (Double) -> Double,
    upper: (Double) -> Double
  ) -> Double {
    guard p >= 0, p <= 1 else { return .nan }
    if p == 0 || last == 0 || standardDeviation == 0 { return p == 0 ? 0 : min(mean.rounded(), last) }
    if p == 1 { return last }
    func isReached(_ count: Double) -> Bool {
      p < 0.5 ? lower(count) >= p * (1 - 1e-13) : upper(count) <= (1 - p) * (1 + 1e-13)
    }
    let z = p < 0.5 ? SpecialFunctions.normalQuantile(lower: p) : SpecialFunctions.normalQuantile(upper: 1 - p)
    let start = min(max((mean + z * standardDeviation).rounded(.down), 0), last)
    var step = max(1, (standardDeviation / 16).rounded())
    // Not reached at `low` (or −1, before all counts), reached at `high`.
    var (low, high) = (start, start)
    if isReached(start) {
      low -= 1
      while low >= 0, isReached(low) {
        high = low
        low -= step
        step *= 2
      }
      low = max(low, -1)
    } else {
      repeat {
        low = high
        high = min(high + step, last)
        step *= 2
      } while high < last && !isReached(high)
    }
    while high - low > 1 {
      let middle = (low * 0.5 + high * 0.5).rounded(.down)
      // From 2⁵³ on there may be no whole number between them.
      if middle <= low || middle >= high { break }
      if isReached(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
