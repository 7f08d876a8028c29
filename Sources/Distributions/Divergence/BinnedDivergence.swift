import CSurprisalKernels
import SurprisalTensors

/// The divergence of two distributions of numbers when only the bin of a number is told: by the data-processing
/// inequality (Cover and Thomas 2006, section 2.8) never above that of the numbers, and near it for narrow bins.
enum BinnedDivergence {
  /// A bound of KL(p ‖ q) from below in nats, over bins of about equal probability under p and under q; nil if one has
  /// no distribution function.
  static func lowerBound(_ p: any Distribution, _ q: any Distribution) -> Bound? {
    guard let p = Divergence.unwrapped(p) as? any UnivariateDistribution,
      let q = Divergence.unwrapped(q) as? any UnivariateDistribution
    else { return nil }
    let levels = Tensor(levels, shape: [levels.count] + p.batchShape.map { _ in 1 })
    let all = p.quantile(at: levels).doubleValues + q.quantile(at: levels).doubleValues
    let edges = Set(all.filter(\.isFinite)).sorted()
    guard !edges.isEmpty else { return nil }
    let (first, second) = (masses(of: p, edges), masses(of: q, edges))
    var (sum, allowance) = (0.0, 0.0)
    for (a, b) in zip(first, second) where a.mass > 0 {
      // More mass under q only lowers the term; that of p counts with its rounding.
      let ratio = surprisal_log(a.mass / (b.mass + b.rounding))
      sum += a.mass * ratio
      allowance += a.rounding * (abs(ratio) + 2)
    }
    return Bound(nats: sum - allowance, name: "divergence of \(first.count) bins")
  }

  /// 256 equal steps, and steps of ½ into both tails.
  private static let levels: [Double] = {
    let tail = (9...40).map { surprisal_exp(-0.693_147_180_559_945_3 * Double($0)) }
    return (1..<256).map { Double($0) / 256 } + tail + tail.map { 1 - $0 }
  }()

  /// The probabilities between the edges, from the tail that is nearer, and what they may be off by.
  private static func masses(
    of p: any UnivariateDistribution, _ edges: [Double]
  ) -> [(mass: Double, rounding: Double)] {
    let x = Tensor(edges, shape: [edges.count] + p.batchShape.map { _ in 1 })
    let below = [0] + p.cumulative(at: x).doubleValues + [1]
    let above = [1] + p.complementaryCumulative(at: x).doubleValues + [0]
    return (0...edges.count).map { place in
      let isLower = below[place] < 0.5
      let (less, more) = isLower ? (below[place], below[place + 1]) : (above[place + 1], above[place])
      // Both tails are exact to 1e-12 of themselves.
      return (max(more - less, 0), 1e-11 * more + .leastNormalMagnitude)
    }
  }
}
