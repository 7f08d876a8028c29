import CSurprisalKernels

/// The upper tail of χ².
enum ChiSquare {
  /// The probability that χ² with `degrees` of freedom exceeds `x`: Q(degrees/2, x/2), the incomplete gamma function,
  /// by its series below its mean and Lentz's continued fraction above (relative error about 1e-13·(1 + x)).
  static func upperTail(_ x: Double, degrees: Double) -> Double {
    if !(x > 0) || degrees <= 0 { return x.isNaN ? .nan : 1 }
    if x == .infinity { return 0 }
    let (a, t) = (degrees / 2, x / 2)
    let front = surprisal_exp(a * surprisal_log(t) - t - surprisal_lgamma(a))
    if t < a + 1 {
      var (term, sum, k) = (1 / a, 1 / a, a)
      while term > sum * 1e-17 {
        k += 1
        term *= t / k
        sum += term
      }
      return max(0, 1 - front * sum)
    }
    var (b, c, d) = (t + 1 - a, 1e300, 1 / (t + 1 - a))
    var fraction = d
    for i in 1..<100_000 {
      let numerator = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / (numerator * d + b)
      c = b + numerator / c
      let step = c * d
      fraction *= step
      if abs(step - 1) < 1e-16 { break }
    }
    return min(1, front * fraction)
  }
}
