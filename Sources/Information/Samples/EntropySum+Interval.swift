import CSurprisalKernels
import SurprisalCore

extension EntropySum {
  /// Where the delta method degenerates: there the measure is `value` (0 for informations, log k for entropies), and
  /// moves away from it in the direction `sign` only.
  struct Boundary {
    var value: Double
    var sign: Double
  }

  /// Standard error and 95 % interval in nats.
  ///
  /// Two intervals are made and their hull is given, since each fails where the other holds:
  /// 1. θ̂ ± z·s with θ̂ the sum of nearly unbiased entropies (Chao, Wang and Jost 2013) and s its jackknife standard
  ///    error, which errs on the wide side (Efron and Stein 1981). It fails near the boundary (independence, equal
  ///    probabilities), where the first-order term vanishes and the estimate is distributed as χ²/2n.
  /// 2. `BoundaryInterval`: the first-order variance shrinks with the distance (2g/n for noncentral χ²), and the
  ///    variance d/2n² of χ² with d degrees of freedom remains.
  func interval(_ boundary: Boundary) -> (standardError: Double, ends: ClosedRange<Double>) {
    let n = rowCount
    let weights = table.counts.map { Double($0) / n }
    let pointwise = pointwise
    let (mean, variance) = Self.moments(pointwise, weights)
    let degrees = degreesOfFreedom(ofInformation: boundary.sign > 0)
    let second = degrees / (2 * n * n)
    let corrected = terms.map { NearlyUnbiasedEntropy(counts: $0.counts) }
    let center = zip(terms, corrected).reduce(0.0) { $0 + $1.0.sign * $1.1.value }
    var without = [Double](repeating: 0, count: weights.count)
    for (term, entropy) in zip(terms, corrected) {
      for cell in without.indices {
        without[cell] += term.sign * entropy.valueWithoutOne(ofCount: term.counts[term.groupOf[cell]])
      }
    }
    let jackknife = max(0, n - 1) * Self.moments(without, weights).variance
    let distance = boundary.sign * (center - boundary.value)
    let near = BoundaryInterval(
      distance: distance, plugIn: boundary.sign * (mean - boundary.value), variance: variance / n,
      slopeAtZero: 2 / n, second: second)
    let radius = BoundaryInterval.z * jackknife.squareRoot()
    let ends = [min(near.low, distance - radius), max(near.high, distance + radius)]
      .map { boundary.value + boundary.sign * $0 }
    return ((variance / n + second).squareRoot(), min(ends[0], ends[1])...max(ends[0], ends[1]))
  }

  /// Degrees of freedom of the quadratic term.
  private func degreesOfFreedom(ofInformation: Bool) -> Double {
    func degrees(_ levels: (Term) -> Double) -> Double {
      abs(terms.reduce(0.0) { $0 - $1.sign * (levels($1) - 1) })
    }
    let seen = degrees { Double($0.counts.count) }
    if !ofInformation { return seen }
    // Joint levels that no row shows count too: the seen ones alone would take chance for dependence.
    let levels = table.columns.indices.map { Double(table.margin([$0]).counts.count) }
    return max(seen, degrees { min(rowCount, $0.columns.reduce(1.0) { $0 * levels[$1] }) })
  }

  private static func moments(_ values: [Double], _ weights: [Double]) -> (mean: Double, variance: Double) {
    let mean = zip(weights, values).reduce(0.0) { $0 + $1.0 * $1.1 }
    return (mean, zip(weights, values).reduce(0.0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) })
  }
}

/// The distances g ≥ 0 from a boundary for which |ĝ − g| ≤ z·√(c·g + second).
///
/// ĝ is the estimate without bias, c the first-order variance over the plug-in's distance, or `slopeAtZero` on the
/// boundary; `second` the variance that is left on it.
struct BoundaryInterval {
  /// Two standard errors, a little more than the normal 1.96, for variances that are themselves estimates.
  static let z = 2.0
  let low: Double
  let high: Double

  init(distance: Double, plugIn: Double, variance: Double, slopeAtZero: Double, second: Double) {
    let z = Self.z
    let slope = z * z * (plugIn > 1e-12 ? variance / plugIn : slopeAtZero)
    // g² − (2ĝ + slope) g + ĝ² − z²·second = 0
    let middle = distance + slope / 2
    let half = max(0, middle * middle - distance * distance + z * z * second).squareRoot()
    low = distance <= z * second.squareRoot() ? 0 : max(0, middle - half)
    high = max(0, middle + half)
  }
}
