import SurprisalCore
import SurprisalTensors

/// The log-normal distribution of numbers whose logarithm has the normal distribution N(μ, σ²).
///
/// log p(x) = −½ ((log x − μ) / σ)² − log x − log σ − ½ log 2π for x > 0. The location μ and the scale σ are the mean
/// and the standard deviation of log x, not of x.
public struct LogNormal: Sendable {
  /// The mean μ of log x, [batchShape].
  public let location: Tensor
  /// The standard deviation σ > 0 of log x, [batchShape].
  public let scale: Tensor

  /// Log-normal distributions of parameters that broadcast together.
  ///
  /// - Throws: `usage` if the location is not finite or the scale not above 0.
  public init(location: Tensor, scale: Tensor) throws {
    let parameters = try Checks.promoted("LogNormal", [("location", location), ("scale", scale)])
    try Checks.finite("LogNormal", "location", parameters[0])
    try Checks.positive("LogNormal", "scale", parameters[1])
    (self.location, self.scale) = (parameters[0], parameters[1])
  }

  /// One log-normal distribution, in float64.
  public init(location: Double, scale: Double) throws {
    try self.init(location: Tensor(location, dtype: .float64), scale: Tensor(scale, dtype: .float64))
  }

  /// The distribution of log x.
  var normal: Normal { Normal(uncheckedMean: location, standardDeviation: scale) }
}

extension LogNormal: UnivariateDistribution {
  /// The shape of the location and the scale.
  public var batchShape: [Int] { location.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameters.
  public var dtype: DType { location.dtype }
  /// The family and its parameters.
  public var description: String { "LogNormal(location: \(location), scale: \(scale))" }
  /// Numbers of at least 0, which itself has the density 0.
  public var support: Support {
    .interval(lower: Tensor(0, dtype: dtype), upper: Tensor(.infinity, dtype: dtype))
  }

  /// e^(μ + σ² / 2).
  public var mean: Tensor { (location + scale.square() * 0.5).exp() }
  /// (e^σ² − 1) e^(2 μ + σ²).
  public var variance: Tensor { scale.square().expMinusOne() * (location * 2 + scale.square()).exp() }
  /// e^(μ − σ²).
  public var mode: Tensor { (location - scale.square()).exp() }

  /// μ + ½ log(2 π e σ²), in nats.
  public func entropy() -> Tensor { location + normal.entropy() }

  /// −½ z² − log x − log σ − ½ log 2π with z = (log x − μ) / σ, for x > 0.
  public func logDensity(of x: Tensor) -> Tensor {
    let isInside = (x .> 0) .& (x .< .infinity)
    let logX = Tensor(where: isInside, x, else: 1).converted(to: Swift.max(x.dtype, dtype)).log()
    return (normal.logDensity(of: logX) - logX).restricted(to: isInside, at: x)
  }

  /// Φ((log x − μ) / σ) for x > 0.
  public func cumulative(at x: Tensor) -> Tensor {
    Tensor.standardized(logarithm(x), location, scale, Tensor.normalCumulative)
  }
  /// Φ((μ − log x) / σ) for x > 0.
  public func complementaryCumulative(at x: Tensor) -> Tensor {
    Tensor.standardized(logarithm(x), location, scale, isUpper: true, Tensor.normalCumulative)
  }
  /// e^(μ + σ z) with Φ(z) = p.
  public func quantile(at p: Tensor) -> Tensor {
    let z = Tensor.normalQuantile(lower: p)
    let isInner = z.abs() .< .infinity
    let inner = (location + scale * Tensor(where: isInner, z, else: 0)).exp()
    // At the ends 0 and ∞, and NaN outside, with no derivative.
    return Tensor(where: isInner, inner, else: z.withoutDerivative().exp())
  }

  /// KL(p ‖ q) = log(σ_q / σ_p) + ½ ((σ_p² + (μ_p − μ_q)²) / σ_q² − 1), that of the distributions of log x.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? LogNormal else { return nil }
    return normal.closedFormKL(to: q.normal)
  }

  /// Independent log-normal numbers.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }

  /// log x, −∞ for x ≤ 0.
  private func logarithm(_ x: Tensor) -> Tensor {
    Tensor(where: x .<= 0, -.infinity, else: Tensor(where: x .<= 0, 1, else: x.converted(to: dtype)).log())
  }
}

extension LogNormal: Reparameterized {
  /// e^(μ + σ ε) with standard normal ε.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    normal.reparameterizedSample(shape, using: &generator).exp()
  }
}

extension LogNormal: ExponentialFamily {
  /// μ / σ² and −1 / (2 σ²), for the statistics log x and log² x.
  public var naturalParameters: [Tensor] { normal.naturalParameters }
  /// log x and log² x.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { normal.sufficientStatistics(of: x.log()) }
  /// −½ log 2π − log x for x > 0, else −∞.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    let isInside = x .> 0
    return (-Tensor(where: isInside, x, else: 1).log() - SpecialFunctions.halfLogTwoPi).restricted(to: isInside, at: x)
  }
  /// −η₁² / (4 η₂) − ½ log(−2 η₂).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor { normal.logPartition(naturalParameters) }
}

extension LogNormal: FittableDistribution {
  /// Σ w, and the mean and Σ w (log x − mean)² of the logarithms.
  public struct Statistics: SufficientStatistics {
    var moments = MomentSums()

    /// Takes in finite numbers above 0, [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      let x = x.withoutDerivative().converted(to: .float64)
      try Rows.require((x .> 0) .& (x .< .infinity), x, "LogNormal", mustBe: "above 0 and finite")
      try moments.add(x.log(), weights: weights, "LogNormal")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try moments.merge(other.moments, "LogNormal") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The weighted mean and standard deviation of the logarithms of the rows.
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  public init(fitting statistics: Statistics) throws {
    let (mean, variance) = try statistics.moments.meanAndVariance("LogNormal")
    (location, scale) = (mean, variance.squareRoot())
  }
}
