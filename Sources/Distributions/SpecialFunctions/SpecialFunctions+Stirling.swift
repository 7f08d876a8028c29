#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SpecialFunctions {
  /// log Γ(x + 1) − (x + ½) log x + x − ½ log 2π, the remainder of Stirling's formula, for x > 0 (Loader 2000).
  package static func stirlingCorrection(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? .infinity : .nan }
    if x < 0.5 { return logGammaOnePlus(x) - (x + 0.5) * log(x) + x - halfLogTwoPi }
    // Up to 10 by s(x) = s(x + 1) + (x + ½) log(1 + 1 / x) − 1, whose last two terms are Σ r²ᵏ / (2 k + 1) from k = 1 on
    // with r = 1 / (2 x + 1).
    var (x, sum) = (x, 0.0)
    while x < 10 {
      let square = 1 / ((2 * x + 1) * (2 * x + 1))
      var (power, k) = (square, 3.0)
      while power > 0x1p-60 {
        sum += power / k
        power *= square
        k += 2
      }
      x += 1
    }
    let inverse = 1 / (x * x)
    return sum + stirlingSeries.reversed().reduce(0) { $0 * inverse + $1 } / x
  }

  /// x log(x / m) + m − x of x ≥ 0 and a mean m = `mean` + `meanRest` ≥ 0, which does not cancel near m (Loader 2000); +∞
  /// where x > 0 = m.
  ///
  /// `meanRest` is what rounding took from the mean: for parameters of 1e10 it decides the fifth digit of a log-mass.
  package static func devianceTerm(_ x: Double, _ mean: Double, meanRest: Double = 0) -> Double {
    guard x > 0 else { return x == 0 ? mean : .nan }
    let excess = (mean - x) + meanRest
    let relative = excess / x
    if relative > -0.6, relative < 1 { return -x * logOnePlusMinus(relative) }
    // Not x / mean, which may overflow.
    return x * (log(x) - log(mean)) + excess
  }

  /// a · b as a rounded product and its rounding error.
  package static func exactProduct(_ a: Double, _ b: Double) -> (product: Double, rest: Double) {
    let product = a * b
    let rest = fma(a, b, -product)
    return (product, rest.isFinite ? rest : 0)
  }

  /// log B(a, b) = log Γ(a) + log Γ(b) − log Γ(a + b) for a, b > 0, within 1e-13 · max(1, |log B|).
  package static func logBeta(_ a: Double, _ b: Double) -> Double {
    let (a, b) = (min(a, b), max(a, b))
    guard a > 0 else { return a == 0 ? .infinity : .nan }
    if b < 10 { return a + b == b ? logGamma(a) : logGamma(a) + (logGamma(b) - logGamma(a + b)) }
    // log Γ(b) − log Γ(a + b) by Stirling's formula.
    let change = stirlingCorrection(b) - stirlingCorrection(a + b)
    if a < 10 {
      return logGamma(a) - a * log(a + b) + (a - (b - 0.5) * log1p(a / b)) + change
    }
    let ratio = a / b
    return (a - 0.5) * log(ratio / (1 + ratio)) - b * log1p(ratio) - 0.5 * log(b) + halfLogTwoPi
      + stirlingCorrection(a) + change
  }

  /// log (n over k) for 0 ≤ k ≤ n, −∞ for other k.
  package static func logBinomial(_ n: Double, _ k: Double) -> Double {
    guard k >= 0, k <= n else { return k.isNaN || n.isNaN ? .nan : -.infinity }
    let few = min(k, n - k)
    if few == 0 { return 0 }
    if few == 1 { return log(n) }
    return -log(n + 1) - logBeta(n - few + 1, few + 1)
  }

  // B₂ₖ / (2 k (2 k − 1)).
  static let stirlingSeries: [Double] = [
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360, 1.0 / 156, -3617.0 / 122_400,
    43867.0 / 244_188,
  ]
}
