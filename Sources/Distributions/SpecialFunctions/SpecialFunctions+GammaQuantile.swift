#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SpecialFunctions {
  /// x with P(a, x) = p, for a > 0; 0 at 0, ∞ at 1, NaN outside 0 … 1.
  package static func gammaQuantile(_ a: Double, lower p: Double) -> Double {
    gammaQuantile(a, p, 1 - p, isLower: true)
  }

  /// x with Q(a, x) = q, which keeps the digits of a small q.
  package static func gammaQuantile(_ a: Double, upper q: Double) -> Double {
    gammaQuantile(a, 1 - q, q, isLower: false)
  }

  private static func gammaQuantile(_ a: Double, _ p: Double, _ q: Double, isLower: Bool) -> Double {
    let given = isLower ? p : q
    guard a > 0, a.isFinite, given >= 0, given <= 1 else { return .nan }
    if given == 0 || given == 1 { return (given == 0) == isLower ? 0 : .infinity }
    // Where the given tail is the larger one, the other has all digits that matter.
    let useLower = p <= q
    let goal = log(useLower ? p : q)
    // Wilson and Hilferty (1931), or the leading term of P where it is far from normal.
    let z = useLower ? normalQuantile(lower: p) : normalQuantile(upper: q)
    let cube = 1 - 1 / (9 * a) + z / (3 * a.squareRoot())
    let leading = ((log(p) + logGamma(a + 1)) / a)
    var x = a > 0.5 && cube > 0.3 ? a * cube * cube * cube : exp(min(leading, log(a + 5)))
    if !useLower && !(a > 0.5 && cube > 0.3) { x = max(x, min(-goal, 700) * (a < 1 ? 0.5 : 1)) }
    guard x > 0 else { return leading < -745 ? 0 : .leastNonzeroMagnitude }
    return logNewton(from: x, limit: .infinity) { x in
      let value = useLower ? logGammaLower(a, x) : logGammaUpper(a, x)
      // d log P / d log x or d log Q / d log x.
      let slope = exp(gammaLogKernel(a, x) - value)
      return (value - goal, useLower ? slope : -slope)
    }
  }

  /// The root of a monotone function of log x by Newton's steps within a bracket that they tighten.
  ///
  /// `function` gives the error and its derivative by log x at x.
  static func logNewton(
    from start: Double, limit: Double, _ function: (Double) -> (error: Double, slope: Double)
  ) -> Double {
    var (x, low, high) = (start, 0.0, limit)
    for _ in 0..<200 {
      let (error, slope) = function(x)
      if error == 0 { return x }
      if (error > 0) == (slope > 0) { high = x } else { low = x }
      let step = -error / slope
      var next = abs(step) < 0.5 ? x + x * expm1(step) : x * exp(max(-700, min(700, step)))
      if abs(next - x) <= 0x1p-51 * x { return next }
      if !(next > low && next < high) {
        // The bracket's middle by magnitude.
        let bottom = low > 0 ? low : max(x * 1e-8, .leastNonzeroMagnitude)
        let top = high < .infinity ? high : max(x, 1e-300) * 1e8
        next = bottom.squareRoot() * top.squareRoot()
        if !(next > low && next < high) || next == x { return x }
      }
      x = next
      // Newton's steps double the digits.
      if abs(step) < 1e-9 { return x }
    }
    return x
  }
}
