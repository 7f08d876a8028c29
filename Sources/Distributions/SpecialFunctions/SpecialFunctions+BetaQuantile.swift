#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SpecialFunctions {
  /// x with I_x(a, b) = p, for a, b > 0; NaN for p outside 0 … 1.
  package static func betaQuantile(_ a: Double, _ b: Double, lower p: Double) -> Double {
    betaQuantilePair(a, b, lower: p, upper: 1 - p).x
  }

  /// x with 1 − I_x(a, b) = q, which keeps the digits of a small q.
  package static func betaQuantile(_ a: Double, _ b: Double, upper q: Double) -> Double {
    betaQuantilePair(a, b, lower: 1 - q, upper: q).x
  }

  /// x and 1 − x, each with its own digits, from p and 1 − p, of which the smaller is taken.
  static func betaQuantilePair(
    _ a: Double, _ b: Double, lower p: Double, upper q: Double
  ) -> (x: Double, y: Double) {
    guard a > 0, b > 0, a.isFinite, b.isFinite, p >= 0, q >= 0 else { return (.nan, .nan) }
    if p == 0 || q == 0 { return p == 0 ? (0, 1) : (1, 0) }
    let useLower = p <= q
    // The half of 0 … 1 in which the root lies.
    let half = useLower ? betaLower(a, b, 0.5) : betaUpper(a, b, 0.5)
    let isSmall = useLower ? half >= p : half <= q
    if !isSmall {
      let (y, x) = smallBetaQuantile(b, a, useLower ? p : q, isLower: !useLower)
      return (x, y)
    }
    return smallBetaQuantile(a, b, useLower ? p : q, isLower: useLower)
  }

  /// The root x ≤ ½ of I_x(a, b) = tail, or of 1 − I_x(a, b) = tail.
  private static func smallBetaQuantile(
    _ a: Double, _ b: Double, _ tail: Double, isLower: Bool
  ) -> (x: Double, y: Double) {
    let goal = log(tail)
    var start = 0.0
    if min(a, b) > 1 {
      // A normal number with the moments of the logit.
      let z = isLower ? normalQuantile(lower: tail) : normalQuantile(upper: tail)
      let logit = log(a / b) + z * (1 / a + 1 / b).squareRoot()
      start = 1 / (1 + exp(-logit))
    } else {
      let power = (log(isLower ? tail : 1 - tail) + log(a) + logBeta(a, b)) / a
      if power < -745 { return (0, 1) }
      start = exp(power)
    }
    start = max(.leastNonzeroMagnitude, min(start, 0.5))
    let x = logNewton(from: start, limit: 0.5.nextUp) { x in
      let y = 1 - x
      let value = isLower ? logBetaLower(a, b, x, y) : logBetaLower(b, a, y, x)
      let slope = exp(logBetaKernel(a, b, x, y) - log(y) - value)
      return (value - goal, isLower ? slope : -slope)
    }
    return (x, 1 - x)
  }
}
