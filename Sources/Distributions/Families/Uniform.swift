import SurprisalCore
import SurprisalTensors

/// The uniform distribution between two numbers, both of which belong to it.
///
/// log p(x) = −log(upper − lower) for lower ≤ x ≤ upper.
public struct Uniform: Sendable {
  /// The lower end, [batchShape].
  public let lower: Tensor
  /// The upper end, above the lower one, [batchShape].
  public let upper: Tensor

  /// Uniform distributions of ends that broadcast together.
  ///
  /// - Throws: `usage` if an end is not finite, the upper one not above the lower, or their distance not finite.
  public init(lower: Tensor, upper: Tensor) throws {
    let parameters = try Checks.promoted("Uniform", [("lower", lower), ("upper", upper)])
    try Checks.finite("Uniform", "lower", parameters[0])
    try Checks.finite("Uniform", "upper", parameters[1])
    try Checks.positive("Uniform", "upper − lower", parameters[1] - parameters[0])
    (self.lower, self.upper) = (parameters[0], parameters[1])
  }

  /// One uniform distribution, in float64.
  public init(lower: Double, upper: Double) throws {
    try self.init(lower: Tensor(lower, dtype: .float64), upper: Tensor(upper, dtype: .float64))
  }

  /// upper − lower.
  var width: Tensor { upper - lower }
}

extension Uniform: UnivariateDistribution {
  /// The shape of the ends.
  public var batchShape: [Int] { lower.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameters.
  public var dtype: DType { lower.dtype }
  /// The family and its parameters.
  public var description: String { "Uniform(lower: \(lower), upper: \(upper))" }
  /// Numbers from the lower to the upper end.
  public var support: Support { .interval(lower: lower, upper: upper) }

  /// The middle.
  public var mean: Tensor { lower + width * 0.5 }
  /// (upper − lower)² / 12.
  public var variance: Tensor { width.square() / 12 }
  /// The middle: all events have the same density.
  public var mode: Tensor { mean }

  /// log(upper − lower), in nats.
  public func entropy() -> Tensor { width.log() }

  /// −log(upper − lower) between the ends.
  public func logDensity(of x: Tensor) -> Tensor { (-width.log()).restricted(to: support.contains(x), at: x) }

  /// (x − lower) / (upper − lower), within 0 … 1.
  public func cumulative(at x: Tensor) -> Tensor { part(x - lower) }
  /// (upper − x) / (upper − lower), within 0 … 1.
  public func complementaryCumulative(at x: Tensor) -> Tensor { part(upper - x) }

  /// lower + p (upper − lower).
  public func quantile(at p: Tensor) -> Tensor {
    Tensor(where: p .< 0.5, lower + width * p, else: upper - width * (1 - p)).whereProbability(p)
  }

  /// KL(p ‖ q) = log of the ratio of the widths if p's ends are within q's, else +∞, to another uniform distribution.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Uniform else { return nil }
    let isWithin = (lower .>= q.lower) .& (upper .<= q.upper)
    // The excess on both sides, not the difference of the widths, which lost its digits when they were rounded.
    let excess = (q.upper - upper) + (lower - q.lower)
    let isNear = excess .< width
    let near = log(onePlus: Tensor(where: isWithin .& isNear, excess, else: 0) / width)
    let divergence = Tensor(where: isNear, near, else: Tensor.logRatio(q.width, width))
    return Tensor(where: isWithin, divergence, else: .infinity)
  }

  /// The part of the width that a distance is, within 0 … 1.
  private func part(_ distance: Tensor) -> Tensor {
    let isWithin = (distance .>= 0) .& (distance .<= width)
    let outside = Tensor(where: distance .!= distance, .nan, else: (distance .> 0).converted(to: dtype))
    return Tensor(where: isWithin, Tensor(where: isWithin, distance, else: 0) / width, else: outside)
  }

  /// Independent uniform numbers.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }
}

extension Uniform: Reparameterized {
  /// lower + u (upper − lower) with u uniform in 0 … 1.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let u = Tensor.uniform(shape: shape + batchShape, dtype: dtype, using: &generator)
    // From the nearer end, so that rounding does not lead out of the support.
    return Tensor(where: u .< 0.5, lower + width * u, else: upper - width * (1 - u))
  }
}

extension Uniform: FittableDistribution {
  /// The least and the greatest value of positive weight.
  public struct Statistics: SufficientStatistics {
    var extremes: (lower: Tensor, upper: Tensor)?

    /// Takes in finite numbers [rows, batchShape]; those of weight 0 count for nothing.
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      let (x, weights) = try Rows.checked(x, weights, "Uniform")
      try Rows.require(x.abs() .< .infinity, x, "Uniform", mustBe: "finite")
      if x.count == 0 { return }
      let isKept = weights .> 0
      try merge(
        Tensor(where: isKept, x, else: .infinity).min(alongAxes: [0]),
        Tensor(where: isKept, x, else: -.infinity).max(alongAxes: [0]))
    }

    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws {
      if let extremes = other.extremes { try merge(extremes.lower, extremes.upper) }
    }

    private mutating func merge(_ lower: Tensor, _ upper: Tensor) throws {
      guard let own = extremes else {
        extremes = (lower, upper)
        return
      }
      guard own.lower.shape == lower.shape else {
        throw SurprisalError(.usage, "Uniform: rows of shape \(lower.shape) follow rows of shape \(own.lower.shape)")
      }
      extremes = (Tensor.minimum(own.lower, lower), Tensor.maximum(own.upper, upper))
    }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The least and the greatest value of positive weight.
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  public init(fitting statistics: Statistics) throws {
    guard let (lower, upper) = statistics.extremes, (lower .<= upper).all().item == 1 else {
      throw SurprisalError(.data, "Uniform: there are no rows of positive weight to fit")
    }
    guard (lower .< upper).all().item == 1 else {
      throw SurprisalError(.data, "Uniform: the rows are all equal, no fit has a density there")
    }
    guard (upper - lower .< .infinity).all().item == 1 else {
      throw SurprisalError(.data, "Uniform: the range of the rows is beyond float64")
    }
    (self.lower, self.upper) = (lower, upper)
  }
}
