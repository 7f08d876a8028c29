import SurprisalCore
import SurprisalTensors

/// The categorical distribution over the classes 0, 1, …, K − 1.
///
/// P(k) = pₖ. Events are class indices, whole numbers of any type: `sample` gives `int64`. Moments and the distribution
/// function are those of the index as a number.
public struct Categorical: Sendable {
  let classes: ClassProbabilities

  /// The probabilities, [batchShape, K].
  public var probabilities: Tensor { classes.probabilities }
  /// log pₖ, [batchShape, K]: −∞ where a class is impossible.
  public var logProbabilities: Tensor { classes.logProbabilities }

  /// Categorical distributions of the given probabilities [batchShape, K].
  ///
  /// - Throws: `usage` if a number is not within 0 … 1, or a row does not sum to 1 within 4 K ε of the type.
  public init(probabilities: Tensor) throws {
    classes = try ClassProbabilities(probabilities: probabilities, "Categorical")
  }

  /// Categorical distributions with pₖ = softmax(logits)ₖ, [batchShape, K]; −∞ makes a class impossible.
  ///
  /// - Throws: `usage` if one is NaN or +∞, or a row is of −∞ only.
  public init(logits: Tensor) throws { classes = try ClassProbabilities(logits: logits, "Categorical") }

  /// One categorical distribution, in float64.
  public init(probabilities: [Double]) throws { try self.init(probabilities: Tensor(probabilities)) }

  /// One categorical distribution with pₖ = softmax(logits)ₖ, in float64.
  public init(logits: [Double]) throws { try self.init(logits: Tensor(logits)) }
}

extension Categorical: UnivariateDistribution {
  /// The shape of the parameter without its last axis.
  public var batchShape: [Int] { classes.batchShape }
  /// [], an index.
  public var eventShape: [Int] { [] }
  /// The type of the parameter.
  public var dtype: DType { classes.given.dtype }
  /// The number of classes K.
  public var classCount: Int { classes.classCount }
  /// The family and its parameter.
  public var description: String { "Categorical(\(classes.description))" }
  /// 0, 1, …, K − 1.
  public var support: Support {
    .integers(lower: Tensor(0, dtype: dtype), upper: Tensor(Double(classCount - 1), dtype: dtype))
  }

  /// Σ k pₖ, the mean index.
  public var mean: Tensor { (probabilities * indices).sum(alongAxes: [-1]) }
  /// Σ pₖ (k − mean)².
  public var variance: Tensor {
    (probabilities * (indices - mean.expandingAxis(-1)).square()).sum(alongAxes: [-1])
  }
  /// The most probable class, the first of equals, `int64`.
  public var mode: Tensor { classes.given.argmax(alongAxis: -1) }

  /// −Σ pₖ log pₖ, in nats.
  public func entropy() -> Tensor { classes.entropy }

  /// log pₖ at the index k.
  public func logDensity(of k: Tensor) -> Tensor {
    let isInside = (k .>= 0) .& (k .< Double(classCount)) .& (k.floor() .== k)
    let index = Tensor(where: isInside, k.withoutDerivative(), else: 0).converted(to: .int64)
    return classes.logProbability(at: index, where: isInside).restricted(to: isInside, at: k)
  }

  /// Σ pⱼ over j ≤ k.
  public func cumulative(at k: Tensor) -> Tensor { element(of: classes.cumulativeSums, at: k, before: 0, after: 1) }
  /// Σ pⱼ over j > k.
  public func complementaryCumulative(at k: Tensor) -> Tensor {
    element(of: classes.complementarySums, at: k, before: 1, after: 0)
  }

  /// The least index k with Σ pⱼ over j ≤ k of at least p.
  public func quantile(at p: Tensor) -> Tensor {
    // Rounding may leave the whole sum below 1: a class that no possible one follows is the greatest quantile.
    let isBelow = (classes.cumulativeSums .< p.expandingAxis(-1)) .& (classes.complementarySums .> 0)
    return isBelow.sum(alongAxes: [-1]).converted(to: dtype).whereProbability(p)
  }

  /// KL(p ‖ q) = Σ pₖ log(pₖ / qₖ) to another categorical distribution; classes that q lacks are impossible to it.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Categorical else { return nil }
    return classes.divergence(to: q.classes)
  }

  /// Independent class indices, `int64`.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    classes.sample(shape, using: &generator)
  }

  private var indices: Tensor { Tensor(range: 0..<classCount, dtype: dtype) }

  private func element(of sums: Tensor, at k: Tensor, before: Double, after: Double) -> Tensor {
    let isInside = (k .>= 0) .& (k .< Double(classCount - 1))
    let index = Tensor(where: isInside, k.withoutDerivative().floor(), else: 0).converted(to: .int64)
    let outside = Tensor(where: k .< 0, before, else: Tensor(where: k .!= k, .nan, else: Tensor(after, dtype: dtype)))
    return Tensor(where: isInside, classes.picked(sums, at: index), else: outside)
  }
}

extension Categorical: ExponentialFamily {
  /// log pₖ, [batchShape, K], for the statistic 1 at the index; −∞ where a class is impossible.
  public var naturalParameters: [Tensor] { [logProbabilities] }
  /// 1 at the index and 0 elsewhere, [..., batchShape, K]; of no class all are 0.
  public func sufficientStatistics(of k: Tensor) -> [Tensor] {
    [(k.expandingAxis(-1) .== indices).converted(to: dtype)]
  }
  /// 0 for an index, else −∞.
  public func logBaseMeasure(of k: Tensor) -> Tensor {
    Tensor(zeros: [], dtype: dtype).restricted(to: support.contains(k), at: k)
  }
  /// log Σ e^ηₖ.
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor { naturalParameters[0].logSumExp(alongAxes: [-1]) }
}

extension Categorical: FittableDistribution {
  /// The weight of each class, [batchShape, K] with as many classes as the largest index needs.
  public struct Statistics: SufficientStatistics {
    var weights: Tensor?
    let leastClassCount: Int

    /// Takes in indices of at least 0, [rows, batchShape].
    public mutating func add(_ k: Tensor, weights: Tensor?) throws {
      let (k, w) = try Rows.checked(k, weights, "Categorical")
      let isIndex = (k .>= 0) .& (k .< 0x1p31) .& (k.floor() .== k)
      try Rows.require(isIndex, k, "Categorical", mustBe: "a whole number of at least 0 and below 2³¹")
      let batchShape = Array(k.shape.dropFirst())
      let members = batchShape.reduce(1, *)
      let count = Swift.max(leastClassCount, k.count == 0 ? 1 : Int(k.max().item) + 1)
      guard Double(members) * Double(count) <= 0x1p28 else {
        throw SurprisalError(
          .data,
          "Categorical: the index \(count - 1) asks for a table of \(count) classes for each of \(members) members",
          remedy: "number the classes from 0 on without gaps")
      }
      let places = k.converted(to: .int64) + Tensor(range: 0..<members).reshaped(to: batchShape) * Double(count)
      let sums = Tensor(zeros: [members * count], dtype: .float64)
        .addingScattered(w.reshaped(to: [w.count]), at: places.reshaped(to: [places.count]), alongAxis: 0)
      try merge(sums.reshaped(to: batchShape + [count]))
    }

    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws {
      if let weights = other.weights { try merge(weights) }
    }

    private mutating func merge(_ other: Tensor) throws {
      guard let own = weights else {
        weights = other
        return
      }
      guard own.shape.dropLast() == other.shape.dropLast() else {
        throw SurprisalError(
          .usage,
          "Categorical: rows of shape \(Array(other.shape.dropLast())) follow rows of shape "
            + "\(Array(own.shape.dropLast()))")
      }
      let count = Swift.max(own.shape[own.rank - 1], other.shape[other.rank - 1])
      weights =
        ClassProbabilities.padded(own, to: count, with: 0) + ClassProbabilities.padded(other, to: count, with: 0)
    }
  }

  /// Statistics of no rows; there will be as many classes as the largest index needs.
  public static func statistics() -> Statistics { Statistics(leastClassCount: 1) }

  /// Statistics of no rows for at least `classCount` classes.
  public static func statistics(classCount: Int) -> Statistics { Statistics(leastClassCount: classCount) }

  /// pₖ = the weighted share of the class k.
  ///
  /// - Throws: `data` if there is no weight.
  public init(fitting statistics: Statistics) throws {
    classes = try ClassProbabilities(shares: statistics.weights, "Categorical")
  }
}
