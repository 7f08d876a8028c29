#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Log-masses of counts as sums of terms that do not cancel (Loader 2000): a deviance, which is 0 at the mean, the
/// remainders of Stirling's formula and half a logarithm. They keep their digits for counts of 1e9 and more.
enum CountMass {
  /// log(mˣ e⁻ᵐ / x!); −∞ unless x is a whole number of at least 0.
  static func poisson(_ x: Double, mean: Double) -> Double {
    if x.isNaN || mean.isNaN { return .nan }
    guard isCount(x) else { return -.infinity }
    if x == 0 { return -mean }
    return mean == 0 ? -.infinity : -SpecialFunctions.devianceTerm(x, mean) - logFactorialRest(x)
  }

  /// log (n over x) + x log p + (n − x) log(1 − p); −∞ unless x is a whole number of 0 … n.
  static func binomial(_ x: Double, trials n: Double, probability p: Double) -> Double {
    if x.isNaN || p.isNaN { return .nan }
    guard isCount(x), x <= n else { return -.infinity }
    if x == 0 { return n == 0 ? 0 : n * log1p(-p) }
    if x == n { return n * log(p) }
    if p == 0 || p == 1 { return -.infinity }
    let q = 1 - p
    return binomial(x, n, p, 0, q, (1 - q) - p)
  }

  /// The same with p = 1 / (1 + exp(−logit)).
  static func binomial(_ x: Double, trials n: Double, logit: Double) -> Double {
    if x.isNaN || logit.isNaN { return .nan }
    guard isCount(x), x <= n else { return -.infinity }
    if x == 0 { return n == 0 ? 0 : -n * softplus(logit) }
    if x == n { return -n * softplus(-logit) }
    // Of two equal problems that in which a success is the rarer outcome.
    let (x, logit) = logit > 0 ? (n - x, -logit) : (x, logit)
    if logit < -40 {
      let p = exp(logit)
      let rare = x * (log(x) - log(n) - logit) + (n * p - x)
      return stirling(n, x) - rare - SpecialFunctions.devianceTerm(n - x, n, meanRest: -n * p)
    }
    let (p, q) = probabilities(logit: logit, trials: n)
    return binomial(x, n, p.high, p.low, q.high, q.low)
  }

  /// p = 1 / (1 + exp(−logit)) ≤ ½ and 1 − p, beyond float64 where the number of trials asks for it.
  static func probabilities(logit: Double, trials n: Double) -> (p: DoubleDouble, q: DoubleDouble) {
    let odds = n > 1e6 && logit > -700 ? DoubleDouble.exp(logit) : DoubleDouble(exp(logit), 0)
    let q = DoubleDouble(1, 0) / (DoubleDouble(1, 0) + odds)
    return (odds * q, q)
  }

  /// I_p(a, b) of p = 1 / (1 + exp(−logit)): for many trials n = a + b − 1 with what rounding takes from p.
  static func betaLower(_ a: Double, _ b: Double, logit: Double) -> Double {
    if logit > 0 { return betaUpper(b, a, logit: -logit) }
    let (p, q) = probabilities(logit: logit, trials: a + b - 1)
    let value = SpecialFunctions.betaLower(a, b, p.high, q.high)
    return value + betaSlope(a, b, p, q)
  }

  /// 1 − I_p(a, b) of the same p.
  static func betaUpper(_ a: Double, _ b: Double, logit: Double) -> Double {
    if logit > 0 { return betaLower(b, a, logit: -logit) }
    let (p, q) = probabilities(logit: logit, trials: a + b - 1)
    return SpecialFunctions.betaLower(b, a, q.high, p.high) - betaSlope(a, b, p, q)
  }

  private static func betaSlope(_ a: Double, _ b: Double, _ p: DoubleDouble, _ q: DoubleDouble) -> Double {
    guard a + b > 1e6, p.high > 0 else { return 0 }
    return exp(SpecialFunctions.logBetaKernel(a, b, p.high, q.high)) / (p.high * q.high) * p.low
  }

  /// −(x log(x / (n p)) + n p − x) − log x! + (x log x − x): the part of one class in a multinomial log-mass. The parts of
  /// all classes and `logFactorialRest(n)` make the whole.
  static func multinomialPart(_ x: Double, trials n: Double, probability p: Double) -> Double {
    guard x > 0 else { return x == 0 ? -n * p : .nan }
    if p == 0 { return -.infinity }
    return -deviance(x, n, p, 0) - logFactorialRest(x)
  }

  /// The same with the logarithm of p, also where p itself is below float64.
  static func multinomialPart(_ x: Double, trials n: Double, logProbability: Double) -> Double {
    let p = exp(logProbability)
    if p > 1e-290 || x == 0 { return multinomialPart(x, trials: n, probability: p) }
    return x * (log(n) + logProbability - log(x)) + (x - n * p) - logFactorialRest(x)
  }

  /// log x! − (x log x − x), 0 at x = 0.
  static func logFactorialRest(_ x: Double) -> Double {
    x == 0 ? 0 : 0.5 * log(x) + SpecialFunctions.halfLogTwoPi + SpecialFunctions.stirlingCorrection(x)
  }

  /// log(1 + eˣ).
  static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  /// 1 / (1 + e⁻ˣ), which keeps its digits on both sides.
  static func sigmoid(_ x: Double) -> Double {
    let e = exp(-abs(x))
    return (x < 0 ? e : 1) / (1 + e)
  }

  static func isCount(_ x: Double) -> Bool { x >= 0 && x < .infinity && x == x.rounded() }

  private static func binomial(
    _ x: Double, _ n: Double, _ p: Double, _ pRest: Double, _ q: Double, _ qRest: Double
  ) -> Double {
    stirling(n, x) - deviance(x, n, p, pRest) - deviance(n - x, n, q, qRest)
  }

  /// What Stirling's formula leaves of log (n over x), for 0 < x < n.
  private static func stirling(_ n: Double, _ x: Double) -> Double {
    SpecialFunctions.stirlingCorrection(n) - SpecialFunctions.stirlingCorrection(x)
      - SpecialFunctions.stirlingCorrection(n - x) + 0.5 * (log(n / x) - log(n - x)) - SpecialFunctions.halfLogTwoPi
  }

  /// x log(x / m) + m − x with m = n (p + pRest) and all of its digits.
  private static func deviance(_ x: Double, _ n: Double, _ p: Double, _ pRest: Double) -> Double {
    if p < 1e-290 { return x * (log(x) - log(n) - log(p)) + (n * p - x) }
    let (mean, rest) = SpecialFunctions.exactProduct(n, p)
    return SpecialFunctions.devianceTerm(x, mean, meanRest: rest + n * pRest)
  }
}

/// A number of about 106 bits as the unevaluated sum of two (Dekker 1971).
struct DoubleDouble {
  let high, low: Double

  init(_ high: Double, _ low: Double) {
    let sum = high + low
    (self.high, self.low) = (sum, low - (sum - high))
  }

  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let sum = a.high + b.high
    let part = sum - a.high
    return DoubleDouble(sum, (a.high - (sum - part)) + (b.high - part) + a.low + b.low)
  }

  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = a.high * b.high
    return DoubleDouble(product, fma(a.high, b.high, -product) + (a.high * b.low + a.low * b.high))
  }

  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let quotient = a.high / b.high
    let rest = fma(-quotient, b.high, a.high) + a.low - quotient * b.low
    return DoubleDouble(quotient, rest / b.high)
  }

  /// eˣ for −700 < x < 700: Taylor's series after taking out the nearest power of 2.
  static func exp(_ x: Double) -> DoubleDouble {
    let power = (x * 1.442_695_040_888_963_4).rounded()
    let logTwo = DoubleDouble(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56)
    let r = DoubleDouble(x, 0) + DoubleDouble(-power, 0) * logTwo
    var sum = DoubleDouble(1, 0)
    for k in stride(from: 26.0, to: 0, by: -1) { sum = DoubleDouble(1, 0) + r * sum / DoubleDouble(k, 0) }
    let scale = Double(sign: .plus, exponent: Int(power), significand: 1)
    return DoubleDouble(sum.high * scale, sum.low * scale)
  }
}
