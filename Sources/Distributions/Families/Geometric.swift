import SurprisalCore
import SurprisalTensors

/// The geometric distribution: the number of failures 0, 1, … before the first success, each trial of which succeeds
/// with probability p.
///
/// log P(k) = k log(1 − p) + log p. (Other texts count the trials, k + 1.)
public struct Geometric: Sendable {
  private let success: SuccessProbability

  /// The probability of success p > 0 of each trial, [batchShape].
  public var probability: Tensor { success.probability }
  /// log(p / (1 − p)), [batchShape].
  public var logits: Tensor { success.logits }

  /// Geometric distributions of the given probabilities of success.
  ///
  /// - Throws: `usage` if a number is not above 0 and at most 1.
  public init(probability: Tensor) throws {
    success = try SuccessProbability(probability: probability, "Geometric")
    try Checks.require(
      success.given .> 0, "Geometric", "probability", success.given, mustBe: "above 0 and at most 1")
  }

  /// Geometric distributions of the given log(p / (1 − p)), which may be +∞.
  ///
  /// - Throws: `usage` if one is NaN or −∞.
  public init(logits: Tensor) throws {
    success = try SuccessProbability(logits: logits, "Geometric")
    try Checks.require(success.given .> -.infinity, "Geometric", "logits", success.given, mustBe: "above −∞")
  }

  /// One geometric distribution, in float64.
  public init(probability: Double) throws { try self.init(probability: Tensor(probability, dtype: .float64)) }

  /// One geometric distribution of log(p / (1 − p)), in float64.
  public init(logits: Double) throws { try self.init(logits: Tensor(logits, dtype: .float64)) }
}

extension Geometric: UnivariateDistribution {
  /// The shape of the parameter.
  public var batchShape: [Int] { success.given.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameter.
  public var dtype: DType { success.given.dtype }
  /// The family and its parameter.
  public var description: String { "Geometric(\(success.description))" }
  /// The whole numbers of at least 0.
  public var support: Support {
    .integers(lower: Tensor(0, dtype: dtype), upper: Tensor(.infinity, dtype: dtype))
  }

  /// (1 − p) / p.
  public var mean: Tensor {
    switch success.form {
    case .probability(let p): (1 - p) / p
    case .logits(let logits): (-logits).exp()
    }
  }
  /// (1 − p) / p².
  public var variance: Tensor { mean / probability }
  /// 0.
  public var mode: Tensor { Tensor(zeros: batchShape, dtype: dtype) }

  /// −log p − ((1 − p) / p) log(1 − p), in nats.
  public func entropy() -> Tensor {
    // log(1 − p) (1 − p) / p goes to −1 with p, and to 0 with 1 − p.
    let isMeasured = (mean .> 0) .& (mean .< .infinity)
    let failures = Tensor(where: isMeasured, mean, else: 0) * Tensor(where: isMeasured, success.logComplement, else: 0)
    let limit = (mean .== .infinity).converted(to: dtype)
    return Tensor(where: isMeasured, -failures, else: limit) - success.logProbability
  }

  /// k log(1 − p) + log p for whole k ≥ 0.
  public func logDensity(of k: Tensor) -> Tensor {
    let isInside = (k .>= 0) .& (k .< .infinity) .& (k.floor() .== k)
    let failures = Tensor(where: isInside, k, else: 0).converted(to: Swift.max(k.dtype, dtype))
    return success.logLikelihood(successes: Tensor(1, dtype: dtype), failures: failures)
      .restricted(to: isInside, at: k)
  }

  /// 1 − (1 − p)^(⌊k⌋ + 1) for k ≥ 0.
  public func cumulative(at k: Tensor) -> Tensor { -logComplementaryCumulative(k).expMinusOne() }
  /// (1 − p)^(⌊k⌋ + 1) for k ≥ 0.
  public func complementaryCumulative(at k: Tensor) -> Tensor { logComplementaryCumulative(k).exp() }

  /// The least whole k ≥ 0 with (1 − p)^(k + 1) ≤ 1 − F: ⌈log(1 − F) / log(1 − p)⌉ − 1.
  public func quantile(at p: Tensor) -> Tensor {
    let ratio = log(onePlus: -p) / success.logComplement
    // A whole ratio stays whole: its rounding is taken off first.
    let lowered = Tensor(where: ratio .== ratio, ratio, else: 0) * (dtype == .float64 ? 1 - 0x1p-50 : 1 - 0x1p-21)
    return Tensor.maximum(lowered.ceil() - 1, 0).whereProbability(p)
  }

  /// KL(p ‖ q) = log(p / q) + ((1 − p) / p) log((1 − p) / (1 − q)) to another geometric distribution.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Geometric else { return nil }
    // That of one trial, for each of the 1 / p trials there are on average.
    let terms = success.divergenceTerms(to: q.success)
    let sum = terms.successes + terms.failures
    let (p, isInfinite) = (probability, sum .== .infinity)
    // +∞ is divided by nothing, so that its derivative is no NaN.
    let isDivided = (p .> 0) .& .!isInfinite
    let quotient = Tensor(where: isDivided, sum, else: 0) / Tensor(where: isDivided, p, else: 1)
    // Where p is too small for a number, the first term divided by it still is one, and the second goes to 0.
    let limit = (q.success.logProbability - success.logProbability).exponentialExcess()
    return Tensor(where: isDivided, quotient, else: Tensor(where: isInfinite, .infinity, else: limit))
  }

  /// Independent numbers of failures, of the type of the parameter: ⌊log(1 − u) / log(1 − p)⌋ with u uniform in 0 … 1.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let noise = Noise.exponential(shape + batchShape, .float64, using: &generator)
    let rate = -success.logComplement.withoutDerivative().converted(to: .float64)
    return Tensor(where: rate .> 0, (noise / rate).floor(), else: .infinity).converted(to: dtype)
  }

  private func logComplementaryCumulative(_ k: Tensor) -> Tensor {
    let isInside = (k .>= 0) .& (k .< .infinity)
    let trials = Tensor(where: isInside, k.withoutDerivative().floor() + 1, else: 1)
    let value = Tensor(where: isInside, trials * success.logComplement, else: -.infinity)
    return Tensor(where: k .< 0, 0, else: Tensor(where: k .!= k, .nan, else: value))
  }
}

extension Geometric: ExponentialFamily {
  /// log(1 − p), for the statistic k.
  public var naturalParameters: [Tensor] { [success.logComplement] }
  /// k.
  public func sufficientStatistics(of k: Tensor) -> [Tensor] { [k] }
  /// 0 for whole k ≥ 0, else −∞.
  public func logBaseMeasure(of k: Tensor) -> Tensor {
    Tensor(zeros: [], dtype: dtype).restricted(to: support.contains(k), at: k)
  }
  /// −log(1 − e^η).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor {
    -(-naturalParameters[0].expMinusOne()).log()
  }
}

extension Geometric: FittableDistribution {
  /// Σ w and the weighted mean.
  public struct Statistics: SufficientStatistics {
    var moments = MomentSums()

    /// Takes in whole numbers of at least 0, [rows, batchShape].
    public mutating func add(_ k: Tensor, weights: Tensor?) throws {
      let isInside = (k .>= 0) .& (k .< .infinity) .& (k.floor() .== k)
      try Rows.require(isInside, k, "Geometric", mustBe: "a whole number of at least 0")
      try moments.add(k, weights: weights, "Geometric")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try moments.merge(other.moments, "Geometric") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// p = 1 / (1 + the weighted mean).
  ///
  /// - Throws: `data` if there is no weight.
  public init(fitting statistics: Statistics) throws {
    let mean = try statistics.moments.meanAndVariance("Geometric", needsSpread: false).mean
    success = SuccessProbability(uncheckedProbability: (mean + 1).reciprocal())
  }
}
