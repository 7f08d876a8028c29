#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SpecialFunctions {
  /// ∂P(a, x) / ∂a, to a relative 1e-9: the series, the fraction or the expansion of P, term by term.
  package static func gammaLowerByShape(_ a: Double, _ x: Double) -> Double {
    guard a > 0, a.isFinite, !x.isNaN else { return .nan }
    if x <= 0 || x == .infinity { return 0 }
    // x p(x) with the density p of x.
    return -exp(gammaLogKernel(a, x)) * gammaLogPathwise(a, logX: log(x))
  }

  /// d log x / da = −(∂P / ∂a) / (x p(x)) at fixed P(a, x), the pathwise derivative of a gamma number's logarithm
  /// (Figurnov, Mohamed and Mnih 2018); the logarithm is given because x itself is below float64 for small a.
  package static func gammaLogPathwise(_ a: Double, logX: Double) -> Double {
    guard a > 0, a.isFinite, logX < .infinity else { return .nan }
    let x = exp(logX)
    if gammaIsUniform(a, x) {
      // x p(x) = √a φ(η √a) / s with log s = Stirling's correction.
      let u = GammaUniform(a, x)
      let erfcPart = u.eta == 0 ? 1 + u.mu : u.mu / u.eta - 0.5 * u.eta
      let rest = u.sum * (log1p(u.mu) - 0.5 / a) + u.byEta * u.etaByShape + u.byShape
      return (erfcPart + rest) / a * exp(stirlingCorrection(a))
    }
    if x <= a + 1 || x < 1.5 {
      // P = K Σ tₙ with ∂ log K / ∂a = log x − ψ(a + 1), tₙ = xⁿ / ((a + 1) … (a + n)), and x p = a K.
      var (sum, slope, term, harmonic, n) = (1.0, 0.0, 1.0, 0.0, 1.0)
      while term > 0x1p-56 * sum && n < 1e7 {
        term *= x / (a + n)
        harmonic += 1 / (a + n)
        sum += term
        slope += term * harmonic
        n += 1
      }
      return (slope - sum * (logX - digamma(a + 1))) / a
    }
    // Q = x p / f with the fraction f, hence ∂Q / ∂a / (x p) = (log x − ψ(a) − f′ / f) / f.
    let one = Dual(1)
    let shape = Dual(a, 1)
    let f = continuedFraction(Dual(x + 1) - shape) { k in
      (Dual(k) * (shape - Dual(k)), Dual(x + 1 + 2 * k) - shape)
    }
    return (one / f).value * (logX - digamma(a) - f.slope / f.value)
  }

  /// `continuedFraction` with derivatives.
  static func continuedFraction(_ first: Dual, term: (Double) -> (a: Dual, b: Dual)) -> Dual {
    var (value, c, d, k) = (first, first, Dual(0), 1.0)
    while k < 5e6 {
      let (a, b) = term(k)
      d = Dual(1) / (b + a * d)
      c = b + a / c
      let change = c * d
      value = value * change
      if abs(change.value - 1) < 0x1p-52 && abs(change.slope * value.value) <= 1e-13 * abs(value.slope) { break }
      if !change.value.isFinite { break }
      k += 1
    }
    return value
  }
}

/// A number with its derivative.
struct Dual {
  var value: Double
  var slope: Double

  init(_ value: Double, _ slope: Double = 0) { (self.value, self.slope) = (value, slope) }

  static func + (p: Dual, q: Dual) -> Dual { Dual(p.value + q.value, p.slope + q.slope) }
  static func - (p: Dual, q: Dual) -> Dual { Dual(p.value - q.value, p.slope - q.slope) }
  static func * (p: Dual, q: Dual) -> Dual { Dual(p.value * q.value, p.slope * q.value + p.value * q.slope) }
  static func / (p: Dual, q: Dual) -> Dual {
    let value = p.value / q.value
    return Dual(value, (p.slope - value * q.slope) / q.value)
  }
}
