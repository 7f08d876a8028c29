import CSurprisalKernels
import SurprisalCore

extension Tensor {
  /// Numbers drawn from the gamma distribution with the given concentrations (shape parameters) and scale 1.
  ///
  /// The density is x^(a−1) e^(−x) / Γ(a); multiply by a scale or divide by a rate. By Marsaglia and Tsang (2000),
  /// below 1 as G(a + 1)·U^(1/a), computed as a logarithm so that it is right down to the smallest number of the type;
  /// what is smaller becomes 0, which at a = 0.001 is nearly half of the draws. A concentration of 0 gives 0, the
  /// distribution's limit; a negative one and NaN give NaN, and ∞ gives ∞.
  ///
  /// - Returns: one draw for each element, in the shape and type of `concentrations`; on no tape.
  public static func gamma(concentrations: Tensor, using generator: inout RandomGenerator) -> Tensor {
    precondition(
      concentrations.dtype.isFloatingPoint,
      "gamma: concentrations are \(concentrations.dtype), not of a floating-point type")
    let wide = Kernels.contiguous(concentrations.withoutDerivative().converted(to: .float64))
    defer { withExtendedLifetime(wide) {} }
    nonisolated(unsafe) let shapes = wide.pointer.assumingMemoryBound(to: Double.self)
    let drawn = Kernels.random(Double.self, shape: wide.shape, dtype: .float64, wordsPerElement: 2, using: &generator) {
      elements, out, words, source in
      for index in 0..<elements.count {
        let element = elements.lowerBound + index
        let a = shapes[element]
        guard a > 0, a.isFinite else {
          out[index] = a >= 0 ? a : .nan
          continue
        }
        let large = marsagliaTsang(a < 1 ? a + 1 : a, element, source)
        guard a < 1 else {
          out[index] = large
          continue
        }
        let boost = surprisal_log(openUnitNumber(wideWord(words, index))) / a
        out[index] = surprisal_exp(surprisal_log(large) + boost)
      }
    }
    return drawn.converted(to: concentrations.dtype)
  }
}

/// A gamma number for a concentration of at least 1; at least 95 % of the attempts are accepted.
private func marsagliaTsang(_ a: Double, _ element: Int, _ source: RandomWords) -> Double {
  let d = a - 1.0 / 3
  let c = 1 / (9 * d).squareRoot()
  for attempt in 0..<RandomWords.attempts {
    // 52 bits for the radius of a normal number, 32 for its angle, 32 to accept it.
    let (first, second) = source.attempt(attempt, of: element)
    let radius = (-2 * surprisal_log(openUnitNumber(first))).squareRoot()
    let x = radius * surprisal_cos(Double(Int64(second >> 32)) * (2 * Double.pi * 0x1p-32))
    let u = (Double(Int64(second & 0xFFFF_FFFF)) + 0.5) * 0x1p-32
    let t = c * x
    guard t > -1 else { continue }
    let value = d * (1 + t) * (1 + t) * (1 + t)
    // Most are accepted without a logarithm.
    if u < 1 - 0.0331 * (x * x) * (x * x) { return value }
    // 1 − v³ + 3 log v of v = 1 + t, without the cancellation that a large d would show.
    let bound = 0.5 * x * x + d * (3 * (surprisal_log1p(t) - t) - t * t * (3 + t))
    if surprisal_log(u) < bound { return value }
  }
  // Not reached in practice: 64 rejections have a probability below 10⁻⁸³.
  return d
}
