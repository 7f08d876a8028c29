#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SpecialFunctions {
  /// Degrees of freedom from which on probabilities above the least float64 are those of the normal distribution: they
  /// differ by the part t⁴ / (4 ν).
  private static let studentIsNormal = 1e20

  /// P(T ≤ t) of Student's t with `freedom` > 0 degrees of freedom.
  package static func studentLower(_ freedom: Double, _ t: Double) -> Double {
    guard freedom > 0, !t.isNaN else { return .nan }
    if abs(t) == .infinity { return t < 0 ? 0 : 1 }
    if freedom > studentIsNormal { return normalCumulative(t) }
    let (x, y) = studentParts(freedom, t)
    if t > 0 { return 1 - 0.5 * betaLower(0.5 * freedom, 0.5, x, y) }
    return 0.5 * betaLower(0.5 * freedom, 0.5, x, y)
  }

  /// t with P(T ≤ t) = p; −∞ at 0, ∞ at 1, NaN outside 0 … 1.
  package static func studentQuantile(_ freedom: Double, lower p: Double) -> Double {
    guard freedom > 0, p >= 0, p <= 1 else { return .nan }
    if p == 0 || p == 1 { return p == 0 ? -.infinity : .infinity }
    if freedom > studentIsNormal { return normalQuantile(lower: p) }
    if p > 0.5 { return -studentQuantile(freedom, lower: 1 - p) }
    // x = ν / (ν + t²) with I_x(ν / 2, ½) = 2 p; 1 − 2 p has the digits where p is near ½.
    let (x, y) = betaQuantilePair(0.5 * freedom, 0.5, lower: 2 * p, upper: 1 - 2 * p)
    if x < 1e-280 {
      // t² is near the end of float64: I_x = x^(ν / 2) / (½ ν B(½ ν, ½)) to all digits.
      let half = 0.5 * freedom
      let logX = (log(2 * p) + log(half) + logBeta(half, 0.5)) / half
      return -freedom.squareRoot() * exp(-0.5 * logX)
    }
    return -(freedom * (y / x)).squareRoot()
  }

  /// t with P(T > t) = q.
  package static func studentQuantile(_ freedom: Double, upper q: Double) -> Double {
    -studentQuantile(freedom, lower: q)
  }

  /// dt / dν at fixed P(T ≤ t), −(∂P / ∂ν) / p(t).
  package static func studentPathwise(_ freedom: Double, _ t: Double) -> Double {
    guard freedom > 0, !t.isNaN else { return .nan }
    if t == 0 || t.isInfinite { return 0 }
    // Its expansion at the normal distribution is t = z + (z³ + z) / (4 ν) + ….
    if freedom > studentIsNormal { return -t * (1 + t * t) / freedom / freedom * 0.25 }
    // t² = ν y / x, hence d log |t| = ½ (dν / ν − d log(x / y)), where x's first parameter is ν / 2.
    let (x, y) = studentParts(freedom, t)
    return 0.5 * t * (1 / freedom - 0.5 * betaLogitPathwise(0.5 * freedom, 0.5, x, y, first: true))
  }

  /// log p(t) of location 0 and scale 1: −log B(ν / 2, ½) − ½ log ν − ½ (ν + 1) log(1 + t² / ν).
  package static func studentLogDensity(_ freedom: Double, _ t: Double) -> Double {
    guard freedom > 0 else { return .nan }
    if abs(t) == .infinity { return -.infinity }
    return -logBeta(0.5 * freedom, 0.5) - 0.5 * log(freedom) - 0.5 * (freedom + 1) * studentLogFactor(freedom, t)
  }

  /// log(1 + t² / ν), also where t² is beyond float64.
  static func studentLogFactor(_ freedom: Double, _ t: Double) -> Double {
    let ratio = t / freedom.squareRoot()
    return abs(ratio) > 1e9 ? 2 * log(abs(ratio)) : log1p(t * t / freedom)
  }

  /// ν / (ν + t²) and t² / (ν + t²).
  private static func studentParts(_ freedom: Double, _ t: Double) -> (x: Double, y: Double) {
    let ratio = abs(t) / freedom.squareRoot()
    if ratio > 1 {
      let inverse = 1 / ratio
      let square = inverse * inverse
      return (square / (1 + square), 1 / (1 + square))
    }
    let square = ratio * ratio
    return (1 / (1 + square), square / (1 + square))
  }
}
