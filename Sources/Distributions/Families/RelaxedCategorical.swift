import SurprisalCore
import SurprisalTensors

/// The relaxed categorical distribution on the simplex, also called Concrete or Gumbel-softmax: a one-hot vector that
/// has a derivative by the logits (Maddison, Mnih and Teh 2017; Jang, Gu and Poole 2017).
///
/// An event is softmax((logits + Gumbel noise) / temperature). With the temperature λ and log αₖ = logitsₖ its density
/// is (Maddison, Mnih and Teh 2017, equation 10)
/// log p(x) = log Γ(K) + (K − 1) log λ + Σ (uₖ − log Σⱼ e^uⱼ) − Σ log xₖ with uₖ = log αₖ − λ log xₖ.
/// Low temperatures put elements below the least number of the type, which become 0 and have no density: use
/// logarithms of events there, `reparameterizedLogSample` and `logDensity(ofLogarithm:)`.
///
/// Mean, variance and mode have no closed form and are NaN.
public struct RelaxedCategorical: Sendable {
  /// The temperature λ > 0, [batchShape]: near 0 events are nearly one-hot.
  public let temperature: Tensor
  /// The logits log αₖ up to a constant, [batchShape, K].
  public let logits: Tensor

  /// Relaxed categorical distributions of temperatures that broadcast with the batch of logits [..., K].
  ///
  /// - Throws: `usage` if a temperature is not above 0 and finite, or a logit is not finite.
  public init(temperature: Tensor, logits: Tensor) throws {
    guard let classes = logits.shape.last, classes > 0 else {
      throw SurprisalError(
        .usage, "RelaxedCategorical: logits of shape \(logits.shape) have no classes in their last axis")
    }
    let parameters = try Checks.promoted(
      "RelaxedCategorical", [("temperature", temperature.expandingAxis(-1)), ("logits", logits)])
    try Checks.positive("RelaxedCategorical", "temperature", parameters[0])
    try Checks.finite("RelaxedCategorical", "logits", parameters[1])
    (self.temperature, self.logits) = (parameters[0].sliced(0, alongAxis: -1), parameters[1])
  }

  /// One relaxed categorical distribution, in float64.
  public init(temperature: Double, logits: [Double]) throws {
    try self.init(temperature: Tensor(temperature, dtype: .float64), logits: Tensor(logits))
  }

  /// The density of log x for y = log x of an event, [..., batchShape, K] to [..., batchShape]: that of x plus Σ yₖ.
  ///
  /// Exact also where eʸ is below the least number of the type. It does not check that Σ e^yₖ is 1.
  public func logDensity(ofLogarithm y: Tensor) -> Tensor {
    let count = Double(classCount)
    let constant = Tensor(count, dtype: .float64).logGamma().item
    let u = logits - temperature.expandingAxis(-1) * y
    return u.logSoftmax().sum(alongAxes: [-1]) + (temperature.log() * (count - 1) + constant)
  }

  /// log x of independent events, [shape, batchShape, K], which the derivative by the parameters follows.
  public func reparameterizedLogSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let noise = Noise.gumbel(shape + logits.shape, dtype, using: &generator)
    return tempered(noise).logSoftmax()
  }
}

extension RelaxedCategorical: Reparameterized {
  /// The common shape of the temperature and of the logits without their last axis.
  public var batchShape: [Int] { temperature.shape }
  /// [K].
  public var eventShape: [Int] { [classCount] }
  /// The type of the parameters.
  public var dtype: DType { logits.dtype }
  /// The number of classes K.
  public var classCount: Int { logits.shape[logits.rank - 1] }
  /// The family and its parameters.
  public var description: String { "RelaxedCategorical(temperature: \(temperature), logits: \(logits))" }
  /// Vectors of numbers of at least 0 that sum to 1; where one is 0 the density is 0.
  public var support: Support { .simplex(count: classCount) }

  /// NaN: there is no closed form.
  public var mean: Tensor { Tensor(repeating: .nan, shape: logits.shape, dtype: dtype) }
  /// NaN: there is no closed form.
  public var variance: Tensor { mean }
  /// NaN: there is no closed form.
  public var mode: Tensor { mean }

  /// The density on the simplex with respect to the first K − 1 elements; −∞ outside, and where an element is 0.
  public func logDensity(of x: Tensor) -> Tensor {
    let isInside = support.contains(x) .& (x .> 0).all(alongAxes: [-1])
    let y = Tensor(where: isInside.expandingAxis(-1), x, else: 1).log()
    return (logDensity(ofLogarithm: y) - y.sum(alongAxes: [-1]))
      .restricted(to: isInside, at: x.withoutDerivative().sum(alongAxes: [-1]))
  }

  /// (logits + noise) / λ less its greatest element, so that no temperature makes it +∞.
  private func tempered(_ noise: Tensor) -> Tensor {
    let sums = logits + noise
    let largest = sums.withoutDerivative().max(alongAxes: [-1], keepingAxes: true)
    let (difference, divisor) = (sums - largest, temperature.expandingAxis(-1))
    // A quotient beyond the type is −∞ with no derivative, where that of the division would make NaN.
    let isFinite = difference.withoutDerivative() / divisor.withoutDerivative() .> -.infinity
    return Tensor(where: isFinite, Tensor(where: isFinite, difference, else: 0) / divisor, else: -.infinity)
  }

  /// Independent vectors of the simplex; elements below the least number of the type are 0.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }

  /// softmax((logits + g) / λ) with standard Gumbel noise g.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let noise = Noise.gumbel(shape + logits.shape, dtype, using: &generator)
    return tempered(noise).softmax()
  }
}
