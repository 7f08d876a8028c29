import SurprisalCore
import SurprisalTensors

/// The inverse gamma distribution with concentration (shape) a and scale s: 1 / x is Gamma(a, rate: s).
///
/// log p(x) = a log s − (a + 1) log x − s / x − log Γ(a).
public struct InverseGamma: Sendable {
  /// The concentration a > 0, [batchShape].
  public let concentration: Tensor
  /// The scale s > 0, in units of x, [batchShape].
  public let scale: Tensor

  /// Inverse gamma distributions of parameters that broadcast together.
  ///
  /// - Throws: `usage` if a parameter is not above 0 and finite.
  public init(concentration: Tensor, scale: Tensor) throws {
    let parameters = try Checks.promoted("InverseGamma", [("concentration", concentration), ("scale", scale)])
    try Checks.positive("InverseGamma", "concentration", parameters[0])
    try Checks.positive("InverseGamma", "scale", parameters[1])
    (self.concentration, self.scale) = (parameters[0], parameters[1])
  }

  /// One inverse gamma distribution, in float64.
  public init(concentration: Double, scale: Double) throws {
    try self.init(concentration: Tensor(concentration, dtype: .float64), scale: Tensor(scale, dtype: .float64))
  }
}

extension InverseGamma: Distribution {
  /// The shape of the concentration and the scale.
  public var batchShape: [Int] { concentration.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameters.
  public var dtype: DType { concentration.dtype }
  /// The family and its parameters.
  public var description: String { "InverseGamma(concentration: \(concentration), scale: \(scale))" }
  /// 0 < x; at 0 itself the density is 0.
  public var support: Support { .interval(lower: Tensor(0, dtype: dtype), upper: Tensor(.infinity, dtype: dtype)) }

  /// s / (a − 1), and ∞ for a of at most 1.
  public var mean: Tensor {
    Tensor.whereFinite(concentration .> 1, concentration, replacedBy: 2) { scale / ($0 - 1) }
  }
  /// s² / ((a − 1)² (a − 2)); ∞ for a of at most 2, and NaN for a of at most 1, where the mean is infinite.
  public var variance: Tensor {
    let finite = Tensor.whereFinite(concentration .> 2, concentration, replacedBy: 3) { a in
      (scale / (a - 1)).square() / (a - 2)
    }
    return Tensor(where: concentration .> 1, finite, else: .nan)
  }
  /// s / (a + 1).
  public var mode: Tensor { scale / (concentration + 1) }

  /// a + log s + log Γ(a) − (1 + a) ψ(a), in nats.
  public func entropy() -> Tensor {
    Tensor.gammaEntropy(concentration) - concentration.digamma() * 2 + scale.log()
  }

  /// a log s − (a + 1) log x − s / x − log Γ(a), −∞ outside x > 0.
  public func logDensity(of x: Tensor) -> Tensor {
    Tensor.elementwise([concentration, scale, x]) { a, scale, x in
      SpecialFunctions.inverseGammaLogDensity(a, scale, x)
    } derivative: { inputs, _, argument in
      let (a, scale, x) = (inputs[0], inputs[1], inputs[2])
      let isInside = (x .>= 0) .& (x .< .infinity)
      switch argument {
      case 0: return Tensor(where: isInside, scale.log() - x.log() - a.digamma(), else: 0)
      case 1: return Tensor(where: isInside, a / scale - x.reciprocal(), else: 0)
      default: return Tensor(where: isInside, (scale / x - (a + 1)) / x, else: 0)
      }
    }
  }

  /// To another inverse gamma distribution: the divergence of the gamma distributions of 1 / x.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? InverseGamma else { return nil }
    return Gamma.divergence(concentration, scale, q.concentration, q.scale)
  }

  /// Independent inverse gamma numbers.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let concentrations = concentration.withoutDerivative().broadcast(to: shape + batchShape)
    return scale.withoutDerivative() / Tensor.gamma(concentrations: concentrations, using: &generator)
  }
}

extension InverseGamma: Reparameterized {
  /// s / g with a gamma number g, which is differentiated implicitly by the concentration.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let concentrations = concentration.converted(to: .float64).broadcast(to: shape + batchShape)
    let inverse = (-Tensor.logGammaSample(concentrations, using: &generator)).exp()
    return (scale.converted(to: .float64) * inverse).converted(to: dtype)
  }
}

extension InverseGamma: UnivariateDistribution {
  /// Q(a, s / x), the regularized incomplete gamma function.
  public func cumulative(at x: Tensor) -> Tensor { cumulative(at: x, upper: false) }
  /// P(a, s / x) = 1 − Q(a, s / x).
  public func complementaryCumulative(at x: Tensor) -> Tensor { cumulative(at: x, upper: true) }
  /// s / Q⁻¹(a, p).
  public func quantile(at p: Tensor) -> Tensor { scale / Tensor.gammaQuantile(concentration, upper: p) }

  private func cumulative(at x: Tensor, upper: Bool) -> Tensor {
    let sign = upper ? -1.0 : 1.0
    return Tensor.elementwise([concentration, scale, x]) { a, scale, x in
      if x <= 0 { return upper ? 1 : 0 }
      return upper ? SpecialFunctions.gammaLower(a, scale / x) : SpecialFunctions.gammaUpper(a, scale / x)
    } derivative: { inputs, _, argument in
      let (a, scale, x) = (inputs[0], inputs[1], inputs[2])
      let isInside = (x .> 0) .& (x .< .infinity)
      // The density of scale / x times it, which ends at 0 on both sides.
      let ratio = Tensor(where: isInside, scale / x, else: 1)
      let density = Tensor.standardGammaLogDensity(a, ratio).exp() * ratio
      let value =
        switch argument {
        case 0: -Tensor.gammaLowerByShape(a, ratio)
        case 1: -density / scale
        default: density / x
        }
      return Tensor(where: isInside, value * sign, else: 0)
    }
  }
}

extension InverseGamma: ExponentialFamily {
  /// a and −s, for the statistics −log x and 1 / x.
  public var naturalParameters: [Tensor] { [concentration, -scale] }
  /// −log x and 1 / x.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [-x.log(), x.reciprocal()] }
  /// −log x, and −∞ outside the support.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    (-Tensor(where: x .> 0, x, else: 1).log()).restricted(to: x .> 0, at: x)
  }
  /// log Γ(η₁) − η₁ log(−η₂).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor {
    naturalParameters[0].logGamma() - naturalParameters[0] * (-naturalParameters[1]).log()
  }
}

extension InverseGamma: FittableDistribution {
  /// The statistics of a gamma distribution of 1 / x.
  public struct Statistics: SufficientStatistics {
    var sums = LogMeanSums()

    /// Takes in numbers above 0, [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      try sums.add(x, weights: weights, "InverseGamma", inverse: true)
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try sums.merge(other.sums, "InverseGamma") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The greatest likelihood, that of the gamma distribution of 1 / x.
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  public init(fitting statistics: Statistics) throws {
    let (mean, concentration) = try statistics.sums.meanAndConcentration("InverseGamma")
    (self.concentration, self.scale) = (concentration, concentration / mean)
  }
}
