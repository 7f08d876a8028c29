#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SpecialFunctions {
  /// ∂I_x(a, b) / ∂a, to a relative 1e-9.
  package static func betaLowerByFirst(_ a: Double, _ b: Double, _ x: Double) -> Double {
    betaBy(a, b, x, 1 - x, first: true)
  }

  /// ∂I_x(a, b) / ∂b, to a relative 1e-9.
  package static func betaLowerBySecond(_ a: Double, _ b: Double, _ x: Double) -> Double {
    betaBy(a, b, x, 1 - x, first: false)
  }

  static func betaBy(_ a: Double, _ b: Double, _ x: Double, _ y: Double, first: Bool) -> Double {
    guard a > 0, b > 0, a.isFinite, b.isFinite, !x.isNaN, !y.isNaN else { return .nan }
    if x <= 0 || y <= 0 { return 0 }
    return -exp(logBetaKernel(a, b, x, y)) * betaLogitPathwise(a, b, x, y, first: first)
  }

  /// d log(x / y) / da, or by b, at fixed I_x(a, b): the pathwise derivative of a beta number's logit,
  /// −(∂I / ∂a) / (x y p(x)).
  package static func betaLogitPathwise(_ a: Double, _ b: Double, _ x: Double, _ y: Double, first: Bool) -> Double {
    let (logX, logY) = (x < 0.5 ? log(x) : log1p(-y), y < 0.5 ? log(y) : log1p(-x))
    return betaLogitPathwise(a, b, (x, logX), (y, logY), first: first)
  }

  /// The same by the logit, of which x or y may be below float64.
  package static func betaLogitPathwise(_ a: Double, _ b: Double, logit: Double, first: Bool) -> Double {
    let logX = logit < 0 ? logit - log1p(exp(logit)) : -log1p(exp(-logit))
    let logY = logit < 0 ? -log1p(exp(logit)) : -logit - log1p(exp(-logit))
    return betaLogitPathwise(a, b, (exp(logX), logX), (exp(logY), logY), first: first)
  }

  private typealias Logged = (value: Double, log: Double)

  private static func betaLogitPathwise(_ a: Double, _ b: Double, _ x: Logged, _ y: Logged, first: Bool) -> Double {
    guard a > 0, b > 0, a.isFinite, b.isFinite, x.value >= 0, y.value >= 0 else { return .nan }
    if x.value > betaTurn(a, b) { return -lowerLogitPathwise(b, a, y, x, first: !first) }
    return lowerLogitPathwise(a, b, x, y, first: first)
  }

  /// With I = K / f, K = xᵃ yᵇ / B(a, b) = x y p and the fraction f: −(∂ log K − f′ / f) / f.
  private static func lowerLogitPathwise(
    _ a: Double, _ b: Double, _ x: Logged, _ y: Logged, first: Bool
  ) -> Double {
    // f / a and ∂ log(K / a): the terms 1 / a of both do not meet.
    let kernel: Double
    if first {
      kernel = x.log - (b >= 1 ? digammaStep(a + 1, b - 1) : digamma(a + 1) - digamma(a + b))
    } else {
      kernel = y.log - digammaStep(b, a)
    }
    let f = scaledBetaFraction(Dual(a, first ? 1 : 0), Dual(b, first ? 0 : 1), x.value, y.value)
    return -(kernel - f.slope / f.value) / (a * f.value)
  }

  /// The fraction of `betaLower` over a, with a derivative.
  private static func scaledBetaFraction(_ a: Dual, _ b: Dual, _ x: Double, _ y: Double) -> Dual {
    let lambda = Dual(-betaExcess(a.value, b.value, x, y), a.slope * y - b.slope * x)
    let one = Dual(1)
    let sum = a + b
    return continuedFraction((lambda + one) / (a + one)) { n in
      let order = Dual(n)
      let odd = a + Dual(2 * n - 1)
      let ratio = order * (b - order) * Dual(x) / odd
      // The first numerator has lost a factor a, as the whole fraction has.
      let head = n == 1 ? sum / (a + one) : (a + order - one) * (sum + order - one) / odd
      let denominator = order + ratio + (a + order) / (a + Dual(2 * n + 1)) * (lambda + Dual(1 + n * (1 + y)))
      return (head * ratio * Dual(x), denominator)
    }
  }
}
