import CSurprisalKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The special functions of distribution functions, of single float64 numbers.
///
/// Relative errors are below 1e-13 unless a function says otherwise, and grow with |log f| · 2⁻⁵² in far tails. Arguments
/// outside a function's domain give NaN.
package enum SpecialFunctions {
  /// log(1 + x) − x, which does not cancel near 0.
  package static func logOnePlusMinus(_ x: Double) -> Double {
    guard x > -0.6, x < 1 else { return x == .infinity ? -.infinity : log1p(x) - x }
    // With r = x / (2 + x): log(1 + x) = 2 (r + r³/3 + r⁵/5 + …) and x = 2 r + x r.
    let r = x / (2 + x)
    let square = r * r
    var (sum, power, k) = (1.0 / 3, 1.0, 3.0)
    while true {
      power *= square
      k += 2
      let term = power / k
      sum += term
      if term < 0x1p-55 * sum { break }
    }
    return r * (2 * square * sum - x)
  }

  /// log Γ(1 + x) for |x| ≤ ½, relative to its size near 0.
  package static func logGammaOnePlus(_ x: Double) -> Double {
    guard abs(x) <= 0.5 else { return logGamma(1 + x) }
    // −log(1 + x) + (1 − γ) x + Σ (ζ(k) − 1) (−x)ᵏ / k.
    var (sum, power) = (0.0, x * x)
    for (index, zeta) in zetaMinusOne.enumerated() {
      let term = zeta * power / Double(index + 2)
      sum += term
      if abs(term) < 0x1p-56 * abs(x) { break }
      power *= -x
    }
    return x * 0.422_784_335_098_467_14 + (sum - log1p(x))
  }

  /// log |Γ(x)|.
  package static func logGamma(_ x: Double) -> Double { surprisal_lgamma(x) }

  /// log Γ(x + h) − log Γ(x) for x > 0 and h ≥ 0, relative to its size where h is small.
  package static func logGammaIncrement(_ x: Double, _ h: Double) -> Double {
    if h < 0.003 * x {
      if x > 1e3 {
        // Stirling's series: (x + h − ½) log(1 + h / x) + h (log x − 1) and the change of the correction.
        let correction = stirlingCorrection(x + h) - stirlingCorrection(x)
        return (x + h - 0.5) * log1p(h / x) + h * (log(x) - 1) + correction
      }
      var (sum, power) = (0.0, h)
      for order in 0..<7 {
        power = order == 0 ? h : power * h / Double(order + 1)
        sum += power * surprisal_polygamma(Int32(order), x)
      }
      return sum
    }
    if x < 0.5 { return logGamma(x + h) - logGamma(x) }
    if x + h > 20 { return logGamma(h) - logBeta(x, h) }
    return logGamma(x + h) - logGamma(x)
  }

  /// ψ(x).
  static func digamma(_ x: Double) -> Double { surprisal_digamma(x) }

  /// ψ′(x).
  static func trigamma(_ x: Double) -> Double { surprisal_polygamma(1, x) }

  /// b₀ + a₁ / (b₁ + a₂ / (b₂ + …)), by the method of Lentz (1976); `term(k)` gives aₖ and bₖ.
  static func continuedFraction(_ first: Double, term: (Double) -> (a: Double, b: Double)) -> Double {
    var (value, c, d, k) = (first, first, 0.0, 1.0)
    while k < 5e6 {
      let (a, b) = term(k)
      d = 1 / (b + a * d)
      c = b + a / c
      let change = c * d
      value *= change
      if abs(change - 1) < 0x1p-53 || !change.isFinite { break }
      k += 1
    }
    return value
  }

  // ζ(k) − 1 from k = 2 on.
  private static let zetaMinusOne = [
    0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
    0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853,
    0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-05,
    3.058823630702049e-05, 1.528225940865187e-05, 7.637197637899763e-06, 3.81729326499984e-06,
    1.908212716553939e-06, 9.539620338727962e-07, 4.769329867878064e-07, 2.38450502727733e-07,
    1.1921992596531106e-07, 5.960818905125948e-08, 2.980350351465228e-08, 1.4901554828365043e-08,
    7.45071178983543e-09, 3.725334024788457e-09, 1.862659723513049e-09, 9.313274324196682e-10,
    4.656629065033784e-10,
  ]
}
