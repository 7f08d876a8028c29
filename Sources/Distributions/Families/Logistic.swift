import SurprisalCore
import SurprisalTensors

/// The logistic distribution with location μ and scale s.
///
/// log p(x) = −z − 2 log(1 + e⁻ᶻ) − log s with z = (x − μ) / s. There is no closed form of KL between two of them.
public struct Logistic: Sendable {
  /// The location μ, which is mean, median and mode, [batchShape].
  public let location: Tensor
  /// The scale s > 0, √3 / π standard deviations, [batchShape].
  public let scale: Tensor

  /// Logistic distributions of parameters that broadcast together.
  ///
  /// - Throws: `usage` if the location is not finite or the scale not above 0.
  public init(location: Tensor, scale: Tensor) throws {
    let parameters = try Checks.promoted("Logistic", [("location", location), ("scale", scale)])
    try Checks.finite("Logistic", "location", parameters[0])
    try Checks.positive("Logistic", "scale", parameters[1])
    (self.location, self.scale) = (parameters[0], parameters[1])
  }

  /// One logistic distribution, in float64.
  public init(location: Double, scale: Double) throws {
    try self.init(location: Tensor(location, dtype: .float64), scale: Tensor(scale, dtype: .float64))
  }
}

extension Logistic: UnivariateDistribution {
  /// The shape of the location and the scale.
  public var batchShape: [Int] { location.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameters.
  public var dtype: DType { location.dtype }
  /// The family and its parameters.
  public var description: String { "Logistic(location: \(location), scale: \(scale))" }
  /// All real numbers.
  public var support: Support { .reals(dtype: dtype) }

  /// μ.
  public var mean: Tensor { location }
  /// π² s² / 3.
  public var variance: Tensor { scale.square() * (Double.pi * Double.pi / 3) }
  /// μ.
  public var mode: Tensor { location }

  /// 2 + log s, in nats.
  public func entropy() -> Tensor { scale.log() + 2 }

  /// −|z| − 2 log(1 + e^(−|z|)) − log s with z = (x − μ) / s.
  public func logDensity(of x: Tensor) -> Tensor {
    let z = Tensor.standardScore(x, location, scale).abs()
    return -z - (-z).softplus() * 2 - scale.log()
  }

  /// σ(z) = 1 / (1 + e⁻ᶻ) with z = (x − μ) / s.
  public func cumulative(at x: Tensor) -> Tensor { Tensor.standardized(x, location, scale) { $0.sigmoid() } }
  /// σ(−z) with z = (x − μ) / s.
  public func complementaryCumulative(at x: Tensor) -> Tensor {
    Tensor.standardized(x, location, scale, isUpper: true) { $0.sigmoid() }
  }

  /// μ + s log(p / (1 − p)).
  public func quantile(at p: Tensor) -> Tensor {
    (location + scale * (p.log() - log(onePlus: -p))).whereProbability(p)
  }

  /// Independent logistic numbers.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }
}

extension Logistic: Reparameterized {
  /// μ ± s log((1 + u) / (1 − u)) with u uniform in 0 … 1 and a random sign.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let distance = Noise.halfLogistic(shape + batchShape, dtype, using: &generator)
    return location + scale * (distance * Noise.sign(shape + batchShape, dtype, using: &generator))
  }
}

extension Logistic: FittableDistribution {
  /// The rows themselves, since no sums stand for them.
  public struct Statistics: SufficientStatistics {
    var rows = KeptRows()

    /// Takes in finite numbers [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws { try rows.add(x, weights: weights, "Logistic") }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try rows.merge(other.rows, "Logistic") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The member of greatest likelihood, by Newton's method; the likelihood is concave in 1 / s and μ / s.
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  public init(fitting statistics: Statistics) throws {
    let parameters = try statistics.rows.fit("Logistic") { values, weights in
      let (location, scale) = LogisticLikelihood(values, weights).maximum()
      return [location, scale]
    }
    (location, scale) = (parameters.sliced(0, alongAxis: -1), parameters.sliced(1, alongAxis: -1))
  }
}
