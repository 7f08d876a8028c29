import SurprisalCore
import SurprisalTensors

/// The normal distribution of vectors whose D elements are independent: N(μ, diag(σ²)).
///
/// log p(x) = Σᵢ (−½ ((xᵢ − μᵢ) / σᵢ)² − log σᵢ) − ½ D log 2π.
public struct DiagonalNormal: Sendable {
  /// The mean μ, [batchShape, D].
  public let mean: Tensor
  /// The standard deviations σ > 0, [batchShape, D].
  public let standardDeviations: Tensor

  /// Normal distributions of vectors [..., D]; the shapes broadcast together.
  ///
  /// - Throws: `usage` if a mean is not finite or a standard deviation not above 0.
  public init(mean: Tensor, standardDeviations: Tensor) throws {
    let parameters = try Checks.promoted(
      "DiagonalNormal", [("mean", mean), ("standardDeviations", standardDeviations)])
    _ = try Checks.extent("DiagonalNormal", "mean", parameters[0])
    try Checks.finite("DiagonalNormal", "mean", parameters[0])
    try Checks.positive("DiagonalNormal", "standardDeviations", parameters[1])
    (self.mean, self.standardDeviations) = (parameters[0], parameters[1])
  }

  /// The number D of elements of an event.
  var extent: Int { mean.shape[mean.rank - 1] }
}

extension DiagonalNormal: Distribution {
  /// The leading axes of the mean and the standard deviations.
  public var batchShape: [Int] { mean.shape.dropLast() }
  /// [D], a vector.
  public var eventShape: [Int] { [extent] }
  /// The type of the parameters.
  public var dtype: DType { mean.dtype }
  /// The family and its parameters.
  public var description: String { "DiagonalNormal(mean: \(mean), standardDeviations: \(standardDeviations))" }
  /// All vectors of D real numbers.
  public var support: Support { .vectors(count: extent) }

  /// diag(σ²), [batchShape, D, D].
  public var covariance: Tensor { variance.asDiagonalMatrix }
  /// σ².
  public var variance: Tensor { standardDeviations.square() }
  /// μ.
  public var mode: Tensor { mean }

  /// Σ log σᵢ + ½ D log(2 π e), in nats.
  public func entropy() -> Tensor {
    standardDeviations.log().sum(alongAxes: [-1]) + Double(extent) * (0.5 + SpecialFunctions.halfLogTwoPi)
  }

  /// Σ (−½ zᵢ² − log σᵢ) − ½ D log 2π with zᵢ = (xᵢ − μᵢ) / σᵢ.
  public func logDensity(of x: Tensor) -> Tensor {
    let (near, wasFar) = x.replacingFar(from: mean, variance: variance)
    let squares = ((near - mean) / standardDeviations).square().sum(alongAxes: [-1])
    let scale = standardDeviations.log().sum(alongAxes: [-1]) + Double(extent) * SpecialFunctions.halfLogTwoPi
    return (squares * -0.5 - scale).filled(with: -.infinity, where: wasFar)
  }

  /// Between normal distributions of vectors, whatever their covariance is given by; see `vectorNormalKL`.
  public func closedFormKL(to q: any Distribution) -> Tensor? { vectorNormalKL(self, q) }

  /// Independent normal vectors.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }
}

extension DiagonalNormal: Reparameterized {
  /// μ + σ ε with standard normal ε (Kingma and Welling 2014).
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    mean + standardDeviations * Tensor.normal(shape: shape + mean.shape, dtype: dtype, using: &generator)
  }
}

extension DiagonalNormal: ExponentialFamily {
  /// μ / σ² and −1 / (2 σ²), both [batchShape, D], for the statistics x and x².
  public var naturalParameters: [Tensor] { [mean / variance, variance.reciprocal() * -0.5] }
  /// x and x².
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x, x.square()] }
  /// −½ D log 2π.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    x.sum(alongAxes: [-1]) * 0 - Double(extent) * SpecialFunctions.halfLogTwoPi
  }
  /// Σ (−η₁² / (4 η₂) − ½ log(−2 η₂)).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor {
    let (first, second) = (naturalParameters[0], naturalParameters[1])
    return (first.square() / (second * -4) - (second * -2).log() * 0.5).sum(alongAxes: [-1])
  }
}

extension DiagonalNormal: FittableDistribution {
  /// Σ w, the mean and Σ w (x − mean)² of each element, merged as by Chan, Golub and LeVeque (1983).
  public struct Statistics: SufficientStatistics {
    var moments = MomentSums()

    /// Takes in finite vectors [rows, batchShape, D].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      try Rows.requireEventWeights(weights, x, "DiagonalNormal")
      guard x.rank > 1 else {
        throw SurprisalError(.usage, "DiagonalNormal: a fit needs rows of vectors, not \(x.shape)")
      }
      try moments.add(x, weights: weights, "DiagonalNormal")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try moments.merge(other.moments, "DiagonalNormal") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The weighted mean and standard deviation of each element of the rows.
  ///
  /// - Throws: `data` if there is no weight, or an element without spread.
  public init(fitting statistics: Statistics) throws {
    let (mean, variance) = try statistics.moments.meanAndVariance("DiagonalNormal")
    (self.mean, standardDeviations) = (mean, variance.squareRoot())
  }
}
