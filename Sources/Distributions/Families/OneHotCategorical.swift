import SurprisalCore
import SurprisalTensors

/// The categorical distribution whose events are vectors of K − 1 zeros and a 1 at the class.
///
/// log P(x) = Σ xₖ log pₖ.
public struct OneHotCategorical: Sendable {
  let classes: ClassProbabilities

  /// The probabilities, [batchShape, K].
  public var probabilities: Tensor { classes.probabilities }
  /// log pₖ, [batchShape, K]: −∞ where a class is impossible.
  public var logProbabilities: Tensor { classes.logProbabilities }

  /// One-hot categorical distributions of the given probabilities [batchShape, K].
  ///
  /// - Throws: `usage` if a number is not within 0 … 1, or a row does not sum to 1 within 4 K ε of the type.
  public init(probabilities: Tensor) throws {
    classes = try ClassProbabilities(probabilities: probabilities, "OneHotCategorical")
  }

  /// One-hot categorical distributions with pₖ = softmax(logits)ₖ, [batchShape, K]; −∞ makes a class impossible.
  ///
  /// - Throws: `usage` if one is NaN or +∞, or a row is of −∞ only.
  public init(logits: Tensor) throws { classes = try ClassProbabilities(logits: logits, "OneHotCategorical") }

  /// One distribution, in float64.
  public init(probabilities: [Double]) throws { try self.init(probabilities: Tensor(probabilities)) }

  /// One distribution with pₖ = softmax(logits)ₖ, in float64.
  public init(logits: [Double]) throws { try self.init(logits: Tensor(logits)) }
}

extension OneHotCategorical: Distribution {
  /// The shape of the parameter without its last axis.
  public var batchShape: [Int] { classes.batchShape }
  /// [K].
  public var eventShape: [Int] { [classCount] }
  /// The type of the parameter.
  public var dtype: DType { classes.given.dtype }
  /// The number of classes K.
  public var classCount: Int { classes.classCount }
  /// The family and its parameter.
  public var description: String { "OneHotCategorical(\(classes.description))" }
  /// Vectors of zeros with one 1.
  public var support: Support { .oneHot(count: classCount) }

  /// pₖ.
  public var mean: Tensor { probabilities }
  /// pₖ (1 − pₖ).
  public var variance: Tensor { probabilities * classes.complements }
  /// 1 at the most probable class, the first of equals.
  public var mode: Tensor {
    Tensor(oneHot: classes.given.argmax(alongAxis: -1), depth: classCount, dtype: dtype)
  }

  /// −Σ pₖ log pₖ, in nats.
  public func entropy() -> Tensor { classes.entropy }

  /// log pₖ of the class k whose element is 1.
  public func logDensity(of x: Tensor) -> Tensor {
    let isHot = x .== 1
    let sums: Tensor
    switch classes.form {
    // The logarithm follows the choice, so that only the chosen class has a derivative, which is +∞ at 0.
    case .probabilities(let values): sums = Tensor(where: isHot, values, else: 1).log().sum(alongAxes: [-1])
    case .logits(let values): sums = Tensor(where: isHot, values.logSoftmax(), else: 0).sum(alongAxes: [-1])
    }
    return sums.restricted(to: support.contains(x), at: x.withoutDerivative().converted(to: dtype).sum(alongAxes: [-1]))
  }

  /// KL(p ‖ q) = Σ pₖ log(pₖ / qₖ) to another distribution over as many classes.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? OneHotCategorical, q.classCount == classCount else { return nil }
    return classes.divergence(to: q.classes)
  }

  /// Independent vectors of the type of the parameter.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    Tensor(oneHot: classes.sample(shape, using: &generator), depth: classCount, dtype: dtype)
  }
}

extension OneHotCategorical: ExponentialFamily {
  /// log pₖ, [batchShape, K], for the statistic x; −∞ where a class is impossible.
  public var naturalParameters: [Tensor] { [logProbabilities] }
  /// x.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x] }
  /// 0 for a vector of zeros with one 1, else −∞.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    Tensor(zeros: [], dtype: dtype).restricted(to: support.contains(x), at: x.sum(alongAxes: [-1]))
  }
  /// log Σ e^ηₖ.
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor { naturalParameters[0].logSumExp(alongAxes: [-1]) }
}

extension OneHotCategorical: FittableDistribution {
  /// The weighted mean of the vectors.
  public struct Statistics: SufficientStatistics {
    var moments = MomentSums()

    /// Takes in vectors of zeros with one 1, [rows, batchShape, K].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      guard let count = x.shape.last, x.rank > 1 else {
        throw SurprisalError(.usage, "OneHotCategorical: rows of shape \(x.shape) are not vectors")
      }
      try Rows.requireEventWeights(weights, x, "OneHotCategorical")
      try Rows.require(
        Support.oneHot(count: count).contains(x), x, "OneHotCategorical", mustBe: "a vector of zeros with one 1")
      try moments.add(x, weights: weights, "OneHotCategorical")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try moments.merge(other.moments, "OneHotCategorical") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// pₖ = the weighted share of the class k.
  ///
  /// - Throws: `data` if there is no weight.
  public init(fitting statistics: Statistics) throws {
    let shares = try statistics.moments.meanAndVariance("OneHotCategorical", needsSpread: false).mean
    classes = try ClassProbabilities(shares: shares, "OneHotCategorical")
  }
}
