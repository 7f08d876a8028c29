/// Decides from the gains of plain EM steps whether the gain that remains is small enough to stop.
///
/// Near its limit EM converges linearly: each gain is c times the one before, and gₙ·c/(1 − c) remains
/// (Aitken; Böhning et al. 1994). After an extrapolated step the first gains are those of fast directions, and
/// their ratios rise towards c: rising ratios are projected ahead. Falling ones count with the larger, so that a
/// plateau whose gains still grow never counts as the end.
struct AitkenRule {
  /// The gains of consecutive plain steps, newest last, at most three.
  private var gains: [Double] = []

  /// Forgets the gains: the next step did not come from the last one by plain EM.
  mutating func interrupt() { gains.removeAll(keepingCapacity: true) }

  mutating func record(_ gain: Double) {
    if gains.count == 3 { gains.removeFirst() }
    gains.append(gain)
  }

  /// The gain that remains, in the gains' unit; nil while it cannot be told.
  func remaining(roundingBound: Double) -> Double? {
    guard gains.count == 3 else { return nil }
    if gains.allSatisfy({ $0 <= roundingBound }) { return 0 }
    guard gains[0] > 0, gains[1] > 0, !gains[2].isNaN else { return nil }
    let (earlier, later) = (gains[1] / gains[0], gains[2] / gains[1])
    let ratio = later > earlier ? later + 2 * (later - earlier) : earlier
    guard ratio < 1 else { return nil }
    return max(0, gains[2]) * ratio / (1 - ratio)
  }
}
