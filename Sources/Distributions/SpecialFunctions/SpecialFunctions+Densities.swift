#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// Log-densities within 1e-13 · max(1, |log p|) for parameters up to 1e10: Loader's deviances where the logarithms of Γ
// would cancel.
extension SpecialFunctions {
  /// a log λ − λ − log Γ(a) for a, λ > 0, with λ = `x` + `rest`: the log-density of log X for a gamma number X of rate 1.
  static func gammaLogKernel(_ a: Double, _ x: Double, rest: Double = 0) -> Double {
    if a < 10 { return a * log(x) - x - logGamma(a) }
    return 0.5 * log(a) - devianceTerm(a, x, meanRest: rest) - stirlingCorrection(a) - halfLogTwoPi
  }

  /// The gamma distribution's log (rᵃ xᵃ⁻¹ e^(−r x) / Γ(a)), −∞ outside x ≥ 0; at x = 0 it is ∞ for a < 1 and log r for
  /// a = 1.
  package static func gammaLogDensity(_ a: Double, _ rate: Double, _ x: Double) -> Double {
    guard a > 0, rate > 0, !x.isNaN else { return .nan }
    if x < 0 || x == .infinity { return -.infinity }
    if x == 0 { return a < 1 ? .infinity : a == 1 ? log(rate) : -.infinity }
    let (product, rest) = exactProduct(rate, x)
    if a < 10 {
      let logProduct = product > 1e-290 && product < .infinity ? log(product) : log(rate) + log(x)
      return (a - 1) * logProduct - product - logGamma(a) + log(rate)
    }
    if product == 0 { return a * (log(rate) + log(x)) - log(x) - logGamma(a) }
    return gammaLogKernel(a, product, rest: rest) - log(x)
  }

  /// The inverse gamma distribution's log (sᵃ x^(−a−1) e^(−s / x) / Γ(a)), −∞ outside 0 < x < ∞.
  package static func inverseGammaLogDensity(_ a: Double, _ scale: Double, _ x: Double) -> Double {
    guard a > 0, scale > 0, !x.isNaN else { return .nan }
    if x <= 0 || x == .infinity { return -.infinity }
    let ratio = scale / x
    if ratio == .infinity { return -.infinity }
    if ratio < 1e-290 { return a * (log(scale) - log(x)) - log(x) - logGamma(a) }
    let rest = fma(-ratio, x, scale) / x
    return gammaLogKernel(a, ratio, rest: rest.isFinite ? rest : 0) - log(x)
  }

  /// The part of the Dirichlet distribution's log-density that belongs to x = xₖ with the concentration a of the sum n:
  /// (a − 1) log x + a log n − a − log Γ(a); see `dirichletWhole`.
  static func dirichletPart(_ a: Double, _ n: Double, _ x: Double) -> Double {
    if x.isNaN { return .nan }
    if x <= 0 && a != 1 { return a < 1 ? .infinity : -.infinity }
    if a < 10 { return (a == 1 ? 0 : (a - 1) * log(x)) + a * log(n) - a - logGamma(a) }
    let (product, rest) = exactProduct(n, x)
    let excess = ((product - a) + rest) / a
    // a log(n x / a), whose larger part Σ (n x − a) is nearly 0.
    let main = abs(excess) < 0.5 ? a * excess + a * logOnePlusMinus(excess) : a * (log(n / a) + log(x))
    return main + 0.5 * log(a) - halfLogTwoPi - stirlingCorrection(a) - log(x)
  }

  /// The part of all x: log Γ(n) − n log n + n.
  static func dirichletWhole(_ n: Double) -> Double {
    if n < 10 { return logGamma(n) - n * log(n) + n }
    return stirlingCorrection(n) + halfLogTwoPi - 0.5 * log(n)
  }

  /// ψ(x) − log x for x > 0, relative to its size.
  package static func digammaRest(_ x: Double) -> Double {
    guard x > 15 else { return digamma(x) - log(x) }
    let inverse = 1 / (x * x)
    let series = 1.0 / 120 - inverse * (1.0 / 252 - inverse * (1.0 / 240 - inverse / 132))
    return -0.5 / x - inverse * (1.0 / 12 - inverse * series)
  }

  /// ψ(x) − ψ(x + h) for x > 0 and h ≥ 0.
  static func digammaStep(_ x: Double, _ h: Double) -> Double {
    guard x > 15 else { return digamma(x) - digamma(x + h) }
    return digammaRest(x) - digammaRest(x + h) - log1p(h / x)
  }

  /// The entropy a + log Γ(a) + (1 − a) ψ(a) of a gamma number of rate 1, without the cancellation at large a.
  package static func gammaEntropy(_ a: Double) -> Double {
    guard a > 0 else { return .nan }
    if a < 10 { return a + logGamma(a) + (1 - a) * digamma(a) }
    return 0.5 * log(a) + halfLogTwoPi + stirlingCorrection(a) + (1 - a) * digammaRest(a)
  }

  /// The entropy of Student's t of location 0 and scale 1:
  /// ½ (ν + 1) (ψ(½ (ν + 1)) − ψ(½ ν)) + ½ log ν + log B(½ ν, ½).
  package static func studentEntropy(_ freedom: Double) -> Double {
    guard freedom > 0 else { return .nan }
    let step = -digammaStep(0.5 * freedom, 0.5)
    return 0.5 * (freedom + 1) * step + 0.5 * log(freedom) + logBeta(0.5 * freedom, 0.5)
  }

  /// KL between gamma distributions of equal mean, of the concentrations a and b:
  /// G(b) − G(a) − (b − a) G′(a) with the convex G(a) = log Γ(a) − a log a + a, as a sum of terms of at least 0.
  package static func gammaShapeDivergence(_ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0 else { return .nan }
    if a == b { return 0 }
    // Below 10: log Γ(a) = log Γ(a + 1) − log a step by step, and a log a − a is taken off and put back.
    var (p, q, sum) = (a, b, 0.0)
    while min(p, q) < 10 {
      sum -= logOnePlusMinus((q - p) / p)
      p += 1
      q += 1
    }
    if p > a { sum += devianceTerm(q, p) - devianceTerm(b, a) }
    // G(a) = −½ log a + ½ log 2π + s(a) with Stirling's correction s(a) = Σ cₖ a^(1 − 2 k).
    let u = (q - p) / p
    let change = logOnePlusMinus(u)
    sum -= 0.5 * change
    let logRatio = log1p(u)
    var power = 1 / p
    for (index, coefficient) in stirlingSeries.prefix(6).enumerated() {
      // (1 + u)⁻ᵐ − 1 + m u.
      let m = Double(2 * index + 1)
      sum += coefficient * power * (exponentialRemainder(-m * logRatio) - m * change)
      power /= p * p
    }
    return max(0, sum)
  }

  /// eˣ − 1 − x, which does not cancel near 0.
  static func exponentialRemainder(_ x: Double) -> Double {
    if abs(x) >= 1 { return expm1(x) - x }
    // x² (1/2! + x (1/3! + x (1/4! + …))), whose terms from 1/20! on are below the last digit.
    var sum = 1.0
    for order in stride(from: 20.0, through: 3, by: -1) { sum = 1 + sum * x / order }
    return sum * x * x * 0.5
  }
}
