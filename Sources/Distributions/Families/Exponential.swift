import SurprisalCore
import SurprisalTensors

/// The exponential distribution with rate λ, the distribution of the time until an event that comes λ times per unit.
///
/// log p(x) = log λ − λ x for x ≥ 0.
public struct Exponential: Sendable {
  /// The rate λ > 0, [batchShape].
  public let rate: Tensor

  /// Exponential distributions of the given rates.
  ///
  /// - Throws: `usage` if a rate is not above 0 and finite.
  public init(rate: Tensor) throws {
    self.rate = try Checks.promoted("Exponential", [("rate", rate)])[0]
    try Checks.positive("Exponential", "rate", self.rate)
  }

  /// One exponential distribution, in float64.
  public init(rate: Double) throws { try self.init(rate: Tensor(rate, dtype: .float64)) }
}

extension Exponential: UnivariateDistribution {
  /// The shape of the rate.
  public var batchShape: [Int] { rate.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the rate.
  public var dtype: DType { rate.dtype }
  /// The family and its parameter.
  public var description: String { "Exponential(rate: \(rate))" }
  /// Numbers of at least 0.
  public var support: Support {
    .interval(lower: Tensor(0, dtype: dtype), upper: Tensor(.infinity, dtype: dtype))
  }

  /// 1 / λ.
  public var mean: Tensor { rate.reciprocal() }
  /// 1 / λ².
  public var variance: Tensor { mean.square() }
  /// 0.
  public var mode: Tensor { Tensor(zeros: batchShape, dtype: dtype) }

  /// 1 − log λ, in nats.
  public func entropy() -> Tensor { 1 - rate.log() }

  /// log λ − λ x for x ≥ 0.
  public func logDensity(of x: Tensor) -> Tensor {
    let isInside = x .>= 0
    return (rate.log() - rate * Tensor(where: isInside, x, else: 0)).restricted(to: isInside, at: x)
  }

  /// 1 − e^(−λ x) for x ≥ 0.
  public func cumulative(at x: Tensor) -> Tensor { -logComplement(x).expMinusOne() }
  /// e^(−λ x) for x ≥ 0.
  public func complementaryCumulative(at x: Tensor) -> Tensor { logComplement(x).exp() }

  /// −log(1 − p) / λ.
  public func quantile(at p: Tensor) -> Tensor { (-log(onePlus: -p) / rate).whereProbability(p) }

  /// KL(p ‖ q) = log(λ_p / λ_q) + λ_q / λ_p − 1 to another exponential distribution.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Exponential else { return nil }
    return Tensor.logRatio(q.rate, rate).exponentialExcess()
  }

  /// −λ x for x ≥ 0.
  private func logComplement(_ x: Tensor) -> Tensor {
    // The derivative by the rate at infinity is 0, not 0 · ∞.
    let isFinite = (x .> 0) .& (x .< .infinity)
    let outside = Tensor(where: x .<= 0, 0, else: Tensor(where: x .!= x, .nan, else: Tensor(-.infinity, dtype: dtype)))
    return Tensor(where: isFinite, -(rate * Tensor(where: isFinite, x, else: 0)), else: outside)
  }

  /// Independent exponential numbers.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }
}

extension Exponential: Reparameterized {
  /// ε / λ with standard exponential ε.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    Noise.exponential(shape + batchShape, dtype, using: &generator) / rate
  }
}

extension Exponential: ExponentialFamily {
  /// −λ, for the statistic x.
  public var naturalParameters: [Tensor] { [-rate] }
  /// x.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x] }
  /// 0 for x ≥ 0, else −∞.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    Tensor(zeros: [], dtype: dtype).restricted(to: x .>= 0, at: x)
  }
  /// −log(−η).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor { -(-naturalParameters[0]).log() }
}

extension Exponential: FittableDistribution {
  /// Σ w and the weighted mean.
  public struct Statistics: SufficientStatistics {
    var moments = MomentSums()

    /// Takes in finite numbers of at least 0, [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      try Rows.require(x .>= 0, x.converted(to: .float64), "Exponential", mustBe: "at least 0")
      try moments.add(x, weights: weights, "Exponential")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try moments.merge(other.moments, "Exponential") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// λ = 1 / the weighted mean.
  ///
  /// - Throws: `data` if there is no weight, or all rows are 0.
  public init(fitting statistics: Statistics) throws {
    let mean = try statistics.moments.meanAndVariance("Exponential", needsSpread: false).mean
    guard (mean .> 0).all().item == 1 else {
      throw SurprisalError(.data, "Exponential: the rows are all 0, no fit has a density there")
    }
    guard (mean.reciprocal() .< .infinity).all().item == 1 else {
      throw SurprisalError(.data, "Exponential: the rate is beyond float64", remedy: "fit the rows in a smaller unit")
    }
    rate = mean.reciprocal()
  }
}
