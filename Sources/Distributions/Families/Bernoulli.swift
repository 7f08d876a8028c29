import SurprisalCore
import SurprisalTensors

/// The Bernoulli distribution: 1 with probability p, else 0.
///
/// log P(x) = x log p + (1 − x) log(1 − p), where 0 · log 0 is 0: an impossible event has exactly −∞.
public struct Bernoulli: Sendable {
  private let success: SuccessProbability

  /// The probability of 1, [batchShape].
  public var probability: Tensor { success.probability }
  /// log(p / (1 − p)), [batchShape].
  public var logits: Tensor { success.logits }

  /// Bernoulli distributions of the given probabilities of 1.
  ///
  /// - Throws: `usage` if a number is not within 0 … 1.
  public init(probability: Tensor) throws {
    success = try SuccessProbability(probability: probability, "Bernoulli")
  }

  /// Bernoulli distributions of the given log(p / (1 − p)), which may be infinite.
  ///
  /// - Throws: `usage` if one is NaN.
  public init(logits: Tensor) throws { success = try SuccessProbability(logits: logits, "Bernoulli") }

  /// One Bernoulli distribution, in float64.
  public init(probability: Double) throws { try self.init(probability: Tensor(probability, dtype: .float64)) }

  /// One Bernoulli distribution of log(p / (1 − p)), in float64.
  public init(logits: Double) throws { try self.init(logits: Tensor(logits, dtype: .float64)) }
}

extension Bernoulli: UnivariateDistribution {
  /// The shape of the parameter.
  public var batchShape: [Int] { success.given.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameter.
  public var dtype: DType { success.given.dtype }
  /// The family and its parameter.
  public var description: String { "Bernoulli(\(success.description))" }
  /// 0 and 1.
  public var support: Support { .integers(lower: Tensor(0, dtype: dtype), upper: Tensor(1, dtype: dtype)) }

  /// p.
  public var mean: Tensor { probability }
  /// p (1 − p).
  public var variance: Tensor { probability * success.complement }
  /// 1 if p > ½, else 0.
  public var mode: Tensor { (success.given .> success.middle).converted(to: dtype) }

  /// −p log p − (1 − p) log(1 − p), in nats.
  public func entropy() -> Tensor { success.entropy }

  /// log p at 1, log(1 − p) at 0.
  public func logDensity(of x: Tensor) -> Tensor {
    let (isOne, isZero) = (x .== 1, x .== 0)
    return success.logLikelihood(successes: isOne.converted(to: dtype), failures: isZero.converted(to: dtype))
      .restricted(to: isOne .| isZero, at: x)
  }

  /// 0 below 0, 1 − p below 1, and 1 from there on.
  public func cumulative(at x: Tensor) -> Tensor { stepped(x, 0, success.complement, 1) }
  /// 1 below 0, p below 1, and 0 from there on.
  public func complementaryCumulative(at x: Tensor) -> Tensor { stepped(x, 1, probability, 0) }

  /// 0 up to the probability 1 − p, and 1 above.
  public func quantile(at p: Tensor) -> Tensor {
    // 1 − p of a p above ½ is exact, and has the digits that one near 1 has lost.
    let isAbove = Tensor(where: p .> 0.5, (1 - p) .< probability, else: p .> success.complement)
    // At 1 every probability above 0 counts, also one below the least number of the type.
    let isCertain = (p .== 1) .& (success.logProbability .> -.infinity)
    return (isAbove .| isCertain).converted(to: dtype).whereProbability(p)
  }

  /// KL(p ‖ q) = p log(p / q) + (1 − p) log((1 − p) / (1 − q)) to another Bernoulli distribution.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Bernoulli else { return nil }
    let terms = success.divergenceTerms(to: q.success)
    return terms.successes + terms.failures
  }

  /// Independent numbers 0 and 1 of the type of the parameter.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    Tensor.bernoulli(probabilities: probability.broadcast(to: shape + batchShape), using: &generator)
  }

  private func stepped(_ x: Tensor, _ below: Double, _ between: Tensor, _ above: Double) -> Tensor {
    let value = Tensor(where: x .< 0, below, else: Tensor(where: x .>= 1, above, else: between))
    return Tensor(where: x .!= x, .nan, else: value)
  }
}

extension Bernoulli: ExponentialFamily {
  /// log(p / (1 − p)), for the statistic x.
  public var naturalParameters: [Tensor] { [logits] }
  /// x.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x] }
  /// 0 at 0 and 1, else −∞.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    Tensor(zeros: [], dtype: dtype).restricted(to: (x .== 0) .| (x .== 1), at: x)
  }
  /// log(1 + e^η).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor { naturalParameters[0].softplus() }
}

extension Bernoulli: FittableDistribution {
  /// Σ w and the weighted mean.
  public struct Statistics: SufficientStatistics {
    var moments = MomentSums()

    /// Takes in numbers 0 and 1, [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      try Rows.require((x .== 0) .| (x .== 1), x, "Bernoulli", mustBe: "0 or 1")
      try moments.add(x, weights: weights, "Bernoulli")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try moments.merge(other.moments, "Bernoulli") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// p = the weighted share of ones.
  ///
  /// - Throws: `data` if there is no weight.
  public init(fitting statistics: Statistics) throws {
    let share = try statistics.moments.meanAndVariance("Bernoulli", needsSpread: false).mean
    success = SuccessProbability(uncheckedProbability: share.clamped(to: 0...1))
  }
}
