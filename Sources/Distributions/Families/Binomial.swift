import SurprisalCore
import SurprisalTensors

/// The binomial distribution of the number of successes in n independent trials of probability p.
///
/// log p(x) = log (n over x) + x log p + (n − x) log(1 − p), computed as Loader (2000) so that it keeps its digits for any
/// number of trials, and from logits also where p or 1 − p is below float64.
public struct Binomial: Sendable {
  /// The number of trials n, [batchShape].
  public let trials: Tensor
  private let parameter: Tensor
  private let isLogit: Bool

  /// Binomial distributions of trials and probabilities of success that broadcast together.
  ///
  /// - Throws: `usage` if trials are not whole numbers of at least 0 or a probability is outside 0 … 1.
  public init(trials: Tensor, probability: Tensor) throws {
    let parameters = try Checks.promoted("Binomial", [("trials", trials), ("probability", probability)])
    try Checks.trials("Binomial", parameters[0])
    try Checks.probability("Binomial", "probability", parameters[1])
    self.init(unchecked: parameters[0], parameters[1], isLogit: false)
  }

  /// Binomial distributions of trials and logits log(p / (1 − p)) that broadcast together.
  ///
  /// - Throws: `usage` if trials are not whole numbers of at least 0 or a logit is not finite.
  public init(trials: Tensor, logits: Tensor) throws {
    let parameters = try Checks.promoted("Binomial", [("trials", trials), ("logits", logits)])
    try Checks.trials("Binomial", parameters[0])
    try Checks.finite("Binomial", "logits", parameters[1])
    self.init(unchecked: parameters[0], parameters[1], isLogit: true)
  }

  /// One binomial distribution, in float64.
  public init(trials: Int, probability: Double) throws {
    try self.init(
      trials: Tensor(Double(trials), dtype: .float64), probability: Tensor(probability, dtype: .float64))
  }

  private init(unchecked trials: Tensor, _ parameter: Tensor, isLogit: Bool) {
    (self.trials, self.parameter, self.isLogit) = (trials, parameter, isLogit)
  }

  /// The probability of success p, [batchShape].
  public var probability: Tensor { isLogit ? parameter.sigmoid() : parameter }
  /// log(p / (1 − p)), [batchShape].
  public var logits: Tensor { isLogit ? parameter : parameter.log() - log(onePlus: -parameter) }
  private var success: SuccessProbability {
    isLogit ? SuccessProbability(uncheckedLogits: parameter) : SuccessProbability(uncheckedProbability: parameter)
  }
  /// 1 − p with the digits that it has where p is near 1.
  var complement: Tensor { isLogit ? (-parameter).sigmoid() : 1 - parameter }
}

extension Binomial: UnivariateDistribution {
  /// The shape of the parameters.
  public var batchShape: [Int] { trials.shape }
  /// [], a count.
  public var eventShape: [Int] { [] }
  /// The type of the parameters.
  public var dtype: DType { trials.dtype }
  /// The family and its parameters.
  public var description: String { "Binomial(trials: \(trials), \(isLogit ? "logits" : "probability"): \(parameter))" }
  /// Whole numbers of 0 … n.
  public var support: Support { .integers(lower: Tensor(zeros: batchShape, dtype: dtype), upper: trials) }

  /// n p.
  public var mean: Tensor { trials * probability }
  /// n p (1 − p).
  public var variance: Tensor { trials * probability * complement }
  /// ⌊(n + 1) p⌋, at most n; where (n + 1) p is whole, the count below has the same mass.
  public var mode: Tensor { Tensor.minimum(((trials + 1) * probability).floor(), trials) }

  /// In nats, to an absolute 1e-14 + rounding: E[−log p(X)] = r(n p) + r(n (1 − p)) − log n! + (n log n − n) with r of each
  /// outcome's count by summation up to a mean of 2,000, above by an expansion; see `ExpectedLogFactorial`.
  public func entropy() -> Tensor { successRest + failureRest - trials.logFactorialRest }

  /// log (n over x) + x log p + (n − x) log(1 − p); −∞ unless x is a whole number of 0 … n.
  public func logDensity(of x: Tensor) -> Tensor {
    isLogit
      ? Tensor.binomialLogMass(of: x, trials: trials, logits: parameter)
      : Tensor.binomialLogMass(of: x, trials: trials, probability: parameter)
  }

  /// I_{1−p}(n − ⌊x⌋, ⌊x⌋ + 1), the incomplete beta function.
  public func cumulative(at x: Tensor) -> Tensor { tail(x, sign: -1, lowerTail) }

  /// I_p(⌊x⌋ + 1, n − ⌊x⌋), the incomplete beta function.
  public func complementaryCumulative(at x: Tensor) -> Tensor { tail(x, sign: 1, upperTail) }

  /// The least count with F ≥ p.
  public func quantile(at p: Tensor) -> Tensor {
    let (lower, upper, isLogit) = (lowerTail, upperTail, isLogit)
    return Tensor.elementwise([p, trials, parameter]) { level, n, parameter in
      let p = isLogit ? CountMass.sigmoid(parameter) : parameter
      let q = isLogit ? CountMass.sigmoid(-parameter) : 1 - parameter
      return CountQuantile.search(level, mean: n * p, standardDeviation: (n * p * q).squareRoot(), last: n) { count in
        lower(count, n, parameter)
      } upper: { count in
        upper(count, n, parameter)
      }
    } derivative: { inputs, _, argument in
      Tensor(zeros: inputs[argument].shape, dtype: inputs[argument].dtype)
    }
  }

  /// To another binomial distribution of as many trials n (p log(p / q) + (1 − p) log((1 − p) / (1 − q))), of fewer +∞
  /// (unless p = 0), and of more none: then it has no closed form. To a Poisson distribution of rate λ the sum of the
  /// deviance of n p from λ and the entropies' parts, exact as the entropy is.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    if let q = q as? Poisson {
      let excess = Tensor.poissonDivergence(mean, q.rate) + trials.logFactorialRest - failureRest
      return Tensor.maximum(excess, 0)
    }
    guard let q = q as? Binomial, (trials .>= q.trials).all().item == 1 else { return nil }
    // By logarithms, of which those of probabilities below float64 are numbers still.
    let terms = success.divergenceTerms(to: q.success)
    let divergence = terms.successes + terms.failures
    let isCertain = (probability .== 0) .| (trials .== 0)
    let nothing = -q.logDensity(of: trials * 0)
    let equal = Tensor(where: trials .== 0, 0, else: trials * divergence)
    return Tensor(where: trials .== q.trials, equal, else: Tensor(where: isCertain, nothing, else: .infinity))
  }

  /// Independent counts: by inversion where n min(p, 1 − p) < 10, else by transformed rejection (Hörmann 1993).
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    Tensor.binomial(
      trials: trials.broadcast(to: shape + batchShape), probabilities: probability, complements: complement,
      using: &generator)
  }

  /// E[log X!] − (m log m − m) of the successes, m = n p.
  private var successRest: Tensor {
    let (n, p, q) = (trials, probability, complement)
    return ExpectedLogFactorial.rest(mean: n * p, complement: q) { self.logDensity(of: $0) }
  }

  /// The same of the failures.
  private var failureRest: Tensor {
    let (n, p, q) = (trials, probability, complement)
    return ExpectedLogFactorial.rest(mean: n * q, complement: p) { self.logDensity(of: n - $0) }
  }

  /// P(X ≤ count) by count, n and the parameter.
  private var lowerTail: @Sendable (Double, Double, Double) -> Double {
    let isLogit = isLogit
    return { count, n, parameter in
      if count < 0 || count >= n { return count < 0 ? 0 : 1 }
      return isLogit
        ? CountMass.betaUpper(count + 1, n - count, logit: parameter)
        : SpecialFunctions.betaLower(n - count, count + 1, 1 - parameter, parameter)
    }
  }

  /// P(X > count) by count, n and the parameter.
  private var upperTail: @Sendable (Double, Double, Double) -> Double {
    let isLogit = isLogit
    return { count, n, parameter in
      if count < 0 || count >= n { return count < 0 ? 1 : 0 }
      return isLogit
        ? CountMass.betaLower(count + 1, n - count, logit: parameter)
        : SpecialFunctions.betaLower(count + 1, n - count, parameter, 1 - parameter)
    }
  }

  /// A tail probability at ⌊x⌋; its derivative by p is ± n times the mass of n − 1 trials there.
  private func tail(
    _ x: Tensor, sign: Double, _ function: @escaping @Sendable (Double, Double, Double) -> Double
  ) -> Tensor {
    let isLogit = isLogit
    return Tensor.elementwise([x, trials, parameter]) { x, n, parameter in
      x.isNaN ? .nan : function(x.rounded(.down), n, parameter)
    } derivative: { inputs, _, argument in
      guard argument == 2 else { return Tensor(zeros: inputs[argument].shape, dtype: inputs[argument].dtype) }
      let (count, n, parameter) = (inputs[0].floor(), inputs[1], inputs[2])
      guard isLogit else {
        return Tensor.binomialLogMass(of: count, trials: n - 1, probability: parameter).exp() * n * sign
      }
      let slope = parameter.sigmoid() * (-parameter).sigmoid()
      return Tensor.binomialLogMass(of: count, trials: n - 1, logits: parameter).exp() * n * slope * sign
    }
  }
}

extension Binomial: ExponentialFamily {
  /// The logit, for the statistic x.
  public var naturalParameters: [Tensor] { [logits] }
  /// x.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x] }
  /// log (n over x).
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    let isInside = support.contains(x)
    return Tensor.logBinomial(trials, Tensor(where: isInside, x, else: 0)).restricted(to: isInside, at: x)
  }
  /// n log(1 + e^η).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor { trials * naturalParameters[0].softplus() }
}

extension Binomial: RefittableDistribution {
  /// Σ w and the mean of counts in a known number of trials.
  public struct Statistics: SufficientStatistics {
    /// The number of trials of each row, [batchShape].
    public let trials: Tensor
    var moments = MomentSums()

    /// Statistics of no rows of counts in `trials` trials.
    public init(trials: Tensor) { self.trials = trials.withoutDerivative().converted(to: .float64) }

    /// Takes in counts [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      let x = x.withoutDerivative().converted(to: .float64)
      guard x.rank > 0, broadcastShape(Array(x.shape.dropFirst()), trials.shape) == Array(x.shape.dropFirst()) else {
        throw SurprisalError(
          .usage, "Binomial: trials of shape \(trials.shape) do not fit rows of shape \(x.shape)")
      }
      try Rows.require(
        (x .>= 0) .& (x .<= trials) .& x.isWhole, x, "Binomial", mustBe: "a count of successes in its trials")
      try moments.add(x, weights: weights, "Binomial")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try moments.merge(other.moments, "Binomial") }
  }

  /// Statistics of no rows of counts in as many trials as here.
  public func statistics() -> Statistics { Statistics(trials: trials) }

  /// The weighted mean of the rows, divided by the trials, as probability; the trials are known, not fitted.
  ///
  /// - Throws: `data` if there is no weight, or no trials; `usage` if these are not whole numbers.
  public init(fitting statistics: Statistics) throws {
    let mean = try statistics.moments.meanAndVariance("Binomial", needsSpread: false).mean
    guard (statistics.trials .> 0).all().item == 1 else {
      throw SurprisalError(.data, "Binomial: rows without trials have no probability to fit")
    }
    try self.init(trials: statistics.trials, probability: mean / statistics.trials)
  }

  /// The fit to rows of counts x, [rows, batchShape], in known numbers of trials, with weights [rows] or
  /// [rows, batchShape], all 1 if nil.
  public init(fitting x: Tensor, trials: Tensor, weights: Tensor? = nil) throws {
    var statistics = Statistics(trials: trials)
    try statistics.add(x, weights: weights)
    try self.init(fitting: statistics)
  }
}

extension Checks {
  /// Every element is a whole number of at least 0.
  static func trials(_ family: String, _ value: Tensor) throws {
    try require((value .>= 0) .& value.isWhole, family, "trials", value, mustBe: "a whole number of at least 0")
  }
}
