import CSurprisalKernels
import SurprisalCore

/// A density on a line cut into bins of one width Δ: the step between entropies of outcomes and of densities.
///
/// A bin around x has probability p(x)Δ, so H_Δ = −Σ pΔ ln(pΔ) ≈ h − ln Δ: it grows without bound as Δ → 0, while
/// H_Δ + ln Δ → h. In divergences of two densities Δ cancels. Probabilities are kept as logarithms, so that tails far
/// below the smallest double count. (Cover and Thomas 2006, section 8.3.)
public struct QuantizedDensity: Sendable, Hashable {
  /// The bins' width Δ, in the unit of x.
  public let binWidth: Double
  /// ln of each bin's probability; the probabilities sum to 1.
  public let logProbabilities: [Double]
  /// What p(x)Δ summed to before it was divided by that sum: far from 1 where bins are too wide or the range too
  /// short.
  public let mass: Double

  /// The density whose logarithm is `logDensity`, at the middles of the bins that cover `range`.
  ///
  /// The last bin may reach beyond the range.
  /// - Throws: `usage` if range or width are not finite, the width is not positive, or the bins exceed 10⁸; `data` if
  ///   the logarithm is NaN or ∞ at a middle (it names x), or −∞ at all.
  public init(over range: ClosedRange<Double>, binWidth: Double, logDensity: (Double) throws -> Double) throws {
    let count = ((range.upperBound - range.lowerBound) / binWidth).rounded(.up)
    guard binWidth > 0, binWidth.isFinite, count.isFinite, count <= 1e8 else {
      throw SurprisalError(.usage, "quantized density: no bins of width \(binWidth) over \(range)")
    }
    let logWidth = surprisal_log(binWidth)
    let logarithms = try (0..<max(1, Int(count))).map { index in
      let x = range.lowerBound + (Double(index) + 0.5) * binWidth
      let value = try logDensity(x)
      if value.isNaN || value == .infinity {
        throw SurprisalError(.data, "quantized density: the log-density at x = \(x) is \(value)")
      }
      return value + logWidth
    }
    try self.init(logarithms, binWidth)
  }

  /// Bins of given probabilities.
  ///
  /// - Throws: `data` if they are none, or one is negative or not finite (it names the index), or the sum misses 1 by
  ///   more than 1e-9; `usage` if the width is not positive.
  public init(binProbabilities: [Double], binWidth: Double) throws {
    try Checks.probabilities(binProbabilities, "bins")
    guard binWidth > 0, binWidth.isFinite else {
      throw SurprisalError(.usage, "quantized density: no bins of width \(binWidth)")
    }
    try self.init(binProbabilities.map { surprisal_log($0) }, binWidth)
  }

  private init(_ logarithms: [Double], _ binWidth: Double) throws {
    guard let top = logarithms.max(), top > -.infinity else {
      throw SurprisalError(.data, "quantized density: the density is 0 in every bin", remedy: "move the range")
    }
    var sum = DoubleDouble.zero
    for logarithm in logarithms { sum += surprisal_exp(logarithm - top) }
    let logMass = top + surprisal_log(sum.high)
    self.binWidth = binWidth
    mass = surprisal_exp(logMass)
    logProbabilities = logarithms.map { $0 - logMass }
  }

  /// H_Δ = −Σ P ln P of the bins, 0 … ln of their number.
  public var entropy: Information {
    var sum = DoubleDouble.zero
    for logarithm in logProbabilities where logarithm > -.infinity { sum += -logarithm * surprisal_exp(logarithm) }
    return Information(nats: min(max(0, sum.high), surprisal_log(Double(logProbabilities.count))))
  }

  /// H_Δ + ln Δ, which tends to the differential entropy h as Δ → 0; for a smooth density whose tails the range holds
  /// the error vanishes faster than any power of Δ.
  public var differentialEntropy: DifferentialEntropy {
    DifferentialEntropy(nats: entropy.nats + surprisal_log(binWidth))
  }

  /// Σ P ln(P/Q) over the bins, which tends to ∫ p ln(p/q) dx: the width cancels. At least 0; ∞ where Q = 0 < P.
  ///
  /// - Throws: `usage` if the bins' width or number differ.
  public func klDivergence(to other: QuantizedDensity) throws -> Information {
    guard other.binWidth == binWidth, other.logProbabilities.count == logProbabilities.count else {
      throw SurprisalError(
        .usage,
        "\(logProbabilities.count) bins of width \(binWidth) cannot be compared with "
          + "\(other.logProbabilities.count) of width \(other.binWidth)")
    }
    var sum = DoubleDouble.zero
    for (first, second) in zip(logProbabilities, other.logProbabilities) where first > -.infinity || second > -.infinity
    {
      let (p, q) = (surprisal_exp(first), surprisal_exp(second))
      let difference = first >= second ? -p * surprisal_expm1(second - first) : q * surprisal_expm1(first - second)
      if p == 0 {
        sum += q
      } else if (first - second).magnitude > 0.3 {
        sum += p * (first - second) - difference
      } else {
        sum += ProbabilityPair(p: p, q: q, difference: difference, quotients: (p, q, 1, 1)).divergence
      }
    }
    return Information(nats: sum.high)
  }
}
