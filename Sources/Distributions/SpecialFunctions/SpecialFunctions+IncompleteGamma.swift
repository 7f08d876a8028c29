#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SpecialFunctions {
  /// P(a, x) = ∫ tᵃ⁻¹ e⁻ᵗ dt / Γ(a) from 0 to x, for a > 0 and x ≥ 0; 0 below 0.
  package static func gammaLower(_ a: Double, _ x: Double) -> Double {
    if let edge = gammaEdge(a, x) { return edge }
    let (value, isLower) = gammaSmallerSide(a, x)
    return isLower ? value : 1 - value
  }

  /// Q(a, x) = 1 − P(a, x), which keeps its digits where it is small.
  package static func gammaUpper(_ a: Double, _ x: Double) -> Double {
    if let edge = gammaEdge(a, x) { return 1 - edge }
    let (value, isLower) = gammaSmallerSide(a, x)
    guard isLower else { return value }
    return a < 0.5 && x < 1.5 ? gammaUpperOfSmallShape(a, x) : 1 - value
  }

  /// log P(a, x), also where P is beyond float64.
  package static func logGammaLower(_ a: Double, _ x: Double) -> Double {
    if let edge = gammaEdge(a, x) { return log(edge) }
    if x > a { return log1p(-gammaUpper(a, x)) }
    let value = gammaLower(a, x)
    return value > 1e-290 ? log(value) : logGammaKernel(a, x) + log(gammaSeries(a, x))
  }

  /// log Q(a, x), also where Q is beyond float64.
  package static func logGammaUpper(_ a: Double, _ x: Double) -> Double {
    if let edge = gammaEdge(a, x) { return log(1 - edge) }
    if x <= a { return log1p(-gammaLower(a, x)) }
    let value = gammaUpper(a, x)
    // Near 0 the fraction converges slowly, and the series for small shapes needs no help.
    return value > 1e-290 || x < 1.5 && a < 0.5 ? log(value) : logGammaKernel(a, x) + log(a / gammaFraction(a, x))
  }

  /// log (xᵃ e⁻ˣ / Γ(a + 1)) for a, x > 0.
  package static func logGammaKernel(_ a: Double, _ x: Double) -> Double {
    if a < 10 { return a * log(x) - x - (a < 0.5 ? logGammaOnePlus(a) : logGamma(a + 1)) }
    return -devianceTerm(a, x) - stirlingCorrection(a) - 0.5 * log(a) - halfLogTwoPi
  }

  /// P where nothing is to be computed.
  private static func gammaEdge(_ a: Double, _ x: Double) -> Double? {
    guard a >= 0, !x.isNaN else { return .nan }
    if x <= 0 { return 0 }
    return a == 0 || x == .infinity ? 1 : a == .infinity ? 0 : nil
  }

  /// P below the mean and Q above it.
  private static func gammaSmallerSide(_ a: Double, _ x: Double) -> (value: Double, isLower: Bool) {
    if gammaIsUniform(a, x) { return gammaUniform(a, x) }
    if x <= a + 1 || x < 1.5 {
      return (exp(logGammaKernel(a, x)) * gammaSeries(a, x), true)
    }
    return (exp(logGammaKernel(a, x)) * a / gammaFraction(a, x), false)
  }

  /// P / (xᵃ e⁻ˣ / Γ(a + 1)) = Σ xⁿ / ((a + 1) … (a + n)).
  private static func gammaSeries(_ a: Double, _ x: Double) -> Double {
    var (sum, term, n) = (1.0, 1.0, 1.0)
    while term > 0x1p-54 * sum && n < 1e7 {
      term *= x / (a + n)
      sum += term
      n += 1
    }
    return sum
  }

  /// (xᵃ e⁻ˣ / Γ(a)) / Q = x + 1 − a − 1 (1 − a) / (x + 3 − a − 2 (2 − a) / …).
  private static func gammaFraction(_ a: Double, _ x: Double) -> Double {
    continuedFraction(x + 1 - a) { k in (k * (a - k), x + 1 - a + 2 * k) }
  }

  /// Q for a < ½ and small x, where P is near 1: (1 − xᵃ / Γ(a + 1)) − xᵃ / Γ(a) Σ (−x)ⁿ / (n! (a + n)).
  private static func gammaUpperOfSmallShape(_ a: Double, _ x: Double) -> Double {
    let exponent = a * log(x) - logGammaOnePlus(a)
    var (sum, term, n) = (0.0, 1.0, 1.0)
    while n < 60 {
      term *= -x / n
      sum += term / (a + n)
      if abs(term) < 0x1p-56 { break }
      n += 1
    }
    return -expm1(exponent) - exp(exponent) * a * sum
  }
}
