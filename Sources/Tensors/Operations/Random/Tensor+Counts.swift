import CSurprisalKernels
import SurprisalCore

extension Tensor {
  /// Counts drawn from the Poisson distributions with the given rates.
  ///
  /// Below a rate of 10 by inversion with 52 random bits, above by transformed rejection with squeeze (Hörmann 1993, PTRS)
  /// against the mass as Loader (2000) computes it. A rate that is negative, infinite or NaN gives NaN.
  ///
  /// - Returns: one draw for each element, in the shape and type of `rates`; on no tape.
  public static func poisson(rates: Tensor, using generator: inout RandomGenerator) -> Tensor {
    precondition(rates.dtype.isFloatingPoint, "poisson: rates are \(rates.dtype), not of a floating-point type")
    let wide = Kernels.contiguous(rates.withoutDerivative().converted(to: .float64))
    defer { withExtendedLifetime(wide) {} }
    nonisolated(unsafe) let values = wide.pointer.assumingMemoryBound(to: Double.self)
    let drawn = Kernels.random(Double.self, shape: wide.shape, dtype: .float64, wordsPerElement: 2, using: &generator) {
      elements, out, words, source in
      for index in 0..<elements.count {
        let element = elements.lowerBound + index
        let rate = values[element]
        if rate < 10 {
          out[index] = rate >= 0 ? invertedPoisson(rate, openUnitNumber(wideWord(words, index))) : .nan
        } else {
          out[index] = rate < .infinity ? rejectedPoisson(rate, element, source) : .nan
        }
      }
    }
    return drawn.converted(to: rates.dtype)
  }

  /// Counts drawn from the binomial distributions with the given trials and probabilities of success.
  ///
  /// Where fewer than 10 of the rarer outcome are expected by inversion with 52 random bits, else by transformed rejection
  /// (Hörmann 1993, BTRS) against the mass as Loader (2000) computes it. Trials that are no whole number of at least 0
  /// and probabilities outside 0 … 1 give NaN.
  ///
  /// - Parameter complements: 1 − p, where that has more digits than the difference.
  /// - Returns: one draw for each element, in the common shape of the trials and probabilities and in the type of the
  ///   trials; on no tape.
  public static func binomial(
    trials: Tensor, probabilities: Tensor, complements: Tensor? = nil, using generator: inout RandomGenerator
  ) -> Tensor {
    precondition(trials.dtype.isFloatingPoint, "binomial: trials are \(trials.dtype), not of a floating-point type")
    guard let shape = broadcastShape(trials.shape, probabilities.shape) else {
      preconditionFailure("binomial: the shapes \(trials.shape) and \(probabilities.shape) do not broadcast together")
    }
    let wide = [trials, probabilities, complements ?? 1 - probabilities].map {
      Kernels.contiguous($0.withoutDerivative().converted(to: .float64).broadcast(to: shape))
    }
    defer { withExtendedLifetime(wide) {} }
    nonisolated(unsafe) let values = wide.map { $0.pointer.assumingMemoryBound(to: Double.self) }
    let drawn = Kernels.random(Double.self, shape: shape, dtype: .float64, wordsPerElement: 2, using: &generator) {
      elements, out, words, source in
      for index in 0..<elements.count {
        let element = elements.lowerBound + index
        let (n, p, q) = (values[0][element], values[1][element], values[2][element])
        guard n >= 0, n < .infinity, n == n.rounded(), p >= 0, p <= 1, q >= 0 else {
          out[index] = .nan
          continue
        }
        let (rare, other) = p <= q ? (p, q) : (q, p)
        let count =
          n * rare < 10
          ? invertedBinomial(n, rare, other, openUnitNumber(wideWord(words, index)))
          : rejectedBinomial(n, rare, other, element, source)
        out[index] = p <= q ? count : n - count
      }
    }
    return drawn.converted(to: trials.dtype)
  }
}

/// The least count whose distribution function reaches u.
private func invertedPoisson(_ rate: Double, _ u: Double) -> Double {
  var (count, mass, rest) = (0.0, surprisal_exp(-rate), u)
  // 200 is more than 50 standard deviations above every rate below 10.
  while rest > mass, count < 200 {
    rest -= mass
    count += 1
    mass *= rate / count
  }
  return count
}

/// The least count whose distribution function reaches u, of expectation below 10 and p ≤ q.
private func invertedBinomial(_ n: Double, _ p: Double, _ q: Double, _ u: Double) -> Double {
  let odds = p / q
  var (count, mass, rest) = (0.0, surprisal_exp(n * surprisal_log1p(-p)), u)
  while rest > mass, count < min(n, 200) {
    rest -= mass
    mass *= odds * (n - count) / (count + 1)
    count += 1
  }
  return count
}

/// A Poisson count for a rate of at least 10; at least three of four attempts are accepted.
private func rejectedPoisson(_ rate: Double, _ element: Int, _ source: RandomWords) -> Double {
  let root = rate.squareRoot()
  let b = 0.931 + 2.53 * root
  let a = -0.059 + 0.02483 * b
  let scale = 1.1239 + 1.1328 / (b - 3.4)
  let squeeze = 0.9277 - 3.6224 / (b - 2)
  for attempt in 0..<RandomWords.attempts {
    let (first, second) = source.attempt(attempt, of: element)
    let (u, v) = (openUnitNumber(first) - 0.5, openUnitNumber(second))
    let edge = 0.5 - abs(u)
    let count = ((2 * a / edge + b) * u + rate + 0.43).rounded(.down)
    if edge >= 0.07, v <= squeeze { return count }
    if count < 0 || (edge < 0.013 && v > edge) { continue }
    let bound = surprisal_log(v * scale / (a / (edge * edge) + b))
    // log(λᵏ e^−λ / k!).
    let mass = count == 0 ? -rate : -deviance(count, rate) - factorialRest(count)
    if bound <= mass { return count }
  }
  // Not reached in practice: 64 rejections have a probability below 10⁻³⁸.
  return rate.rounded(.down)
}

/// A binomial count for an expectation of at least 10 and p ≤ q; at least two of three attempts are accepted.
private func rejectedBinomial(
  _ n: Double, _ p: Double, _ q: Double, _ element: Int, _ source: RandomWords
) -> Double {
  let spread = (n * p * q).squareRoot()
  let b = 1.15 + 2.53 * spread
  let a = -0.0873 + 0.0248 * b + 0.01 * p
  let center = n * p + 0.5
  let squeeze = 0.92 - 4.2 / b
  let scale = (2.83 + 5.1 / b) * spread
  let mode = ((n + 1) * p).rounded(.down)
  let atMode = logMass(mode, n, p, q)
  for attempt in 0..<RandomWords.attempts {
    let (first, second) = source.attempt(attempt, of: element)
    let (u, v) = (openUnitNumber(first) - 0.5, openUnitNumber(second))
    let edge = 0.5 - abs(u)
    let count = ((2 * a / edge + b) * u + center).rounded(.down)
    if edge >= 0.07, v <= squeeze { return count }
    if count < 0 || count > n { continue }
    if surprisal_log(v * scale / (a / (edge * edge) + b)) <= logMass(count, n, p, q) - atMode { return count }
  }
  // Not reached in practice: 64 rejections have a probability below 10⁻³⁰.
  return mode
}

/// log (pᵏ qⁿ⁻ᵏ n! / (k! (n − k)!)) but for terms of n alone.
private func logMass(_ k: Double, _ n: Double, _ p: Double, _ q: Double) -> Double {
  let successes = k == 0 ? n * p : deviance(k, n * p) + factorialRest(k)
  let failures = k == n ? n * q : deviance(n - k, n * q) + factorialRest(n - k)
  return -successes - failures
}

/// x log(x / m) + m − x for x > 0.
private func deviance(_ x: Double, _ m: Double) -> Double {
  let t = (m - x) / x
  return x * (t - surprisal_log1p(t))
}

/// log x! − (x log x − x) for x ≥ 1, to 1e-9 of the mass: for less than 8 from a product.
private func factorialRest(_ x: Double) -> Double {
  if x < 8 {
    var product = 1.0
    for factor in stride(from: 2.0, through: x, by: 1) { product *= factor }
    return surprisal_log(product) - x * surprisal_log(x) + x
  }
  let inverse = 1 / x
  let square = inverse * inverse
  return 0.5 * surprisal_log(2 * Double.pi * x)
    + inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)))
}
