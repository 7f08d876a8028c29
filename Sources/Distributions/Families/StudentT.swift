import SurprisalCore
import SurprisalTensors

/// Student's t distribution with ν degrees of freedom, location μ and scale s: (x − μ) / s has the standard one.
///
/// log p(x) = −log B(½ ν, ½) − ½ log ν − log s − ½ (ν + 1) log(1 + z² / ν) with z = (x − μ) / s. The scale is not the
/// standard deviation, which is s √(ν / (ν − 2)).
public struct StudentT: Sendable {
  /// The degrees of freedom ν > 0, [batchShape].
  public let degreesOfFreedom: Tensor
  /// The location μ, in units of x, [batchShape].
  public let location: Tensor
  /// The scale s > 0, in units of x, [batchShape].
  public let scale: Tensor

  /// Student's t distributions of parameters that broadcast together.
  ///
  /// - Throws: `usage` if the degrees of freedom or the scale are not above 0 and finite, or the location not finite.
  public init(degreesOfFreedom: Tensor, location: Tensor, scale: Tensor) throws {
    let parameters = try Checks.promoted(
      "StudentT", [("degreesOfFreedom", degreesOfFreedom), ("location", location), ("scale", scale)])
    try Checks.positive("StudentT", "degreesOfFreedom", parameters[0])
    try Checks.finite("StudentT", "location", parameters[1])
    try Checks.positive("StudentT", "scale", parameters[2])
    (self.degreesOfFreedom, self.location, self.scale) = (parameters[0], parameters[1], parameters[2])
  }

  /// One t distribution, in float64.
  public init(degreesOfFreedom: Double, location: Double = 0, scale: Double = 1) throws {
    try self.init(
      degreesOfFreedom: Tensor(degreesOfFreedom, dtype: .float64), location: Tensor(location, dtype: .float64),
      scale: Tensor(scale, dtype: .float64))
  }
}

extension StudentT: Distribution {
  /// The shape of the parameters.
  public var batchShape: [Int] { location.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameters.
  public var dtype: DType { location.dtype }
  /// The family and its parameters.
  public var description: String {
    "StudentT(degreesOfFreedom: \(degreesOfFreedom), location: \(location), scale: \(scale))"
  }
  /// All real numbers.
  public var support: Support { .reals(dtype: dtype) }

  /// μ, and NaN for ν of at most 1, where there is none.
  public var mean: Tensor { Tensor(where: degreesOfFreedom .> 1, location, else: .nan) }
  /// s² ν / (ν − 2); ∞ for ν of at most 2, and NaN for ν of at most 1, where there is no mean.
  public var variance: Tensor {
    let finite = Tensor.whereFinite(degreesOfFreedom .> 2, degreesOfFreedom, replacedBy: 3) { freedom in
      scale.square() * (freedom / (freedom - 2))
    }
    return Tensor(where: degreesOfFreedom .> 1, finite, else: .nan)
  }
  /// μ.
  public var mode: Tensor { location }

  /// ½ (ν + 1) (ψ(½ (ν + 1)) − ψ(½ ν)) + ½ log ν + log B(½ ν, ½) + log s, in nats.
  public func entropy() -> Tensor { Tensor.studentEntropy(degreesOfFreedom) + scale.log() }

  /// −log B(½ ν, ½) − ½ log ν − log s − ½ (ν + 1) log(1 + z² / ν).
  public func logDensity(of x: Tensor) -> Tensor {
    standardized(x) { Tensor.studentLogDensity(degreesOfFreedom, $0) } - scale.log()
  }

  /// A function of z = (x − μ) / s; infinite x are z with no derivative, where that of the quotient would make NaN.
  private func standardized(_ x: Tensor, _ function: (Tensor) -> Tensor) -> Tensor {
    let isFinite = x.abs() .< .infinity
    let z = Tensor.standardScore(Tensor(where: isFinite, x, else: 0), location, scale)
    return function(Tensor(where: isFinite, z, else: x.withoutDerivative().converted(to: z.dtype)))
  }

  /// Independent numbers: normal ones over the root of gamma ones.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let t = standardSample(shape, using: &generator).converted(to: dtype)
    return location.withoutDerivative() + scale.withoutDerivative() * t
  }

  /// μ = 0 and s = 1, in float64, on no tape: ε √(½ ν / g) with a gamma number g of the concentration ½ ν.
  private func standardSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let whole = shape + batchShape
    let half = (degreesOfFreedom.withoutDerivative().converted(to: .float64) * 0.5).broadcast(to: whole)
    let noise = Tensor.normal(shape: whole, dtype: .float64, using: &generator)
    return noise * ((half.log() - Tensor.logGammaSample(half, using: &generator)) * 0.5).exp()
  }
}

extension StudentT: Reparameterized {
  /// μ + s t with t differentiated implicitly by ν: −(∂F / ∂ν) / p.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let freedom = degreesOfFreedom.converted(to: .float64)
    let t = Tensor.elementwise([freedom, standardSample(shape, using: &generator)]) { _, t, _ in
      t
    } derivative: { inputs, t, argument in
      argument == 0 ? Tensor.studentPathwise(inputs[0], t) : Tensor(ones: t.shape, dtype: t.dtype)
    }
    return location + scale * t.converted(to: dtype)
  }
}

extension StudentT: UnivariateDistribution {
  /// ½ I_y(½ ν, ½) with y = ν / (ν + z²) for z ≤ 0, and 1 less that above.
  public func cumulative(at x: Tensor) -> Tensor { standardized(x) { Tensor.studentLower(degreesOfFreedom, $0) } }
  /// P(X > x) = P(T < −z).
  public func complementaryCumulative(at x: Tensor) -> Tensor {
    standardized(x) { Tensor.studentLower(degreesOfFreedom, -$0) }
  }
  /// The x with P(X ≤ x) = p.
  public func quantile(at p: Tensor) -> Tensor { location + scale * Tensor.studentQuantile(degreesOfFreedom, lower: p) }
}

extension StudentT: FittableDistribution {
  /// The rows themselves: there are no sufficient sums.
  public struct Statistics: SufficientStatistics {
    var rows = KeptRows()

    /// Takes in finite numbers [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws { try rows.add(x, weights: weights, "StudentT") }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try rows.merge(other.rows, "StudentT") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// A local maximum of the likelihood near the median, with ν within 0.1 … 1e6: the ECME algorithm (Liu and Rubin
  /// 1995), at most 2,000 rounds until no parameter changes by more than 1e-10 of the scale.
  ///
  /// - Throws: `data` if there is no weight, no spread, or half of the weight at one value, where the likelihood has no
  ///   bound.
  public init(fitting statistics: Statistics) throws {
    let parameters = try statistics.rows.fit("StudentT") { values, weights in
      let fit = try StudentFit(values, weights: weights)
      return [fit.freedom, fit.location, fit.scale]
    }
    (degreesOfFreedom, location, scale) = (
      parameters.sliced(0, alongAxis: -1), parameters.sliced(1, alongAxis: -1), parameters.sliced(2, alongAxis: -1)
    )
  }
}
