import CSurprisalKernels
import SurprisalCore

/// Divergences between this sample and another of the same variable, whose levels are matched by name.
extension DiscreteColumn {
  /// The divergence KL(p‖q) = Σ p log(p/q) of this sample's distribution p from that of `other`, q.
  ///
  /// Infinite (but with `.shrinkage`) if a level occurs here and not there; then the interval has no upper end, and
  /// `assumptions` names the level.
  public func klDivergence(
    from other: DiscreteColumn, estimator: DiscreteEstimator = .millerMadow
  ) throws -> Estimate<Information> {
    try relative(to: other, estimator, divergence: true)
  }

  /// The cross-entropy −Σ p log q of this sample's distribution p with that of `other`, q, at least H(p).
  ///
  /// Infinite (but with `.shrinkage`) if a level occurs here and not there; then the interval has no upper end, and
  /// `assumptions` names the level.
  public func crossEntropy(
    with other: DiscreteColumn, estimator: DiscreteEstimator = .millerMadow
  ) throws -> Estimate<Information> {
    try relative(to: other, estimator, divergence: false)
  }

  private func relative(
    to other: DiscreteColumn, _ estimator: DiscreteEstimator, divergence: Bool
  ) throws -> Estimate<Information> {
    let pair = try SamplePair(self, other)
    let (p, q) = pair.plugIn
    let (n, m) = pair.rows
    let plugIn = SamplePair.crossEntropy(p, q, relative: divergence)
    // Second order: E[p̂ log p̂] exceeds p log p by (1 − p)/2n, E[−log q̂] exceeds −log q by (1 − q)/2mq.
    let seen = Double(p.filter { $0 > 0 }.count)
    let spread = zip(p, q).reduce(0.0) { $1.0 > 0 ? $0 + $1.0 / $1.1 : $0 } - 1
    let bias = (divergence ? (seen - 1) / (2 * n) : 0) + spread / (2 * m)
    var value = estimator == .millerMadow && plugIn.isFinite ? plugIn - bias : plugIn
    if estimator == .shrinkage {
      let (p, q) = pair.shrunken
      value = SamplePair.crossEntropy(p, q, relative: divergence)
    }
    let entropy = divergence ? nil : try self.entropy(estimator: estimator)
    let least = entropy?.value.nats ?? 0
    let bound = Bound(divergence ? "KL is at least 0" : "a cross-entropy is at least the entropy", least: least)
    let (clampedValue, clamped) = Bound.clamp(value, to: [bound])
    if let level = pair.missingLevel {
      return Estimate(
        value: clampedValue, standardError: .infinity, low: entropy?.interval.lowerBound.nats ?? 0, high: .infinity,
        within: 0...Double.infinity, estimator: estimator.rawValue, sampleCount: count,
        assumptions: SamplePair.assumptions + [
          "level \(level) occurs in the first sample and not in the second, so that the true value may be infinite"
        ], clamped: clamped)
    }
    let logs = zip(p, q).map { p, q in p > 0 ? surprisal_log((divergence ? p : 1) / q) : 0 }
    let variance =
      SamplePair.moments(p, logs).variance / n
      + SamplePair.moments(q, zip(p, q).map { $1 > 0 ? $0 / $1 : 0 }).variance / m
    // Of the quadratic terms; in the cross-entropy the mixed one, Σ δp δq/q, is not part of a square.
    let mixed = divergence ? 0 : spread / (n * m)
    let second = seen > 1 ? 2 * bias * bias / (seen - 1) + mixed : 0
    let radius = BoundaryInterval.z * (variance + second).squareRoot()
    let center = plugIn - bias
    var (low, high) = (center - radius, center + radius)
    if divergence {
      let near = BoundaryInterval(
        distance: center, plugIn: plugIn, variance: variance, slopeAtZero: 2 / n + 2 / m, second: second)
      (low, high) = (min(low, near.low), max(high, near.high))
    }
    return Estimate(
      value: clampedValue, standardError: (variance + second).squareRoot(), low: min(clampedValue, low),
      high: max(clampedValue, high), within: 0...Double.infinity, estimator: estimator.rawValue, sampleCount: count,
      assumptions: SamplePair.assumptions, clamped: clamped)
  }

  /// The Jensen–Shannon divergence H((p + q)/2) − (H(p) + H(q))/2 of the two samples' distributions (Lin 1991),
  /// within 0 … log 2 and never infinite.
  public func jensenShannonDivergence(
    from other: DiscreteColumn, estimator: DiscreteEstimator = .millerMadow
  ) throws -> Estimate<Information> {
    let pair = try SamplePair(self, other)
    let (p, q) = pair.plugIn
    let (n, m) = pair.rows
    func divergence(_ p: [Double], _ q: [Double]) -> Double {
      let middle = zip(p, q).map { ($0 + $1) / 2 }
      return
        (SamplePair.crossEntropy(p, middle, relative: true) + SamplePair.crossEntropy(q, middle, relative: true)) / 2
    }
    func logs(_ p: [Double], _ q: [Double]) -> [Double] {
      zip(p, q).map { $0 > 0 ? surprisal_log(2 * $0 / ($0 + $1)) : 0 }
    }
    let plugIn = divergence(p, q)
    // ∂²/∂p² = q/(2p(p + q)), so that the bias of second order is Σ (1 − p) q/(4n(p + q)), and the same for q.
    let bias = zip(p, q).reduce(0.0) { sum, pair in
      let (p, q) = pair
      return p + q > 0 ? sum + ((1 - p) * q / n + (1 - q) * p / m) / (4 * (p + q)) : sum
    }
    let (shrunkenP, shrunkenQ) = pair.shrunken
    let value =
      switch estimator {
      case .plugIn: plugIn
      case .millerMadow: plugIn - bias
      case .shrinkage: divergence(shrunkenP, shrunkenQ)
      }
    let ln2 = Information(bits: 1).nats
    let (clampedValue, clamped) = Bound.clamp(
      value,
      to: [
        Bound("Jensen–Shannon is at least 0", least: 0), Bound("Jensen–Shannon is at most log 2", most: ln2),
      ])
    let variance =
      SamplePair.moments(p, logs(p, q)).variance / (4 * n) + SamplePair.moments(q, logs(q, p)).variance / (4 * m)
    let levels = Double(pair.names.indices.filter { p[$0] + q[$0] > 0 }.count)
    let second = levels > 1 ? 2 * bias * bias / (levels - 1) : 0
    let near = BoundaryInterval(
      distance: plugIn - bias, plugIn: plugIn, variance: variance, slopeAtZero: (1 / n + 1 / m) / 2, second: second)
    let radius = BoundaryInterval.z * (variance + second).squareRoot()
    return Estimate(
      value: clampedValue, standardError: (variance + second).squareRoot(),
      low: min(clampedValue, near.low, plugIn - bias - radius),
      high: max(clampedValue, near.high, plugIn - bias + radius), within: 0...ln2, estimator: estimator.rawValue,
      sampleCount: count, assumptions: SamplePair.assumptions, clamped: clamped)
  }
}
