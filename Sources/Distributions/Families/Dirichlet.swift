import SurprisalCore
import SurprisalTensors

/// The Dirichlet distribution of vectors of K numbers of at least 0 that sum to 1, with the concentrations aₖ.
///
/// log p(x) = log Γ(n) − Σ log Γ(aₖ) + Σ (aₖ − 1) log xₖ with n = Σ aₖ, the density of the first K − 1 numbers.
public struct Dirichlet: Sendable {
  /// The concentrations aₖ > 0, [batchShape, K] with K ≥ 2.
  public let concentration: Tensor

  /// Dirichlet distributions of the concentrations along the last axis.
  ///
  /// - Throws: `usage` if there are not at least two, or one is not above 0 and finite.
  public init(concentration: Tensor) throws {
    guard let count = concentration.shape.last, count >= 2 else {
      throw SurprisalError(
        .usage, "Dirichlet: concentration of shape \(concentration.shape) must have a last axis of at least 2")
    }
    self.concentration = try Checks.promoted("Dirichlet", [("concentration", concentration)])[0]
    try Checks.positive("Dirichlet", "concentration", self.concentration)
  }

  /// One Dirichlet distribution, in float64.
  public init(concentration: [Double]) throws { try self.init(concentration: Tensor(concentration)) }
}

extension Dirichlet: Distribution {
  /// The shape of the concentrations without the last axis.
  public var batchShape: [Int] { Array(concentration.shape.dropLast()) }
  /// [K].
  public var eventShape: [Int] { Array(concentration.shape.suffix(1)) }
  /// The type of the parameters.
  public var dtype: DType { concentration.dtype }
  /// The family and its parameters.
  public var description: String { "Dirichlet(concentration: \(concentration))" }
  /// Numbers of at least 0 that sum to 1.
  public var support: Support { .simplex(count: eventShape[0]) }

  /// n = Σ aₖ, [batchShape, 1].
  private var total: Tensor { concentration.sum(alongAxes: [-1], keepingAxes: true) }

  /// aₖ / n.
  public var mean: Tensor { concentration / total }
  /// mₖ (1 − mₖ) / (n + 1) with the mean m.
  public var variance: Tensor {
    let total = total
    return concentration / total * ((total - concentration) / total) / (total + 1)
  }
  /// (aₖ − 1) / (n − K) if no concentration is below 1, 1 / K if all are 1; NaN if one is below 1, where the density is
  /// unbounded.
  public var mode: Tensor {
    let above = concentration - 1
    let sum = above.sum(alongAxes: [-1], keepingAxes: true)
    let inner = Tensor(
      where: sum .> 0, above / Tensor(where: sum .> 0, sum, else: 1), else: 1 / Double(eventShape[0]))
    return Tensor(where: (concentration .>= 1).all(alongAxes: [-1], keepingAxes: true), inner, else: .nan)
  }

  /// Σ log Γ(aₖ) − log Γ(n) + (n − K) ψ(n) − Σ (aₖ − 1) ψ(aₖ), in nats.
  public func entropy() -> Tensor {
    let total = concentration.sum(alongAxes: [-1])
    let parts = Tensor.gammaEntropy(concentration).sum(alongAxes: [-1])
    return parts - Tensor.gammaEntropy(total) - total.digamma() * Double(eventShape[0] - 1)
  }

  /// log Γ(n) − Σ log Γ(aₖ) + Σ (aₖ − 1) log xₖ, −∞ outside the support; an xₖ of 0 gives ∞ for aₖ < 1 and −∞ for
  /// aₖ > 1, and both together −∞.
  ///
  /// Within 1e-13 · max(1, |log p|) for concentrations up to 1e6.
  public func logDensity(of x: Tensor) -> Tensor {
    let isZero = x .== 0
    let isMixed =
      (isZero .& (concentration .< 1)).any(alongAxes: [-1]) .& (isZero .& (concentration .> 1)).any(alongAxes: [-1])
    let isNaN = (x .!= x).any(alongAxes: [-1])
    let isInside = (support.contains(x) .& (.!isMixed)) .| isNaN
    // What is outside has no derivative.
    let inner = Tensor(where: isInside.expandingAxis(-1), x, else: 1 / Double(eventShape[0]))
    let total = total
    let parts = Tensor.dirichletPart(concentration, total, inner).sum(alongAxes: [-1])
    return Tensor(where: isInside, parts + Tensor.dirichletWhole(total.squeezing(axes: [-1])), else: -.infinity)
  }

  /// To another Dirichlet distribution: with the means, Σ of the deviances of b from its proportions under a, and of the
  /// divergences of the gamma distributions of the concentrations at equal means, less that of the sums.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Dirichlet, q.eventShape == eventShape else { return nil }
    return Dirichlet.divergence(concentration, q.concentration)
  }

  /// KL of concentrations a and b, [..., K]: log B(b) − log B(a) − Σ (bₖ − aₖ) (ψ(aₖ) − ψ(Σ a)).
  static func divergence(_ a: Tensor, _ b: Tensor) -> Tensor {
    let (total, other) = (
      a.sum(alongAxes: [-1], keepingAxes: true), b.sum(alongAxes: [-1], keepingAxes: true)
    )
    let deviances = Tensor.poissonDivergence(b, a * (other / total)) + Tensor.gammaShapeDivergence(a, b)
    let whole = Tensor.gammaShapeDivergence(total, other).squeezing(axes: [-1])
    return Tensor.maximum(deviances.sum(alongAxes: [-1]) - whole, 0)
  }

  /// Independent events, from gamma numbers; where all concentrations of an event are small from their logarithms.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let wide = concentration.withoutDerivative().converted(to: .float64).broadcast(to: shape + concentration.shape)
    // Gamma numbers from 0.1 on have no sum of 0; one from 1 on has none below 1e-15, but for a probability of 1e-15.
    let isSmall =
      concentration.count > 0 && concentration.min().item < 0.1
      && concentration.max(alongAxes: [-1]).min().item < 1
    let drawn =
      isSmall
      ? Tensor.logGammaSample(wide, using: &generator).softmax()
      : Tensor.dirichlet(concentrations: wide, using: &generator)
    return drawn.converted(to: dtype)
  }
}

extension Dirichlet: Reparameterized {
  /// Normalized gamma numbers, each differentiated implicitly by its concentration.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let wide = concentration.converted(to: .float64).broadcast(to: shape + concentration.shape)
    return Tensor.logGammaSample(wide, using: &generator).softmax().converted(to: dtype)
  }
}

extension Dirichlet: ExponentialFamily {
  /// a, for the statistics log xₖ.
  public var naturalParameters: [Tensor] { [concentration] }
  /// log xₖ.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x.log()] }
  /// −Σ log xₖ, and −∞ outside the support.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    let isInside = support.contains(x)
    let inner = Tensor(where: isInside.expandingAxis(-1), x, else: 1)
    return (-inner.log().sum(alongAxes: [-1])).restricted(to: isInside, at: x.sum(alongAxes: [-1]))
  }
  /// Σ log Γ(ηₖ) − log Γ(Σ ηₖ).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor {
    let parameter = naturalParameters[0]
    return parameter.logGamma().sum(alongAxes: [-1]) - parameter.sum(alongAxes: [-1]).logGamma()
  }
}

extension Dirichlet: FittableDistribution {
  /// Σ w and the means of x and log x.
  public struct Statistics: SufficientStatistics {
    var sums = SimplexSums()

    /// Takes in events without zeros, [rows, batchShape, K].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      guard x.rank >= 2, x.shape[x.rank - 1] >= 2 else {
        throw SurprisalError(.usage, "Dirichlet: a fit needs rows of vectors of at least 2 numbers, not \(x.shape)")
      }
      try Rows.requireEventWeights(weights, x, "Dirichlet")
      let (x, weights) = try Rows.checked(x, weights, "Dirichlet")
      try Rows.require(
        (x .> 0).all(alongAxes: [-1]), x, "Dirichlet", what: "event", mustBe: "of numbers above 0")
      let tolerance = 1e-6
      let sums = x.sum(alongAxes: [-1])
      try Rows.require(
        (sums - 1).abs() .<= tolerance, x, "Dirichlet", what: "event", mustBe: "of numbers that sum to 1")
      try self.sums.add(x, x.log(), weights, "Dirichlet")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try sums.merge(other.sums, "Dirichlet") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The greatest likelihood, by Newton's steps on all concentrations (Minka 2000).
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  public init(fitting statistics: Statistics) throws {
    concentration = try statistics.sums.concentrations("Dirichlet")
  }
}
