import SurprisalCore
import SurprisalTensors

/// The normal distribution N(μ, Σ) of vectors with mean μ and covariance Σ = L Lᵀ.
///
/// log p(x) = −½ |L⁻¹ (x − μ)|² − log det L − ½ D log 2π. The Cholesky factor L is computed once, when the distribution is
/// made; a log-density then costs D² operations for each vector.
public struct MultivariateNormal: Sendable {
  /// The mean μ, [batchShape, D].
  public let mean: Tensor
  /// The lower triangular L with Σ = L Lᵀ, [batchShape, D, D].
  public let choleskyFactor: Tensor

  /// Normal distributions with means [..., D] and covariances [..., D, D], whose leading axes broadcast together.
  ///
  /// - Throws: `usage` if a mean is not finite or a covariance not symmetric and positive definite.
  public init(mean: Tensor, covariance: Tensor) throws {
    let extent = try Checks.extent("MultivariateNormal", "mean", mean)
    let parameters = try Checks.promoted(
      "MultivariateNormal", [("mean", mean, [extent]), ("covariance", covariance, [extent, extent])])
    try Checks.finite("MultivariateNormal", "mean", parameters[0])
    self.mean = parameters[0]
    choleskyFactor = try Checks.choleskyFactor("MultivariateNormal", "covariance", parameters[1])
  }

  /// Normal distributions with means [..., D] and Cholesky factors [..., D, D] of their covariances.
  ///
  /// - Throws: `usage` if a mean is not finite, or a factor not lower triangular with a positive diagonal.
  public init(mean: Tensor, choleskyFactor: Tensor) throws {
    let extent = try Checks.extent("MultivariateNormal", "mean", mean)
    let parameters = try Checks.promoted(
      "MultivariateNormal", [("mean", mean, [extent]), ("choleskyFactor", choleskyFactor, [extent, extent])])
    try Checks.finite("MultivariateNormal", "mean", parameters[0])
    try Checks.lowerTriangular("MultivariateNormal", "choleskyFactor", parameters[1])
    (self.mean, self.choleskyFactor) = (parameters[0], parameters[1])
  }

  init(uncheckedMean mean: Tensor, choleskyFactor: Tensor) {
    (self.mean, self.choleskyFactor) = (mean, choleskyFactor)
  }

  /// The number D of elements of an event.
  var extent: Int { mean.shape[mean.rank - 1] }
  /// log det L, [batchShape].
  var logDeterminant: Tensor { choleskyFactor.diagonal().log().sum(alongAxes: [-1]) }
}

extension MultivariateNormal: Distribution {
  /// The leading axes of the mean and the covariance.
  public var batchShape: [Int] { mean.shape.dropLast() }
  /// [D], a vector.
  public var eventShape: [Int] { [extent] }
  /// The type of the parameters.
  public var dtype: DType { mean.dtype }
  /// The family and its parameters.
  public var description: String { "MultivariateNormal(mean: \(mean), choleskyFactor: \(choleskyFactor))" }
  /// All vectors of D real numbers.
  public var support: Support { .vectors(count: extent) }

  /// Σ = L Lᵀ, [batchShape, D, D].
  public var covariance: Tensor { choleskyFactor.matmul(choleskyFactor.transposed()) }
  /// Σ⁻¹, [batchShape, D, D].
  public var precision: Tensor {
    let inverse = choleskyFactor.triangularSolve(Tensor(identity: extent, dtype: dtype))
    return inverse.transposed().matmul(inverse)
  }
  /// The diagonal of Σ.
  public var variance: Tensor { choleskyFactor.square().sum(alongAxes: [-1]) }
  /// μ.
  public var mode: Tensor { mean }

  /// log det L + ½ D log(2 π e), in nats.
  public func entropy() -> Tensor { logDeterminant + Double(extent) * (0.5 + SpecialFunctions.halfLogTwoPi) }

  /// −½ |L⁻¹ (x − μ)|² − log det L − ½ D log 2π.
  public func logDensity(of x: Tensor) -> Tensor {
    let (near, wasFar) = x.replacingFar(from: mean, variance: variance)
    let events = EventColumns(near - mean, batchShape: batchShape, count: extent, "MultivariateNormal")
    let squares = choleskyFactor.triangularSolve(events.columns).square().sum(alongAxes: [-2])
    let density = events.restored(squares) * -0.5 - (logDeterminant + Double(extent) * SpecialFunctions.halfLogTwoPi)
    return density.filled(with: -.infinity, where: wasFar)
  }

  /// Between normal distributions of vectors, whatever their covariance is given by; see `vectorNormalKL`.
  public func closedFormKL(to q: any Distribution) -> Tensor? { vectorNormalKL(self, q) }

  /// Independent normal vectors.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }
}

extension MultivariateNormal: Reparameterized {
  /// μ + L ε with standard normal ε.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let noise = Tensor.normal(shape: shape + mean.shape, dtype: dtype, using: &generator)
    let events = EventColumns(noise, batchShape: batchShape, count: extent, "MultivariateNormal")
    return mean + events.restored(vectors: choleskyFactor.matmul(events.columns))
  }
}

extension MultivariateNormal: ExponentialFamily {
  /// Σ⁻¹ μ, [batchShape, D], and −½ Σ⁻¹, [batchShape, D, D], for the statistics x and x xᵀ.
  public var naturalParameters: [Tensor] {
    let precision = precision
    return [precision.matmul(mean.expandingAxis(-1)).squeezing(axes: [-1]), precision * -0.5]
  }
  /// x and x xᵀ.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x, x.expandingAxis(-1) * x.expandingAxis(-2)] }
  /// −½ D log 2π.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    x.sum(alongAxes: [-1]) * 0 - Double(extent) * SpecialFunctions.halfLogTwoPi
  }
  /// ½ |C⁻¹ η₁|² − log det C with C Cᵀ = −2 η₂; NaN if one of those is not positive definite.
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor {
    let (first, second) = (naturalParameters[0], naturalParameters[1])
    guard let factor = try? (second * -2).cholesky() else {
      return Tensor(repeating: .nan, shape: batchShape, dtype: dtype)
    }
    let squares = factor.triangularSolve(first.expandingAxis(-1)).square().sum(alongAxes: [-2, -1])
    return squares * 0.5 - factor.diagonal().log().sum(alongAxes: [-1])
  }
}

extension MultivariateNormal: FittableDistribution {
  /// Σ w, the mean and Σ w (x − mean)(x − mean)ᵀ, merged as by Chan, Golub and LeVeque (1983).
  public struct Statistics: SufficientStatistics {
    var moments = ScatterSums()

    /// Takes in finite vectors [rows, batchShape, D].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      try moments.add(x, weights: weights, "MultivariateNormal")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws {
      try moments.merge(other.moments, "MultivariateNormal")
    }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The weighted mean and covariance Σ w (x − mean)(x − mean)ᵀ / Σ w of the rows.
  ///
  /// - Throws: `data` if there is no weight, or the rows lie in a plane of less than D dimensions.
  public init(fitting statistics: Statistics) throws {
    let (mean, covariance) = try statistics.moments.meanAndCovariance("MultivariateNormal")
    do {
      self.init(uncheckedMean: mean, choleskyFactor: try covariance.cholesky())
    } catch {
      throw SurprisalError(
        .data, "MultivariateNormal: the rows span less than \(mean.shape.last ?? 0) dimensions, no fit has a density",
        remedy: "take more rows, leave out dependent columns or fit a DiagonalNormal")
    }
  }
}
