import SurprisalCore
import SurprisalTensors

/// An entropy in nats with a bound of its error, both [batchShape].
///
/// The bound is the sum of four parts: the difference of Gauss's and Kronrod's rules over all pieces, which exceeds the
/// error of smooth integrands but is an estimate; the omitted tails, by an inequality unless the distribution says
/// otherwise; log-densities and closed forms that are off by 1e-13 · max(1, |log p|); and the rounding of events. Sums
/// over whole numbers have no part that is an estimate.
public struct BoundedEntropy: Sendable {
  /// The entropy, which derivatives by the parameters follow: differential for a density.
  public let entropy: Tensor
  /// What it may be off by, without a derivative.
  public let errorBound: Tensor

  /// - Throws: `usage` if a bound is above `tolerance` · max(1, |entropy|), with the remedy.
  init(
    _ entropy: Tensor, bounds: [Double], tolerance: Double, of distribution: any Distribution, remedy: String
  ) throws {
    for (value, bound) in zip(entropy.doubleValues, bounds) where !(bound <= tolerance * max(1, abs(value))) {
      throw SurprisalError(
        .usage,
        "the entropy of \(Divergence.name(distribution)) is \(value) ± \(bound) nats by quadrature, not within "
          + "\(tolerance)", remedy: remedy)
    }
    self.entropy = entropy.dtype == distribution.dtype ? entropy : entropy.converted(to: distribution.dtype)
    errorBound = Tensor(bounds, shape: distribution.batchShape)
  }

  /// What float32 parameters allow in place of a smaller tolerance.
  static func reachable(_ tolerance: Double, _ dtype: DType) -> Double {
    dtype == .float64 ? tolerance : max(tolerance, 1e-4)
  }

  /// What a log-density or closed form of the value 1 may be off by.
  static func rounding(_ dtype: DType) -> Double { dtype == .float64 ? 1e-13 : 1e-6 }

  /// Where distribution functions near 0 and 1 are cut: log F − log(1 − F) within ± this.
  static func cut(_ dtype: DType) -> Double { dtype == .float64 ? 36 : 15 }
}

/// A distribution whose entropy has no closed form, and is computed by quadrature or summation with a bound of the error.
public protocol EntropyByQuadrature: Distribution {
  /// The entropy in nats with a bound of its error.
  ///
  /// - Parameter tolerance: the greatest bound relative to max(1, |entropy|) that does not throw; in float32 at least
  ///   1e-4.
  /// - Throws: `usage` if the tolerance is not reached, or where there is no quadrature; the error names what to call
  ///   instead.
  func boundedEntropy(tolerance: Double) throws -> BoundedEntropy
}

extension EntropyByQuadrature {
  /// The entropy with a bound of its error, which is at most 1e-10 · max(1, |entropy|).
  public func boundedEntropy() throws -> BoundedEntropy { try boundedEntropy(tolerance: 1e-10) }
}

enum EntropyParts {
  /// The entropy of a part and what it may be off by: by quadrature with its bound, or a closed form with its rounding.
  static func entropy(of part: any Distribution, tolerance: Double) throws -> (value: Tensor, bounds: [Double]) {
    if let part = Divergence.unwrapped(part) as? any EntropyByQuadrature {
      let bounded = try part.boundedEntropy(tolerance: tolerance)
      return (bounded.entropy, bounded.errorBound.doubleValues)
    }
    let value = try part.entropy()
    return (value, value.doubleValues.map { BoundedEntropy.rounding(part.dtype) * max(1, abs($0)) })
  }

  /// Values with the derivative of Σ over the first axis of weights · p / p · f, for fixed x: that of Σ ∫ p f dx.
  static func followed(_ value: Tensor, _ weights: Tensor, logDensity: Tensor, _ f: Tensor, axes: [Int]) -> Tensor {
    let isUsed = weights .> 0
    let ratio = Tensor(where: isUsed, logDensity - logDensity.withoutDerivative(), else: 0).exp()
    let sum = (weights * ratio * Tensor(where: isUsed, f, else: 0)).sum(alongAxes: axes)
    return value + (sum - sum.withoutDerivative())
  }

  /// - Throws: `usage` if the ends of the support have a derivative, which integrals over fixed events do not follow.
  static func requireFixedEnds(_ supports: [Support], _ distribution: any Distribution) throws {
    let ends = supports.filter { !$0.isDiscrete }.compactMap(\.ends)
    guard ends.contains(where: { $0.lower.isTracked || $0.upper.isTracked }) else { return }
    throw SurprisalError(
      .usage,
      "the entropy of \(Divergence.name(distribution)) has no derivative by the ends of a support",
      remedy: "call entropy() of parameters without derivative")
  }

  /// 1 / (1 + e⁻ᵗ).
  static func logistic(_ t: Double) -> Double { CountMass.sigmoid(t) }
}
