import SurprisalCore
import SurprisalTensors

/// The gamma distribution of numbers above 0 with concentration (shape) a and rate r.
///
/// log p(x) = a log r + (a − 1) log x − r x − log Γ(a). The scale of other parameterizations is 1 / r.
public struct Gamma: Sendable {
  /// The concentration a > 0, [batchShape].
  public let concentration: Tensor
  /// The rate r > 0, in units of 1 / x, [batchShape].
  public let rate: Tensor

  /// Gamma distributions of parameters that broadcast together.
  ///
  /// - Throws: `usage` if a parameter is not above 0 and finite.
  public init(concentration: Tensor, rate: Tensor) throws {
    let parameters = try Checks.promoted("Gamma", [("concentration", concentration), ("rate", rate)])
    try Checks.positive("Gamma", "concentration", parameters[0])
    try Checks.positive("Gamma", "rate", parameters[1])
    (self.concentration, self.rate) = (parameters[0], parameters[1])
  }

  /// One gamma distribution, in float64.
  public init(concentration: Double, rate: Double) throws {
    try self.init(concentration: Tensor(concentration, dtype: .float64), rate: Tensor(rate, dtype: .float64))
  }
}

extension Gamma: Distribution {
  /// The shape of the concentration and the rate.
  public var batchShape: [Int] { concentration.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameters.
  public var dtype: DType { concentration.dtype }
  /// The family and its parameters.
  public var description: String { "Gamma(concentration: \(concentration), rate: \(rate))" }
  /// 0 ≤ x.
  public var support: Support { .interval(lower: Tensor(0, dtype: dtype), upper: Tensor(.infinity, dtype: dtype)) }

  /// a / r.
  public var mean: Tensor { concentration / rate }
  /// a / r².
  public var variance: Tensor { concentration / rate / rate }
  /// (a − 1) / r, and 0 for a below 1, where the density is unbounded.
  public var mode: Tensor { Tensor.maximum(concentration - 1, 0) / rate }

  /// a − log r + log Γ(a) + (1 − a) ψ(a), in nats.
  public func entropy() -> Tensor { Tensor.gammaEntropy(concentration) - rate.log() }

  /// a log r + (a − 1) log x − r x − log Γ(a), −∞ outside x ≥ 0; at x = 0 it is ∞ for a < 1 and log r for a = 1.
  public func logDensity(of x: Tensor) -> Tensor {
    Tensor.elementwise([concentration, rate, x]) { a, rate, x in
      SpecialFunctions.gammaLogDensity(a, rate, x)
    } derivative: { inputs, _, argument in
      let (a, rate, x) = (inputs[0], inputs[1], inputs[2])
      let isInside = (x .>= 0) .& (x .< .infinity)
      switch argument {
      case 0: return Tensor(where: isInside, rate.log() + x.log() - a.digamma(), else: 0)
      case 1: return Tensor(where: isInside, a / rate - x, else: 0)
      default: return Tensor(where: isInside, Tensor(where: a .== 1, 0, else: (a - 1) / x) - rate, else: 0)
      }
    }
  }

  /// To another gamma distribution, for concentrations a, b and rates r, s: a Bregman divergence of the concentrations at
  /// equal means and a deviance of the means, b log(b r / (a s)) + a s / r − b; both are at least 0, so that the
  /// divergence of nearly equal distributions keeps its digits.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Gamma else { return nil }
    return Gamma.divergence(concentration, rate, q.concentration, q.rate)
  }

  static func divergence(_ a: Tensor, _ rate: Tensor, _ b: Tensor, _ otherRate: Tensor) -> Tensor {
    Tensor.poissonDivergence(b, a * (otherRate / rate)) + Tensor.gammaShapeDivergence(a, b)
  }

  /// Independent gamma numbers, by Marsaglia and Tsang (2000).
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let concentrations = concentration.withoutDerivative().broadcast(to: shape + batchShape)
    return Tensor.gamma(concentrations: concentrations, using: &generator) / rate.withoutDerivative()
  }
}

extension Gamma: Reparameterized {
  /// Gamma numbers, differentiated implicitly by the concentration: −(∂P / ∂a) / p.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let concentrations = concentration.converted(to: .float64).broadcast(to: shape + batchShape)
    let standard = Tensor.logGammaSample(concentrations, using: &generator).exp()
    return (standard / rate.converted(to: .float64)).converted(to: dtype)
  }
}

extension Gamma: UnivariateDistribution {
  /// P(a, r x), the regularized incomplete gamma function.
  public func cumulative(at x: Tensor) -> Tensor { cumulative(at: x, upper: false) }
  /// Q(a, r x) = 1 − P(a, r x).
  public func complementaryCumulative(at x: Tensor) -> Tensor { cumulative(at: x, upper: true) }
  /// P⁻¹(a, p) / r.
  public func quantile(at p: Tensor) -> Tensor { Tensor.gammaQuantile(concentration, lower: p) / rate }

  private func cumulative(at x: Tensor, upper: Bool) -> Tensor {
    let sign = upper ? -1.0 : 1.0
    return Tensor.elementwise([concentration, rate, x]) { a, rate, x in
      upper ? SpecialFunctions.gammaUpper(a, rate * x) : SpecialFunctions.gammaLower(a, rate * x)
    } derivative: { inputs, _, argument in
      let (a, rate, x) = (inputs[0], inputs[1], inputs[2])
      if argument == 0 { return Tensor.gammaLowerByShape(a, rate * x) * sign }
      let density = Tensor.standardGammaLogDensity(a, rate * x).exp()
      if argument == 2 { return density * rate * sign }
      return Tensor(where: (x .> 0) .& (x .< .infinity), density * x * sign, else: 0)
    }
  }
}

extension Gamma: ExponentialFamily {
  /// a and −r, for the statistics log x and x.
  public var naturalParameters: [Tensor] { [concentration, -rate] }
  /// log x and x.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x.log(), x] }
  /// −log x, and −∞ outside the support.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    (-Tensor(where: x .>= 0, x, else: 1).log()).restricted(to: x .>= 0, at: x)
  }
  /// log Γ(η₁) − η₁ log(−η₂).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor {
    naturalParameters[0].logGamma() - naturalParameters[0] * (-naturalParameters[1]).log()
  }
}

extension Gamma: FittableDistribution {
  /// Σ w, the mean and the logarithm of the mean less the mean logarithm.
  public struct Statistics: SufficientStatistics {
    var sums = LogMeanSums()

    /// Takes in numbers above 0, [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws { try sums.add(x, weights: weights, "Gamma") }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try sums.merge(other.sums, "Gamma") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The greatest likelihood: log a − ψ(a) = log x̄ − mean log x by Newton's steps (Minka 2002), and r = a / x̄.
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  public init(fitting statistics: Statistics) throws {
    let (mean, concentration) = try statistics.sums.meanAndConcentration("Gamma")
    (self.concentration, self.rate) = (concentration, concentration / mean)
  }
}
