import SurprisalCore
import SurprisalTensors

/// The normal distribution N(μ, σ²) with mean μ and standard deviation σ.
///
/// log p(x) = −½ ((x − μ) / σ)² − log σ − ½ log 2π.
public struct Normal: Sendable {
  /// The mean μ, [batchShape].
  public let mean: Tensor
  /// The standard deviation σ > 0, [batchShape].
  public let standardDeviation: Tensor

  /// Normal distributions of parameters that broadcast together.
  ///
  /// - Throws: `usage` if the mean is not finite or the standard deviation not above 0.
  public init(mean: Tensor, standardDeviation: Tensor) throws {
    let parameters = try Checks.promoted("Normal", [("mean", mean), ("standardDeviation", standardDeviation)])
    try Checks.finite("Normal", "mean", parameters[0])
    try Checks.positive("Normal", "standardDeviation", parameters[1])
    (self.mean, self.standardDeviation) = (parameters[0], parameters[1])
  }

  /// One normal distribution, in float64.
  public init(mean: Double, standardDeviation: Double) throws {
    try self.init(
      mean: Tensor(mean, dtype: .float64), standardDeviation: Tensor(standardDeviation, dtype: .float64))
  }
}

extension Normal: Distribution {
  /// The shape of the mean and the standard deviation.
  public var batchShape: [Int] { mean.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameters.
  public var dtype: DType { mean.dtype }
  /// The family and its parameters.
  public var description: String { "Normal(mean: \(mean), standardDeviation: \(standardDeviation))" }
  /// All real numbers.
  public var support: Support { .reals(dtype: dtype) }

  /// σ².
  public var variance: Tensor { standardDeviation.square() }
  /// μ.
  public var mode: Tensor { mean }

  /// ½ log(2 π e σ²), in nats.
  public func entropy() -> Tensor { standardDeviation.log() + (0.5 + SpecialFunctions.halfLogTwoPi) }

  /// −½ z² − log σ − ½ log 2π with z = (x − μ) / σ.
  public func logDensity(of x: Tensor) -> Tensor {
    Tensor.standardScore(x, mean, standardDeviation).square() * -0.5
      - (standardDeviation.log() + SpecialFunctions.halfLogTwoPi)
  }

  /// KL(p ‖ q) = log(σ_q / σ_p) + ½ ((σ_p² + (μ_p − μ_q)²) / σ_q² − 1) to another normal distribution.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Normal else { return nil }
    let spread = (Tensor.logRatio(standardDeviation, q.standardDeviation) * 2).exponentialExcess()
    return (spread + Tensor.standardScore(mean, q.mean, q.standardDeviation).square()) * 0.5
  }

  /// Independent normal numbers.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }
}

extension Normal: Reparameterized {
  /// μ + σ ε with standard normal ε (Kingma and Welling 2014).
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    mean + standardDeviation * Tensor.normal(shape: shape + batchShape, dtype: dtype, using: &generator)
  }
}

extension Normal: UnivariateDistribution {
  /// Φ((x − μ) / σ).
  public func cumulative(at x: Tensor) -> Tensor {
    Tensor.standardized(x, mean, standardDeviation, Tensor.normalCumulative)
  }
  /// Φ((μ − x) / σ).
  public func complementaryCumulative(at x: Tensor) -> Tensor {
    Tensor.standardized(x, mean, standardDeviation, isUpper: true, Tensor.normalCumulative)
  }
  /// μ + σ Φ⁻¹(p).
  public func quantile(at p: Tensor) -> Tensor { mean + standardDeviation * Tensor.normalQuantile(lower: p) }
}

extension Normal: ExponentialFamily {
  /// μ / σ² and −1 / (2 σ²), for the statistics x and x².
  public var naturalParameters: [Tensor] { [mean / variance, variance.reciprocal() * -0.5] }
  /// x and x².
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x, x.square()] }
  /// −½ log 2π.
  public func logBaseMeasure(of x: Tensor) -> Tensor { x * 0 - SpecialFunctions.halfLogTwoPi }
  /// −η₁² / (4 η₂) − ½ log(−2 η₂).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor {
    let (first, second) = (naturalParameters[0], naturalParameters[1])
    return first.square() / (second * -4) - (second * -2).log() * 0.5
  }
}

extension Normal: FittableDistribution {
  /// Σ w, the mean and Σ w (x − mean)², merged as by Chan, Golub and LeVeque (1983).
  public struct Statistics: SufficientStatistics {
    var moments = MomentSums()

    /// Takes in finite numbers [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws { try moments.add(x, weights: weights, "Normal") }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try moments.merge(other.moments, "Normal") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The weighted mean and standard deviation Σ w (x − mean)² / Σ w of the rows.
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  public init(fitting statistics: Statistics) throws {
    let (mean, variance) = try statistics.moments.meanAndVariance("Normal")
    self.init(uncheckedMean: mean, standardDeviation: variance.squareRoot())
  }

  init(uncheckedMean mean: Tensor, standardDeviation: Tensor) {
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
  }
}
