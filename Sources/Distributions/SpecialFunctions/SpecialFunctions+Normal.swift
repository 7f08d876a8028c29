#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SpecialFunctions {
  /// Φ(z) = ∫ φ from −∞ to z, relative to its size down to the smallest float64.
  package static func normalCumulative(_ z: Double) -> Double {
    // t = −z / √2 to twice the digits: erfc magnifies an error of its argument 2 t² times.
    let t = -z * rootHalf
    guard t > 1, t < 30 else { return 0.5 * erfc(t) }
    let rest = fma(-z, rootHalf, -t) - z * rootHalfRest
    return 0.5 * (erfc(t) - rest * 1.128_379_167_095_512_6 * exp(-t * t))
  }

  /// log Φ(z), for any z down to where it is beyond float64.
  package static func logNormalCumulative(_ z: Double) -> Double {
    if z > 0 { return log1p(-normalCumulative(-z)) }
    if !(z < -14) { return log(normalCumulative(z)) }
    return -0.5 * z * z - log(-z) - halfLogTwoPi + log1p(tailSeries(z))
  }

  /// φ(z) / Φ(z), the derivative of log Φ.
  package static func normalRatio(_ z: Double) -> Double {
    if z < -14 { return -z / (1 + tailSeries(z)) }
    return exp(-0.5 * z * z - halfLogTwoPi) / normalCumulative(z)
  }

  /// Φ(z) |z| / φ(z) − 1 = −1 / z² + 3 / z⁴ − 15 / z⁶ … for z < −14.
  private static func tailSeries(_ z: Double) -> Double {
    let w = 1 / (z * z)
    var (sum, term, k) = (0.0, 1.0, 1.0)
    while k < 40 {
      term *= -k * w
      sum += term
      if abs(term) < 0x1p-56 { break }
      k += 2
    }
    return sum
  }

  /// z with Φ(z) = p; −∞ at 0, ∞ at 1, NaN outside 0 … 1.
  package static func normalQuantile(lower p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    if p > 0.75 { return -normalQuantile(lower: 1 - p) }
    if p >= 0.25 {
      // Halley's steps on ½ erf(z / √2) = p − ½, which keeps the digits near ½.
      let target = p - 0.5
      var z = target * 2.506_628_274_631_000_5
      for _ in 0..<6 {
        let error = (0.5 * erf(z * rootHalf) - target) * 2.506_628_274_631_000_5 * exp(0.5 * z * z)
        let step = error / (1 + 0.5 * z * error)
        z -= step
        if abs(step) <= 1e-10 * abs(z) { break }
      }
      return z
    }
    // Halley's steps on log Φ(z) = log p from the tail's leading terms.
    let goal = log(p)
    let t = (-2 * goal).squareRoot()
    var z = (halfLogTwoPi + log(t)) / t - t
    for _ in 0..<20 {
      let value = logNormalCumulative(z)
      let ratio = 1 / normalRatio(z)
      let error = value - goal
      let step = error * ratio / (1 + 0.5 * error * (z * ratio + 1))
      z -= step
      if abs(step) <= 1e-8 * abs(z) { break }
    }
    return z
  }

  /// z with 1 − Φ(z) = q.
  package static func normalQuantile(upper q: Double) -> Double { -normalQuantile(lower: q) }

  static let halfLogTwoPi = 0.918_938_533_204_672_7
  static let logTwo = 0.693_147_180_559_945_3
  static let logPi = 1.144_729_885_849_400_2
  private static let rootHalf = 0.707_106_781_186_547_6
  private static let rootHalfRest = -4.833_646_656_726_457e-17
}
