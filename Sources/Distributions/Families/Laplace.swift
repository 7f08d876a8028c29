import SurprisalCore
import SurprisalTensors

/// The Laplace distribution with location μ and scale b.
///
/// log p(x) = −|x − μ| / b − log 2b.
public struct Laplace: Sendable {
  /// The location μ, which is mean, median and mode, [batchShape].
  public let location: Tensor
  /// The scale b > 0, the mean distance from the location, [batchShape].
  public let scale: Tensor

  /// Laplace distributions of parameters that broadcast together.
  ///
  /// - Throws: `usage` if the location is not finite or the scale not above 0.
  public init(location: Tensor, scale: Tensor) throws {
    let parameters = try Checks.promoted("Laplace", [("location", location), ("scale", scale)])
    try Checks.finite("Laplace", "location", parameters[0])
    try Checks.positive("Laplace", "scale", parameters[1])
    (self.location, self.scale) = (parameters[0], parameters[1])
  }

  /// One Laplace distribution, in float64.
  public init(location: Double, scale: Double) throws {
    try self.init(location: Tensor(location, dtype: .float64), scale: Tensor(scale, dtype: .float64))
  }
}

extension Laplace: UnivariateDistribution {
  /// The shape of the location and the scale.
  public var batchShape: [Int] { location.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameters.
  public var dtype: DType { location.dtype }
  /// The family and its parameters.
  public var description: String { "Laplace(location: \(location), scale: \(scale))" }
  /// All real numbers.
  public var support: Support { .reals(dtype: dtype) }

  /// μ.
  public var mean: Tensor { location }
  /// 2 b².
  public var variance: Tensor { scale.square() * 2 }
  /// μ.
  public var mode: Tensor { location }

  /// 1 + log 2b, in nats.
  public func entropy() -> Tensor { scale.log() + (1 + SpecialFunctions.logTwo) }

  /// −|x − μ| / b − log 2b.
  public func logDensity(of x: Tensor) -> Tensor {
    -Tensor.standardScore(x, location, scale).abs() - (scale.log() + SpecialFunctions.logTwo)
  }

  /// ½ eᶻ below the location and 1 − ½ e⁻ᶻ above, z = (x − μ) / b.
  public func cumulative(at x: Tensor) -> Tensor { Tensor.standardized(x, location, scale, tail) }
  /// 1 − ½ eᶻ below the location and ½ e⁻ᶻ above, z = (x − μ) / b.
  public func complementaryCumulative(at x: Tensor) -> Tensor {
    Tensor.standardized(x, location, scale, isUpper: true, tail)
  }

  /// μ + b log 2p up to p = ½ and μ − b log 2 (1 − p) above.
  public func quantile(at p: Tensor) -> Tensor {
    let isLower = p .<= 0.5
    // The logarithm's argument is p itself in the lower half: 1 − p would have lost its digits.
    let below = (Tensor(where: isLower, p, else: 0.5) * 2).log()
    let above = (Tensor(where: isLower, 0.5, else: 1 - p) * 2).log()
    return (location + scale * (below - above)).whereProbability(p)
  }

  /// KL(p ‖ q) = log(b_q / b_p) + |μ_p − μ_q| / b_q + (b_p / b_q) e^(−|μ_p − μ_q| / b_p) − 1 to another Laplace
  /// distribution.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Laplace else { return nil }
    let distance = (location - q.location).abs()
    let (own, ratio) = (distance / scale, scale / q.scale)
    let isNear = own .< 1
    let near = ratio * Tensor(where: isNear, -own, else: 0).exponentialExcess()
    let far = distance / q.scale + ratio * (-own).expMinusOne()
    return Tensor.logRatio(scale, q.scale).exponentialExcess() + Tensor(where: isNear, near, else: far)
  }

  /// Independent Laplace numbers.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }

  /// The standard distribution's F(z).
  private func tail(_ z: Tensor) -> Tensor {
    let tail = (-z.abs()).exp() * 0.5
    return Tensor(where: z .< 0, tail, else: 1 - tail)
  }
}

extension Laplace: Reparameterized {
  /// μ ± b ε with standard exponential ε and a random sign.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let distance = Noise.exponential(shape + batchShape, dtype, using: &generator)
    return location + scale * (distance * Noise.sign(shape + batchShape, dtype, using: &generator))
  }
}

extension Laplace: FittableDistribution {
  /// The rows themselves, since a median has no sums that stand for it.
  public struct Statistics: SufficientStatistics {
    var rows = KeptRows()

    /// Takes in finite numbers [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws { try rows.add(x, weights: weights, "Laplace") }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try rows.merge(other.rows, "Laplace") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The weighted median, and the weighted mean distance from it.
  ///
  /// Where half of the weight lies on either side of a gap, the location is the gap's middle.
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  public init(fitting statistics: Statistics) throws {
    let parameters = try statistics.rows.fit("Laplace") { values, weights in
      let median = weightedMedian(values, weights)
      let total = weights.reduce(0, +)
      return [median, zip(values, weights).reduce(0) { $0 + $1.1 / total * abs($1.0 - median) }]
    }
    (location, scale) = (parameters.sliced(0, alongAxis: -1), parameters.sliced(1, alongAxis: -1))
  }
}

/// A number with at most half of the weight on either side.
private func weightedMedian(_ values: [Double], _ weights: [Double]) -> Double {
  let order = values.indices.sorted { values[$0] < values[$1] }
  let half = 0.5 * order.reduce(0) { $0 + weights[$1] }
  var below = 0.0
  for (place, index) in order.enumerated() {
    below += weights[index]
    if below > half { return values[index] }
    if below == half, place + 1 < order.count { return 0.5 * values[index] + 0.5 * values[order[place + 1]] }
  }
  return values[order[order.count - 1]]
}
