import SurprisalCore
import SurprisalTensors

/// The Poisson distribution of counts with rate λ ≥ 0.
///
/// log p(x) = x log λ − λ − log x!, computed as Loader (2000) so that it keeps its digits for counts of any size.
public struct Poisson: Sendable {
  /// The rate λ ≥ 0, [batchShape].
  public let rate: Tensor

  /// Poisson distributions of these rates; at a rate of 0 the count is 0 for certain.
  ///
  /// - Throws: `usage` if a rate is below 0 or not finite.
  public init(rate: Tensor) throws {
    let rate = try Checks.promoted("Poisson", [("rate", rate)])[0]
    try Checks.require(
      (rate .>= 0) .& (rate .< .infinity), "Poisson", "rate", rate, mustBe: "at least 0 and finite")
    self.rate = rate
  }

  /// One Poisson distribution, in float64.
  public init(rate: Double) throws { try self.init(rate: Tensor(rate, dtype: .float64)) }
}

extension Poisson: UnivariateDistribution {
  /// The shape of the rate.
  public var batchShape: [Int] { rate.shape }
  /// [], a count.
  public var eventShape: [Int] { [] }
  /// The type of the rate.
  public var dtype: DType { rate.dtype }
  /// The family and its parameter.
  public var description: String { "Poisson(rate: \(rate))" }
  /// Whole numbers of at least 0.
  public var support: Support {
    .integers(
      lower: Tensor(zeros: batchShape, dtype: dtype),
      upper: Tensor(repeating: .infinity, shape: batchShape, dtype: dtype))
  }

  /// λ.
  public var mean: Tensor { rate }
  /// λ.
  public var variance: Tensor { rate }
  /// ⌊λ⌋; where λ is whole, λ − 1 has the same mass.
  public var mode: Tensor { rate.floor() }

  /// In nats, to an absolute 1e-14 + rounding: by summation up to λ = 2,000, above by the expansion
  /// ½ log(2 π e λ) − 1 / (12 λ) − 1 / (24 λ²) − 19 / (360 λ³).
  public func entropy() -> Tensor {
    let rate = rate
    return ExpectedLogFactorial.rest(mean: rate, complement: Tensor(1, dtype: dtype)) { counts in
      Tensor.poissonLogMass(of: counts, mean: rate)
    }
  }

  /// x log λ − λ − log x!; −∞ unless x is a whole number of at least 0.
  public func logDensity(of x: Tensor) -> Tensor { Tensor.poissonLogMass(of: x, mean: rate) }

  /// Q(⌊x⌋ + 1, λ), the upper incomplete gamma function.
  public func cumulative(at x: Tensor) -> Tensor {
    tail(x, sign: -1) { count, rate in count < 0 ? 0 : SpecialFunctions.gammaUpper(count + 1, rate) }
  }

  /// P(⌊x⌋ + 1, λ), the lower incomplete gamma function.
  public func complementaryCumulative(at x: Tensor) -> Tensor {
    tail(x, sign: 1) { count, rate in count < 0 ? 1 : SpecialFunctions.gammaLower(count + 1, rate) }
  }

  /// The least count with F ≥ p; +∞ at p = 1 for rates above 0.
  public func quantile(at p: Tensor) -> Tensor {
    Tensor.elementwise([p, rate]) { p, rate, _ in
      CountQuantile.search(p, mean: rate, standardDeviation: rate.squareRoot(), last: .infinity) { count in
        SpecialFunctions.gammaUpper(count + 1, rate)
      } upper: { count in
        SpecialFunctions.gammaLower(count + 1, rate)
      }
    } derivative: { inputs, _, argument in
      Tensor(zeros: inputs[argument].shape, dtype: inputs[argument].dtype)
    }
  }

  /// λ_p log(λ_p / λ_q) + λ_q − λ_p to another Poisson distribution; to a binomial one +∞ unless the rate is 0.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    if let q = q as? Poisson { return Tensor.poissonDivergence(rate, q.rate) }
    guard let q = q as? Binomial else { return nil }
    return Tensor(where: rate .> 0, .infinity, else: -q.logDensity(of: rate * 0))
  }

  /// Independent counts: by inversion for rates below 10, above by transformed rejection (Hörmann 1993).
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    Tensor.poisson(rates: rate.broadcast(to: shape + batchShape), using: &generator)
  }

  /// A tail probability at ⌊x⌋ with its derivative ± the mass there by the rate.
  private func tail(
    _ x: Tensor, sign: Double, _ function: @escaping @Sendable (_ count: Double, _ rate: Double) -> Double
  ) -> Tensor {
    Tensor.elementwise([x, rate]) { x, rate, _ in
      x.isNaN ? .nan : function(x.rounded(.down), rate)
    } derivative: { inputs, _, argument in
      guard argument == 1 else { return Tensor(zeros: inputs[0].shape, dtype: inputs[0].dtype) }
      return Tensor.poissonLogMass(of: inputs[0].floor(), mean: inputs[1]).exp() * sign
    }
  }
}

extension Poisson: ExponentialFamily {
  /// log λ, for the statistic x.
  public var naturalParameters: [Tensor] { [rate.log()] }
  /// x.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x] }
  /// −log x! of counts, else −∞.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    let isInside = (x .>= 0) .& x.isWhole
    return (-(Tensor(where: isInside, x, else: 0) + 1).logGamma()).restricted(to: isInside, at: x)
  }
  /// e^η.
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor { naturalParameters[0].exp() }
}

extension Poisson: FittableDistribution {
  /// Σ w and the mean.
  public struct Statistics: SufficientStatistics {
    var moments = MomentSums()

    /// Takes in counts [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      try Rows.require((x .>= 0) .& x.isWhole, x.converted(to: .float64), "Poisson", mustBe: "a count")
      try moments.add(x, weights: weights, "Poisson")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try moments.merge(other.moments, "Poisson") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The weighted mean of the rows as rate.
  ///
  /// - Throws: `data` if there is no weight.
  public init(fitting statistics: Statistics) throws {
    rate = try statistics.moments.meanAndVariance("Poisson", needsSpread: false).mean
  }
}
