import SurprisalCore
import SurprisalTensors

/// A mixture Σₖ wₖ pₖ of K distributions of one kind: with probability wₖ an event is one of the k-th.
///
/// The components are one batched distribution whose last batch axis counts them, or an array of single ones; for
/// families that differ they are `AnyDistribution` or `AnyUnivariateDistribution`.
public struct Mixture<Component: Distribution>: Sendable {
  /// log w, [batchShape, K], of which the exponentials sum to 1; −∞ for a component that is never drawn.
  public let logWeights: Tensor
  let components: MixtureComponents<Component>

  /// A mixture of the members of a batch, [batchShape, K] with weights of the same shape or [K].
  ///
  /// - Throws: `usage` if weights are below 0, do not sum to 1 within 1e-9 (1e-5 in float32), or have another shape.
  public init(weights: Tensor, components: Component) throws {
    try self.init(logWeights: Mixture.logarithms(of: weights), .batch(components))
  }

  /// A mixture of an array of distributions of one event shape, whose batch shapes are equal.
  public init(weights: Tensor, components: [Component]) throws {
    try self.init(logWeights: Mixture.logarithms(of: weights), .list(components))
  }

  /// A mixture of the members of a batch, with weights softmax(logits).
  public init(logits: Tensor, components: Component) throws {
    try self.init(logWeights: Mixture.logarithms(ofLogits: logits), .batch(components))
  }

  /// A mixture of an array of distributions, with weights softmax(logits).
  public init(logits: Tensor, components: [Component]) throws {
    try self.init(logWeights: Mixture.logarithms(ofLogits: logits), .list(components))
  }

  init(logWeights: Tensor, _ components: MixtureComponents<Component>) throws {
    let shape = try components.checkedBatchShape()
    guard broadcastShape(logWeights.shape, shape) == shape else {
      throw SurprisalError(
        .usage, "Mixture: weights of shape \(logWeights.shape) do not fit components of shape \(shape)")
    }
    let converted = logWeights.converted(to: components.first.dtype)
    self.logWeights = converted.shape == shape ? converted : converted.broadcast(to: shape)
    self.components = components
  }

  private static func logarithms(of weights: Tensor) throws -> Tensor {
    guard weights.rank > 0, weights.shape[weights.rank - 1] > 0 else {
      throw SurprisalError(.usage, "Mixture: weights of shape \(weights.shape) have no axis of components")
    }
    try Checks.probability("Mixture", "weights", weights)
    let sums = weights.sum(alongAxes: [-1])
    let tolerance = weights.dtype == .float64 ? 1e-9 : 1e-5
    try Checks.require((sums - 1).abs() .<= tolerance, "Mixture", "the sum of the weights", sums, mustBe: "1")
    let isPositive = weights .> 0
    // A weight of 0 has the logarithm −∞ and no derivative, where log 0 has the derivative ∞ and makes NaN of it.
    return Tensor(where: isPositive, Tensor(where: isPositive, weights, else: 1).log(), else: -.infinity).logSoftmax()
  }

  private static func logarithms(ofLogits logits: Tensor) throws -> Tensor {
    guard logits.rank > 0, logits.shape[logits.rank - 1] > 0 else {
      throw SurprisalError(.usage, "Mixture: logits of shape \(logits.shape) have no axis of components")
    }
    try Checks.require(logits .< .infinity, "Mixture", "logits", logits, mustBe: "finite or −∞")
    let largest = logits.max(alongAxes: [-1])
    try Checks.require(largest .> -.infinity, "Mixture", "the largest logit", largest, mustBe: "finite")
    return logits.logSoftmax()
  }
}

extension Mixture: Distribution {
  /// The shape of the components without their last axis.
  public var batchShape: [Int] { Array(logWeights.shape.dropLast()) }
  /// The components' event shape.
  public var eventShape: [Int] { components.first.eventShape }
  /// The components' type.
  public var dtype: DType { components.first.dtype }
  /// The number of components.
  public var componentCount: Int { logWeights.shape[logWeights.rank - 1] }
  /// w, [batchShape, K].
  public var weights: Tensor { logWeights.exp() }
  /// The weights and components.
  public var description: String { "Mixture(weights: \(weights), components: \(components.description))" }

  /// The union of the components' supports.
  public var support: Support { components.support(logWeights) }

  /// logSumExp(log w + log p).
  public func logDensity(of x: Tensor) -> Tensor {
    // −∞ + ∞ is what a component without weight adds where its density is infinite: nothing.
    let densities = components.logDensities(of: x)
    let terms = logWeights + Tensor(where: logWeights .> -.infinity, densities, else: 0)
    return terms.logSumExp(alongAxes: [-1])
  }

  /// Σ w E[x].
  public var mean: Tensor { averaged(components.each(isEvent: true) { $0.mean }) }

  /// Σ w (Var + (E[x] − mean)²).
  public var variance: Tensor {
    let means = components.each(isEvent: true) { $0.mean }
    let spread = means - averaged(means).expandingAxis(-1 - eventShape.count)
    return averaged(components.each(isEvent: true) { $0.variance } + spread.square())
  }

  /// NaN: a mixture's mode has no closed form.
  public var mode: Tensor { Tensor(repeating: .nan, shape: batchShape + eventShape, dtype: dtype) }

  /// Events of components that are drawn by their weights.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    chosen(shape, using: &generator) { $0.sample(shape, using: &$1) }
  }

  /// The divergence of equal mixtures' components with equal weights is not that of the mixtures: none is closed.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard componentCount == 1, case .list(let components) = components else { return nil }
    return try? klDivergence(components[0], q)
  }

  /// One draw of each component, of which one is taken.
  func chosen(
    _ shape: [Int], using generator: inout RandomGenerator,
    _ draw: (Component, inout RandomGenerator) -> Tensor
  ) -> Tensor {
    let all = components.each(isEvent: true) { draw($0, &generator) }
    let logits = logWeights.withoutDerivative()
    let indices = Tensor.categorical(logits: logits.broadcast(to: shape + logits.shape), using: &generator)
    // [shape, batchShape, 1, event axes of 1]
    let ones = [Int](repeating: 1, count: eventShape.count)
    let place = indices.reshaped(to: indices.shape + [1] + ones).broadcast(to: indices.shape + [1] + eventShape)
    let axis = indices.rank
    return all.gathered(at: place.contiguous(), alongAxis: axis).squeezing(axes: [axis])
  }

  /// Σₖ wₖ valueₖ of values [..., batchShape, K, eventShape]; a component without weight adds nothing, whatever it is.
  func averaged(_ values: Tensor) -> Tensor {
    let ones = [Int](repeating: 1, count: eventShape.count)
    let weights = weights.reshaped(to: logWeights.shape + ones)
    // What has no weight is replaced before the product: 0 times its NaN or ∞ is a derivative of NaN.
    return (weights * Tensor(where: weights .> 0, values, else: 0)).sum(alongAxes: [-1 - eventShape.count])
  }
}
