import CSurprisalKernels

/// The mean log-likelihood of weighted numbers under a logistic distribution, as a function of a = 1 / s and b = μ / s
/// of the numbers moved to mean 0 and a mean distance of 2 log 2 from it, that of the standard distribution.
///
/// With z = a x − b it is Σ w (log a − |z| − 2 log(1 + e^(−|z|))), concave in (a, b).
struct LogisticLikelihood {
  private let x: [Double]
  private let weights: [Double]
  private let center: Double
  private let spread: Double

  /// - Parameters:
  ///   - values: finite numbers, not all equal.
  ///   - weights: numbers above 0.
  init(_ values: [Double], _ weights: [Double]) {
    let total = weights.reduce(0, +)
    let shares = weights.map { $0 / total }
    let center = zip(values, shares).reduce(0) { $0 + $1.0 * $1.1 }
    let spread = zip(values, shares).reduce(0) { $0 + abs($1.0 - center) * $1.1 } / 1.386_294_361_119_890_6
    (self.weights, self.center, self.spread) = (shares, center, spread)
    x = values.map { ($0 - center) / spread }
  }

  /// The location and the scale of the greatest likelihood.
  func maximum() -> (location: Double, scale: Double) {
    var (a, b) = (1.0, 0.0)
    var current = derivatives(a, b)
    for _ in 0..<200 {
      let determinant = current.aa * current.bb - current.ab * current.ab
      let (da, db) = (
        (current.ab * current.b - current.bb * current.a) / determinant,
        (current.ab * current.a - current.aa * current.b) / determinant
      )
      var step = 1.0
      var next = current
      repeat {
        if a + step * da > 0 {
          next = derivatives(a + step * da, b + step * db)
          if next.value >= current.value + 1e-4 * step * (current.a * da + current.b * db) { break }
        }
        step *= 0.5
      } while step > 1e-9
      // No step improves what rounding has left, or the last one is a full one within rounding.
      if step <= 1e-9 { break }
      (a, b, current) = (a + step * da, b + step * db, next)
      if step == 1, abs(da) <= 1e-14 * a, abs(db) <= 1e-14 * max(a, abs(b)) { break }
    }
    return (center + spread * b / a, spread / a)
  }

  private typealias Derivatives = (value: Double, a: Double, b: Double, aa: Double, ab: Double, bb: Double)

  private func derivatives(_ a: Double, _ b: Double) -> Derivatives {
    var sums: Derivatives = (surprisal_log(a), 1 / a, 0, -1 / (a * a), 0, 0)
    for (x, weight) in zip(x, weights) {
      let z = a * x - b
      let e = surprisal_exp(-abs(z))
      // d/dz = −tanh(z / 2) and d²/dz² = −2 σ(z) σ(−z).
      let slope = -weight * (1 - e) / (1 + e) * (z < 0 ? -1 : 1)
      let curvature = -2 * weight * e / ((1 + e) * (1 + e))
      sums.value -= weight * (abs(z) + 2 * surprisal_log1p(e))
      sums.a += slope * x
      sums.b -= slope
      sums.aa += curvature * x * x
      sums.ab -= curvature * x
      sums.bb += curvature
    }
    return sums
  }
}
