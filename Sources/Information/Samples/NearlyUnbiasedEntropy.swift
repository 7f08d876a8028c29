import CSurprisalKernels

/// The entropy of counts by Chao, Wang and Jost (2013, equation 7), and what it is with one row less.
///
/// Σ (c/n)(ψ(n) − ψ(c)) has no bias but from levels of less than about 1/n; the second part estimates those from how
/// many levels were seen once and twice.
struct NearlyUnbiasedEntropy {
  /// The estimate in nats.
  let value: Double
  private let rowCount: Int
  private let sum: Double  // Σ c·ψ(c)
  private let tails: [Double]  // after a row of a level seen once, twice, three times, or more often is left out

  init(counts: [Int]) {
    var (rows, sum, once, twice) = (0, 0.0, 0, 0)
    for count in counts {
      rows += count
      sum += Double(count) * Self.digamma(count)
      once += count == 1 ? 1 : 0
      twice += count == 2 ? 1 : 0
    }
    rowCount = rows
    self.sum = sum
    value = rows > 1 ? Self.digamma(rows) - sum / Double(rows) + Self.unseen(once, twice, rows) : 0
    tails = [(once - 1, twice), (once + 1, twice - 1), (once, twice + 1), (once, twice)]
      .map { Self.unseen($0.0, $0.1, rows - 1) }
  }

  /// The estimate from the rows but one, of a level with `count` rows.
  func valueWithoutOne(ofCount count: Int) -> Double {
    if rowCount < 3 { return value }
    let less = count > 1 ? Double(count - 1) * Self.digamma(count - 1) : 0
    let rest = sum - Double(count) * Self.digamma(count) + less
    return Self.digamma(rowCount - 1) - rest / Double(rowCount - 1) + tails[min(count, 4) - 1]
  }

  /// (f₁/n)(1 − A)^(1−n) (−log A − Σ_{r<n} (1 − A)^r/r) = (f₁/n) Σ_{j≥0} (1 − A)^(j+1)/(n + j), with A = 2f₂/((n −
  /// 1)f₁ + 2f₂), the mean probability of the levels seen once.
  private static func unseen(_ once: Int, _ twice: Int, _ rows: Int) -> Double {
    guard once > 0, rows > 1 else { return 0 }
    let n = Double(rows)
    let mean =
      twice > 0
      ? 2 * Double(twice) / ((n - 1) * Double(once) + 2 * Double(twice))
      : 2 / ((n - 1) * Double(once - 1) + 2)
    if mean >= 1 { return 0 }
    let decay = -surprisal_log1p(-mean)
    let share = Double(once) / n
    var (sum, power, next) = (0.0, 1 - mean, n)
    while power > 1e-17, decay > 0.05 || next < 64 {
      sum += power / next
      power *= 1 - mean
      next += 1
    }
    if power <= 1e-17 { return share * sum }
    // The rest by Euler and Maclaurin: ∫₀^∞ g + g(0)/2 − g′(0)/12 + g‴(0)/720 with g(t) = power·e^(−decay·t)/(next + t).
    let (first, k) = (power / next, 1 / next)
    let third = decay * decay * decay + 3 * decay * decay * k + 6 * decay * k * k + 6 * k * k * k
    let correction = first / 2 + first * (decay + k) / 12 - first * third / 720
    return share * (sum + power * scaledExponentialIntegral(decay * next) + correction)
  }

  /// e^x·E₁(x), x > 0.
  private static func scaledExponentialIntegral(_ x: Double) -> Double {
    if x < 1 {
      var (sum, term, k) = (-0.5772156649015329 - surprisal_log(x), 1.0, 1.0)
      while k < 30 {
        term *= -x / k
        sum -= term / k
        k += 1
      }
      return surprisal_exp(x) * sum
    }
    // The continued fraction 1/(x + 1 − 1/(x + 3 − 4/(x + 5 − …))), from far enough inside.
    var (fraction, k) = (0.0, 60.0)
    while k >= 1 {
      fraction = k * k / (x + 2 * k + 1 - fraction)
      k -= 1
    }
    return 1 / (x + 1 - fraction)
  }

  /// ψ of a positive integer: the logarithmic derivative of the gamma function.
  static func digamma(_ integer: Int) -> Double {
    if integer < smallDigammas.count { return smallDigammas[integer] }
    let x = Double(integer)
    let square = 1 / (x * x)
    return surprisal_log(x) - 0.5 / x - square * (1.0 / 12 - square * (1.0 / 120 - square / 252))
  }

  private static let smallDigammas: [Double] = {
    var values = [-Double.infinity, -0.5772156649015329]
    while values.count < 64 { values.append(values[values.count - 1] + 1 / Double(values.count - 1)) }
    return values
  }()
}
