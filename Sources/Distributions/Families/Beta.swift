import SurprisalCore
import SurprisalTensors

/// The beta distribution of numbers in 0 … 1 with the concentrations a at 1 and b at 0.
///
/// log p(x) = (a − 1) log x + (b − 1) log(1 − x) − log B(a, b).
public struct Beta: Sendable {
  /// The concentration a > 0 at 1, the exponent of x plus 1, [batchShape].
  public let concentration1: Tensor
  /// The concentration b > 0 at 0, the exponent of 1 − x plus 1, [batchShape].
  public let concentration0: Tensor

  /// Beta distributions of parameters that broadcast together.
  ///
  /// - Throws: `usage` if a parameter is not above 0 and finite.
  public init(concentration1: Tensor, concentration0: Tensor) throws {
    let parameters = try Checks.promoted(
      "Beta", [("concentration1", concentration1), ("concentration0", concentration0)])
    try Checks.positive("Beta", "concentration1", parameters[0])
    try Checks.positive("Beta", "concentration0", parameters[1])
    (self.concentration1, self.concentration0) = (parameters[0], parameters[1])
  }

  /// One beta distribution, in float64.
  public init(concentration1: Double, concentration0: Double) throws {
    try self.init(
      concentration1: Tensor(concentration1, dtype: .float64), concentration0: Tensor(concentration0, dtype: .float64))
  }
}

extension Beta: Distribution {
  /// The shape of the concentrations.
  public var batchShape: [Int] { concentration1.shape }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// The type of the parameters.
  public var dtype: DType { concentration1.dtype }
  /// The family and its parameters.
  public var description: String { "Beta(concentration1: \(concentration1), concentration0: \(concentration0))" }
  /// 0 ≤ x ≤ 1.
  public var support: Support { .interval(lower: Tensor(0, dtype: dtype), upper: Tensor(1, dtype: dtype)) }

  private var total: Tensor { concentration1 + concentration0 }

  /// a / (a + b).
  public var mean: Tensor { concentration1 / total }
  /// a b / ((a + b)² (a + b + 1)).
  public var variance: Tensor { concentration1 / total * (concentration0 / total) / (total + 1) }
  /// (a − 1) / (a + b − 2) if both are above 1. Otherwise the density is greatest at an end: 0 if a is the lesser, 1 if
  /// b is, and 0 if both are equal; ½ if both are 1.
  public var mode: Tensor {
    let (a, b) = (concentration1, concentration0)
    let end = Tensor(where: (a .== 1) .& (b .== 1), 0.5, else: Tensor(where: a .<= b, 0, else: a * 0 + 1))
    let isInner = (a .> 1) .& (b .> 1)
    let (above, others) = (Tensor(where: isInner, a - 1, else: 1), Tensor(where: isInner, b - 1, else: 1))
    return Tensor(where: isInner, above / (above + others), else: end)
  }

  /// log B(a, b) − (a − 1) ψ(a) − (b − 1) ψ(b) + (a + b − 2) ψ(a + b), in nats.
  public func entropy() -> Tensor {
    let parts = Tensor.gammaEntropy(concentration1) + Tensor.gammaEntropy(concentration0)
    return parts - Tensor.gammaEntropy(total) - total.digamma()
  }

  /// (a − 1) log x + (b − 1) log(1 − x) − log B(a, b), −∞ outside 0 ≤ x ≤ 1; at x = 0 it is ∞ for a < 1 and log b for
  /// a = 1, and at 1 likewise.
  public func logDensity(of x: Tensor) -> Tensor { Tensor.betaLogDensity(concentration1, concentration0, x) }

  /// To another beta distribution, a sum of terms of at least 0; see `Dirichlet.closedFormKL(to:)`.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Beta else { return nil }
    return Dirichlet.divergence(stacked, q.stacked)
  }

  /// Independent beta numbers, from the logarithms of gamma numbers.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    logit(shape, using: &generator).sigmoid().converted(to: dtype)
  }

  /// log x − log(1 − x) in float64, on no tape.
  private func logit(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let (a, b) = (concentration1.withoutDerivative(), concentration0.withoutDerivative())
    let whole = shape + batchShape
    let first = Tensor.logGammaSample(a.converted(to: .float64).broadcast(to: whole), using: &generator)
    return first - Tensor.logGammaSample(b.converted(to: .float64).broadcast(to: whole), using: &generator)
  }

  /// The concentrations as those of a Dirichlet distribution, [batchShape, 2].
  private var stacked: Tensor { Tensor(stacking: [concentration1, concentration0], alongAxis: -1) }
}

extension Beta: Reparameterized {
  /// Beta numbers, whose logit is differentiated implicitly: −(∂I / ∂a) / p.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let parameters = [concentration1, concentration0].map { $0.converted(to: .float64) }
    let logit = Tensor.elementwise(parameters + [logit(shape, using: &generator)]) { _, _, logit in
      logit
    } derivative: { inputs, logit, argument in
      argument == 2
        ? Tensor(ones: logit.shape, dtype: logit.dtype)
        : Tensor.betaLogitPathwise(inputs[0], inputs[1], logit: logit, first: argument == 0)
    }
    return logit.sigmoid().converted(to: dtype)
  }
}

extension Beta: UnivariateDistribution {
  /// I_x(a, b), the regularized incomplete beta function.
  public func cumulative(at x: Tensor) -> Tensor { Tensor.betaLower(concentration1, concentration0, x) }
  /// 1 − I_x(a, b).
  public func complementaryCumulative(at x: Tensor) -> Tensor { Tensor.betaUpper(concentration1, concentration0, x) }
  /// The x with I_x(a, b) = p.
  public func quantile(at p: Tensor) -> Tensor { Tensor.betaQuantile(concentration1, concentration0, lower: p) }
}

extension Beta: ExponentialFamily {
  /// a and b, for the statistics log x and log(1 − x).
  public var naturalParameters: [Tensor] { [concentration1, concentration0] }
  /// log x and log(1 − x).
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x.log(), log(onePlus: -x)] }
  /// −log x − log(1 − x), and −∞ outside the support.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    let isInside = support.contains(x)
    let inner = Tensor(where: isInside, x, else: 0.5)
    return (-inner.log() - log(onePlus: -inner)).restricted(to: isInside, at: x)
  }
  /// log B(η₁, η₂).
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor {
    Tensor.logBeta(naturalParameters[0], naturalParameters[1])
  }
}

extension Beta: FittableDistribution {
  /// Σ w and the means of x, log x and log(1 − x).
  public struct Statistics: SufficientStatistics {
    var sums = SimplexSums()

    /// Takes in numbers between 0 and 1, [rows, batchShape].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      let (x, weights) = try Rows.checked(x, weights, "Beta")
      try Rows.require((x .> 0) .& (x .< 1), x, "Beta", mustBe: "between 0 and 1")
      let (events, logarithms) = ([x, 1 - x], [x.log(), log(onePlus: -x)])
      try sums.add(
        Tensor(stacking: events, alongAxis: -1), Tensor(stacking: logarithms, alongAxis: -1),
        weights.expandingAxis(-1), "Beta")
    }
    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws { try sums.merge(other.sums, "Beta") }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The greatest likelihood, by Newton's steps on both concentrations (Minka 2000).
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  public init(fitting statistics: Statistics) throws {
    let both = try statistics.sums.concentrations("Beta").unstacked(alongAxis: -1)
    (self.concentration1, self.concentration0) = (both[0], both[1])
  }
}
