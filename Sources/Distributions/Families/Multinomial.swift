import SurprisalCore
import SurprisalTensors

/// The multinomial distribution of how often each of K classes comes up in n independent trials.
///
/// log p(x) = log n! − Σ log xᵢ! + Σ xᵢ log pᵢ, computed as Loader (2000) so that it keeps its digits for any number of
/// trials.
public struct Multinomial: Sendable {
  /// The number of trials n, [batchShape].
  public let trials: Tensor
  private let parameter: Tensor
  private let isLogarithm: Bool

  /// Multinomial distributions of trials [...] and probabilities [..., K], whose leading axes broadcast together.
  ///
  /// Probabilities that do not add up to 1 to rounding are divided by their sum. Derivatives are those of probabilities
  /// divided by their sum in any case.
  ///
  /// - Throws: `usage` if trials are not whole numbers of at least 0, or a probability is outside 0 … 1 or a sum of them
  ///   further from 1 than the root of the type's ε (1.5e-8 in float64, 3.5e-4 in float32).
  public init(trials: Tensor, probabilities: Tensor) throws {
    let classes = try Checks.extent("Multinomial", "probabilities", probabilities)
    let parameters = try Checks.promoted(
      "Multinomial", [("trials", trials, []), ("probabilities", probabilities, [classes])])
    try Checks.trials("Multinomial", parameters[0])
    try Checks.probability("Multinomial", "probabilities", parameters[1])
    let sum = parameters[1].sum(alongAxes: [-1], keepingAxes: true)
    let (distance, epsilon) = ((sum.withoutDerivative() - 1).abs(), parameters[1].dtype.epsilon)
    try Checks.require(
      distance .<= epsilon.squareRoot(), "Multinomial", "the sum of probabilities", sum, mustBe: "1")
    let isExact = distance .<= 8 * Double(classes) * epsilon
    self.init(unchecked: parameters[0], Tensor(where: isExact, parameters[1], else: parameters[1] / sum))
  }

  /// Multinomial distributions of trials [...] and logits [..., K], with pᵢ = exp(logitᵢ) / Σ exp(logit).
  ///
  /// - Throws: `usage` if trials are not whole numbers of at least 0, or a logit is NaN or +∞ or all of a row are −∞.
  public init(trials: Tensor, logits: Tensor) throws {
    let classes = try Checks.extent("Multinomial", "logits", logits)
    let parameters = try Checks.promoted("Multinomial", [("trials", trials, []), ("logits", logits, [classes])])
    try Checks.trials("Multinomial", parameters[0])
    try Checks.require(
      parameters[1] .< .infinity, "Multinomial", "logits", parameters[1], mustBe: "a number below infinity")
    let largest = parameters[1].max(alongAxes: [-1])
    try Checks.require(largest .> -.infinity, "Multinomial", "the largest logit", largest, mustBe: "finite")
    (self.trials, parameter, isLogarithm) = (parameters[0], parameters[1].logSoftmax(), true)
  }

  private init(unchecked trials: Tensor, _ probabilities: Tensor) {
    (self.trials, parameter, isLogarithm) = (trials, probabilities, false)
  }

  /// The probabilities of the classes, [batchShape, K].
  public var probabilities: Tensor { isLogarithm ? parameter.exp() : parameter }
  /// The logarithms of the probabilities, [batchShape, K].
  public var logProbabilities: Tensor { isLogarithm ? parameter : parameter.log() }
  /// The number K of classes.
  var classes: Int { parameter.shape[parameter.rank - 1] }
  private var wideTrials: Tensor { trials.expandingAxis(-1) }
  /// log p, −∞ with the derivative 0 for p = 0.
  private var finiteLogs: Tensor { isLogarithm ? parameter : parameter.logOfProbability() }
}

extension Multinomial: Distribution {
  /// The shape of the trials.
  public var batchShape: [Int] { trials.shape }
  /// [K], a count for each class.
  public var eventShape: [Int] { [classes] }
  /// The type of the parameters.
  public var dtype: DType { trials.dtype }
  /// The family and its parameters.
  public var description: String { "Multinomial(trials: \(trials), probabilities: \(probabilities))" }
  /// Counts that add up to n.
  public var support: Support { .counts(total: trials, count: classes) }

  /// n p.
  public var mean: Tensor { wideTrials * probabilities }
  /// n pᵢ (1 − pᵢ) of each count.
  public var variance: Tensor { wideTrials * probabilities * (1 - probabilities) }

  /// From ⌊n pᵢ⌋, which no mode is below, each of the fewer than K trials left given to the class of the largest
  /// pᵢ / (xᵢ + 1) (Feller 1968, VI.10).
  public var mode: Tensor {
    let p = probabilities.withoutDerivative().converted(to: .float64).scalars(as: Double.self)
    let totals = trials.withoutDerivative().converted(to: .float64).scalars(as: Double.self)
    var counts = [Double](repeating: 0, count: p.count)
    for (row, total) in totals.enumerated() {
      let places = row * classes..<(row + 1) * classes
      for place in places { counts[place] = (total * p[place]).rounded(.down) }
      var left = total - places.reduce(0) { $0 + counts[$1] }
      while left > 0, let best = places.max(by: { p[$0] * (counts[$1] + 1) < p[$1] * (counts[$0] + 1) }) {
        // From 2⁵³ on one trial may be less than the spacing of the numbers.
        let given = Swift.max(1, counts[best].ulp)
        counts[best] += given
        left -= given
      }
      while left < 0, let worst = places.filter({ counts[$0] > 0 }).min(by: { p[$0] * counts[$1] < p[$1] * counts[$0] })
      {
        // Rounding took n pᵢ above a whole number.
        let taken = Swift.max(1, counts[worst].ulp)
        counts[worst] -= taken
        left += taken
      }
    }
    return Tensor(counts, shape: batchShape + eventShape).converted(to: dtype)
  }

  /// In nats, to an absolute K · 1e-14 + rounding: Σ r(n pᵢ) − log n! + (n log n − n) with r of each class's count by
  /// summation up to a mean of 2,000, above by an expansion; see `ExpectedLogFactorial`.
  public func entropy() -> Tensor {
    let (n, p) = (wideTrials, probabilities)
    let rests = ExpectedLogFactorial.rest(mean: n * p, complement: 1 - p) { counts in
      Tensor.binomialLogMass(of: counts, trials: n, probability: Tensor.minimum(p, 1))
    }
    return rests.sum(alongAxes: [-1]) - trials.logFactorialRest
  }

  /// log n! − Σ log xᵢ! + Σ xᵢ log pᵢ; −∞ unless x are counts that add up to n, NaN for NaN.
  public func logDensity(of x: Tensor) -> Tensor {
    let plain = x.withoutDerivative()
    let isInside = support.contains(plain)
    let counts = Tensor(where: isInside.expandingAxis(-1), x, else: 0)
    let parts =
      isLogarithm
      ? Tensor.multinomialParts(of: counts, trials: wideTrials, logProbabilities: parameter)
      : Tensor.multinomialParts(of: counts, trials: wideTrials, probabilities: parameter)
    let mass = Tensor(where: isInside, parts.sum(alongAxes: [-1]) + trials.logFactorialRest, else: -.infinity)
    return mass.filled(with: .nan, where: (plain .!= plain).any(alongAxes: [-1]))
  }

  /// n Σ pᵢ log(pᵢ / qᵢ) to a multinomial distribution of as many trials and classes, +∞ to one of other trials: no
  /// count belongs to both.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Multinomial, q.classes == classes else { return nil }
    // By logarithms, of which those of probabilities below float64 are numbers still.
    let refined =
      isLogarithm || q.isLogarithm
      ? nil : Tensor.logRatio(q.parameter.withoutDerivative(), parameter.withoutDerivative())
    let divergence = Tensor.divergenceTerm(logP: finiteLogs, logQ: q.finiteLogs, refined: refined)
      .sum(alongAxes: [-1])
    let equal = Tensor(where: trials .== 0, 0, else: trials * divergence)
    return Tensor(where: trials .== q.trials, equal, else: .infinity)
  }

  /// Independent counts, class by class from the binomial distributions of what is left of the trials.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let p = probabilities.withoutDerivative()
    // What the classes from each on have together.
    let rest = p.flipped(alongAxes: [-1]).cumulativeSum(alongAxis: -1).flipped(alongAxes: [-1])
    var left = trials.withoutDerivative().broadcast(to: shape + batchShape)
    var counts: [Tensor] = []
    for index in 0..<(classes - 1) {
      let (own, later) = (p.sliced(index, alongAxis: -1), rest.sliced(index + 1, alongAxis: -1))
      let sum = own + later
      let divisor = Tensor(where: sum .> 0, sum, else: 1)
      let drawn = Tensor.binomial(
        trials: left, probabilities: own / divisor, complements: later / divisor, using: &generator)
      counts.append(drawn)
      left = left - drawn
    }
    return Tensor(stacking: counts + [left], alongAxis: -1)
  }
}

extension Multinomial: ExponentialFamily {
  /// log p, [batchShape, K], for the statistic x.
  public var naturalParameters: [Tensor] { [logProbabilities] }
  /// x.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x] }
  /// log n! − Σ log xᵢ! of counts that add up to n, else −∞.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    let isInside = support.contains(x)
    let counts = Tensor(where: isInside.expandingAxis(-1), x, else: 0)
    return ((trials + 1).logGamma() - (counts + 1).logGamma().sum(alongAxes: [-1]))
      .restricted(to: isInside, at: x.sum(alongAxes: [-1]))
  }
  /// n log Σ exp(ηᵢ), 0 for the logarithms of probabilities.
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor {
    trials * naturalParameters[0].logSumExp(alongAxes: [-1])
  }
}

extension Multinomial: FittableDistribution {
  /// Σ w and the mean of rows of counts, all of one number of trials.
  public struct Statistics: SufficientStatistics {
    var moments = MomentSums()
    /// The trials, [batchShape], from the first rows on.
    var trials: Tensor?

    /// Takes in counts [rows, batchShape, K].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      guard x.rank > 1, x.shape[0] > 0 else {
        throw SurprisalError(.usage, "Multinomial: a fit needs rows of counts, not \(x.shape)")
      }
      try Rows.requireEventWeights(weights, x, "Multinomial")
      let x = x.withoutDerivative().converted(to: .float64)
      let totals = x.sum(alongAxes: [-1])
      let expected = trials ?? totals.sliced(0, alongAxis: 0)
      guard expected.shape == Array(totals.shape.dropFirst()) else {
        throw SurprisalError(.usage, "Multinomial: rows of shape \(x.shape) follow rows of other shapes")
      }
      try Rows.require((x .>= 0) .& x.isWhole, x, "Multinomial", mustBe: "a count")
      try Rows.require(
        totals .== expected, totals, "Multinomial", what: "sum", mustBe: "that of the first row")
      try moments.add(x, weights: weights, "Multinomial")
      trials = expected
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws {
      guard let others = other.trials else { return }
      if let trials, trials.shape != others.shape || (trials .== others).all().item != 1 {
        throw SurprisalError(.data, "Multinomial: rows of different numbers of trials have no fit in common")
      }
      try moments.merge(other.moments, "Multinomial")
      trials = others
    }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The weighted mean counts, divided by the trials, as probabilities.
  ///
  /// - Throws: `data` if there is no weight, or rows without trials.
  public init(fitting statistics: Statistics) throws {
    let mean = try statistics.moments.meanAndVariance("Multinomial", needsSpread: false).mean
    guard let trials = statistics.trials, (trials .> 0).all().item == 1 else {
      throw SurprisalError(.data, "Multinomial: rows without trials have no probabilities to fit")
    }
    try self.init(trials: trials, probabilities: mean / trials.expandingAxis(-1))
  }
}
