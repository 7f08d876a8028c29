#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SpecialFunctions {
  /// I_x(a, b) = ∫ tᵃ⁻¹ (1 − t)ᵇ⁻¹ dt / B(a, b) from 0 to x, for a, b > 0; 0 below 0 and 1 above 1.
  ///
  /// The fraction needs about √max(a, b) terms.
  package static func betaLower(_ a: Double, _ b: Double, _ x: Double) -> Double { betaLower(a, b, x, 1 - x) }

  /// 1 − I_x(a, b), which keeps its digits where it is small.
  package static func betaUpper(_ a: Double, _ b: Double, _ x: Double) -> Double { betaLower(b, a, 1 - x, x) }

  /// I_x(a, b) of x and y = 1 − x, of which the smaller may have more digits than the difference from 1.
  package static func betaLower(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    guard a >= 0, b >= 0, a + b > 0, !x.isNaN, !y.isNaN else { return .nan }
    if x <= 0 { return 0 }
    if y <= 0 { return 1 }
    if a == 0 || b == 0 { return a == 0 ? 1 : 0 }
    if x <= betaTurn(a, b) { return exp(logBetaKernel(a, b, x, y)) / betaFraction(a, b, x, y) }
    let other = exp(logBetaKernel(b, a, y, x)) / betaFraction(b, a, y, x)
    return b < 0.1 && other > 0.5 ? betaUpperOfSmallFirst(b, a, y) : 1 - other
  }

  /// log I_x(a, b) of x and y = 1 − x in 0 … 1, also where I is beyond float64.
  static func logBetaLower(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    if x <= 0 || y <= 0 { return x <= 0 ? -.infinity : 0 }
    if x > betaTurn(a, b) { return log1p(-betaLower(b, a, y, x)) }
    return logBetaKernel(a, b, x, y) - log(betaFraction(a, b, x, y))
  }

  /// Up to here the fraction of I_x(a, b) converges fast, and beyond it that of I_y(b, a).
  static func betaTurn(_ a: Double, _ b: Double) -> Double { (a + 1) / (a + b + 2) }

  /// log (xᵃ yᵇ / B(a, b)) for a, b, x, y > 0 and y = 1 − x.
  package static func logBetaKernel(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let (logX, logY) = (x < 0.5 ? log(x) : log1p(-y), y < 0.5 ? log(y) : log1p(-x))
    if min(a, b) < 10 { return a * logX + b * logY - logBeta(a, b) }
    let n = a + b
    let excess = betaExcess(a, b, x, y)
    let (first, second) = (excess / a, -excess / b)
    let corrections = stirlingCorrection(n) - stirlingCorrection(a) - stirlingCorrection(b)
    let spread = max(abs(first), abs(second))
    let exponent =
      spread < 0.5
      ? a * logOnePlusMinus(first) + b * logOnePlusMinus(second)
      : a * (abs(first) < 0.5 ? log1p(first) : logX + log(n / a))
        + b * (abs(second) < 0.5 ? log1p(second) : logY + log(n / b))
    return exponent + corrections + 0.5 * (log(a) + log(b / n)) - halfLogTwoPi
  }

  /// log (xᵃ⁻¹ (1 − x)ᵇ⁻¹ / B(a, b)), −∞ outside 0 ≤ x ≤ 1.
  package static func betaLogDensity(_ a: Double, _ b: Double, _ x: Double) -> Double {
    guard a > 0, b > 0, !x.isNaN else { return .nan }
    if x < 0 || x > 1 { return -.infinity }
    if x == 0 { return a < 1 ? .infinity : a == 1 ? log(b) : -.infinity }
    if x == 1 { return b < 1 ? .infinity : b == 1 ? log(a) : -.infinity }
    let y = 1 - x
    if min(a, b) < 10 {
      let (logX, logY) = (x < 0.5 ? log(x) : log1p(-y), log1p(-x))
      return (a - 1) * logX + (b - 1) * logY - logBeta(a, b)
    }
    return logBetaKernel(a, b, x, y) - log(x) - log1p(-x)
  }

  /// (a + b) x − a = b − (a + b) y with the digits of a x + b x that rounding takes.
  static func betaExcess(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    if x > y { return -betaExcess(b, a, y, x) }
    let (first, firstRest) = exactProduct(a, x)
    let (second, secondRest) = exactProduct(b, x)
    let sum = first + second
    let larger = max(first, second)
    let rest = min(first, second) - (sum - larger)
    return (sum - a) + (rest + firstRest + secondRest)
  }

  /// (xᵃ yᵇ / B(a, b)) / I_x(a, b) as a continued fraction (DiDonato and Morris 1992, equation 9).
  private static func betaFraction(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let lambda = -betaExcess(a, b, x, y)
    return continuedFraction(a / (a + 1) * (lambda + 1)) { n in
      let odd = a + 2 * n - 1
      let ratio = n * (b - n) * x / odd
      let head = n == 1 ? (a + b) / (a + 1) * a : (a + n - 1) * (a + b + n - 1) / odd
      return (head * ratio * x, n + ratio + (a + n) / (a + 2 * n + 1) * (lambda + 1 + n * (1 + y)))
    }
  }

  /// 1 − I_x(a, b) for small a, where I is near 1:
  /// (1 − xᵃ / (a B)) − xᵃ / B Σ (1 − b) … (n − b) xⁿ / (n! (a + n)), for b x of at most about 1.
  private static func betaUpperOfSmallFirst(_ a: Double, _ b: Double, _ x: Double) -> Double {
    // log (a B(a, b)) = log Γ(a + 1) − (log Γ(a + b) − log Γ(b)).
    let exponent = a * log(x) - logGammaOnePlus(a) + logGammaIncrement(b, a)
    var (sum, term, n) = (0.0, 1.0, 1.0)
    while n < 1e5 {
      term *= (n - b) / n * x
      sum += term / (a + n)
      if abs(term) < 0x1p-56 { break }
      n += 1
    }
    return -expm1(exponent) - exp(exponent) * a * sum
  }
}
