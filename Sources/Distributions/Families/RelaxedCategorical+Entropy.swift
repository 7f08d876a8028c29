import CSurprisalKernels
import SurprisalCore
import SurprisalTensors

extension RelaxedCategorical: EntropyByQuadrature {
  /// The entropy in nats, within 1e-10 · max(1, |entropy|); see `boundedEntropy(tolerance:)`.
  ///
  /// - Throws: `usage` if the bound of the error is larger.
  public func entropy() throws -> Tensor { try boundedEntropy(tolerance: 1e-10).entropy }

  /// By one integral for any number of classes.
  ///
  /// With the Gumbel noise gₖ all of log p is closed in expectation but the logarithm of Σ exp((gₖ + log αₖ) / λ). Let
  /// bₖ = log αₖ less the largest one, and φ(s) = E exp(−exp(s + g / λ)); since E log S = ∫ (e^(−eˢ) − E e^(−S eˢ)) ds,
  /// h = −(K − 1) log λ − log Γ(K) + K (ψ(K) + γ) + Σ bₖ / λ − K ∫ φ(s) (1 − Π φ(s + bₖ / λ)) ds, the product over all
  /// classes but the likeliest. φ itself is a sum over equal steps, which for its integrand converges exponentially. The
  /// omitted tails are bounded by moments of exponential numbers.
  ///
  /// - Throws: `usage` if the bound of the error is above `tolerance` · max(1, |entropy|).
  public func boundedEntropy(tolerance: Double) throws -> BoundedEntropy {
    let integral = RelaxedIntegral(self)
    let (width, count) = (integral.scale.count, Double(classCount))
    let limit = BoundedEntropy.reachable(tolerance, dtype)
    let scales = integral.scale.doubleValues
    // Of s · scale: Σ (1 − φ) ≤ (K − 1) √π e^(s / 2) on the left, φ ≤ 8!² e^(−8 s) on the right.
    let left = -80 - 2 * surprisal_log(count)
    let quadrature = AdaptiveQuadrature(
      breaks: (0..<width).map { _ in [left, -40, -24, -14, -8, -5, -3, -1, 1, 3, 6, 9] },
      factors: scales.map { count / $0 }, groupSize: 1, target: limit / 50, limit: 1 << 18
    ) { points in
      let values = integral.values(at: Tensor(points, shape: [points.count / width] + batchShape)).doubleValues
      return (values, values.map { 2e-14 * abs($0) + 1e-17 })
    }
    let constant = Tensor(count, dtype: .float64)
    let fixed = (constant.digamma().item + 0.577_215_664_901_532_9) * count - constant.logGamma().item
    let spread = temperature.converted(to: .float64).log() * (1 - count)
    let shifts = integral.shifts.sum(alongAxes: [-1]) / integral.scale
    let tail = 2 * count * surprisal_exp(0.5 * left) * 1.772_453_850_905_516 + 2.1e8 * surprisal_exp(-72)
    let values = (0..<width).map { -count / scales[$0] * quadrature.value($0) }
    let bounds = (0..<width).map { place in
      let parts = [fixed, spread.doubleValues[place], shifts.doubleValues[place], values[place]].map(abs)
      return count / scales[place] * (quadrature.error(place) + tail) + 2e-14 * parts.reduce(1, +)
    }
    var entropy = (spread + shifts + fixed).withoutDerivative() + Tensor(values, shape: batchShape)
    if spread.isTracked || shifts.isTracked {
      let (nodes, weights, rows) = quadrature.nodesAndWeights()
      let shape = [rows] + batchShape
      let sum = (integral.values(at: Tensor(nodes, shape: shape)) * Tensor(weights, shape: shape)).sum(alongAxes: [0])
      let followed = spread + shifts - sum / integral.scale * count
      entropy = entropy + (followed - followed.withoutDerivative())
    }
    return try BoundedEntropy(
      entropy, bounds: bounds, tolerance: limit, of: self,
      remedy: "call estimateDifferentialEntropy(of:samples:using:)")
  }
}

/// φ(s) (1 − Π φ(s + bₖ / λ)) in the variable z = s · scale with scale = min(λ, 1), in which no temperature makes it steep.
private struct RelaxedIntegral {
  /// min(λ, 1), [batchShape].
  let scale: Tensor
  /// bₖ · scale / λ, [batchShape, K].
  let shifts: Tensor
  /// min(λ, 1 / λ), [batchShape].
  private let power: Tensor
  /// 1 for the likeliest class, else 0.
  private let isLargest: Tensor

  init(_ distribution: RelaxedCategorical) {
    let temperature = distribution.temperature.converted(to: .float64)
    let logits = distribution.logits.converted(to: .float64)
    let isLow = temperature .<= 1
    scale = Tensor(where: isLow, temperature, else: 1)
    power = Tensor(where: isLow, temperature, else: temperature.reciprocal())
    let largest = logits.withoutDerivative().argmax(alongAxis: -1)
    isLargest = Tensor(oneHot: largest, depth: distribution.classCount, dtype: .float64)
    let reference = (logits * isLargest).sum(alongAxes: [-1], keepingAxes: true)
    shifts = (logits - reference) * (scale / temperature).expandingAxis(-1)
  }

  /// The integrand at z, [rows, batchShape].
  func values(at z: Tensor) -> Tensor {
    // As many rows at once as keep the sums within a few megabytes.
    let size = max(1, (1 << 19) / (RelaxedIntegral.steps.count * shifts.count))
    let parts = stride(from: 0, to: z.shape[0], by: size).map { start in
      part(at: z.sliced(start..<min(z.shape[0], start + size), alongAxis: 0))
    }
    return parts.count == 1 ? parts[0] : Tensor(concatenating: parts, alongAxis: 0)
  }

  private func part(at z: Tensor) -> Tensor {
    let steps = Tensor(RelaxedIntegral.steps)
    // 1 − φ(z) = ∫ e^(r − eʳ) (1 − exp(−exp(z − power r))) dr.
    let exponents = (z.expandingAxis(-1) + shifts).expandingAxis(-1) - power.expandingAxis(-1).expandingAxis(-1) * steps
    let complement = ((-(-exponents.exp()).expMinusOne()) * Tensor(RelaxedIntegral.masses)).sum(alongAxes: [-1])
    let largest = 1 - 0x1p-53
    let logs = log(onePlus: -Tensor(where: complement .< largest, complement, else: largest))
    let own = (logs * isLargest).sum(alongAxes: [-1])
    let others = (logs * (1 - isLargest)).sum(alongAxes: [-1])
    return own.exp() * -others.expMinusOne()
  }

  private static let step = 0.2
  private static let steps = (-225...20).map { Double($0) * step }
  private static let masses = steps.map { step * surprisal_exp($0 - surprisal_exp($0)) }
}
