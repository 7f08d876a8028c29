import SurprisalCore
import SurprisalTensors

/// A family of probability distributions with the parameters of one member, or of a batch of members.
///
/// A sample has the shape `batchShape + eventShape`: one event for each member. Parameters are tensors that broadcast
/// together to `batchShape`; everything that is computed from them has a derivative by them.
public protocol Distribution: Sendable, CustomStringConvertible {
  /// The shape of the parameters: one distribution for each of its elements, [] for a single one.
  var batchShape: [Int] { get }
  /// The shape of one event: [] for a number, [D] for a vector, [D, D] for a matrix.
  var eventShape: [Int] { get }
  /// The type of the parameters and of what is computed from them.
  var dtype: DType { get }

  /// Where the density or mass is above 0.
  var support: Support { get }

  /// The natural logarithm of the density, or of the mass for a discrete distribution, at x.
  ///
  /// - Parameter x: events, [..., batchShape, eventShape], or broadcast with it.
  /// - Returns: [..., batchShape], in nats: exactly −∞ outside the support, NaN only where x is NaN.
  func logDensity(of x: Tensor) -> Tensor

  /// The expectation of an event, [batchShape, eventShape]; NaN where there is none.
  var mean: Tensor { get }
  /// The variance of each element of an event, [batchShape, eventShape]; NaN where there is none.
  var variance: Tensor { get }
  /// An event of the greatest density, [batchShape, eventShape]; NaN where there is none.
  var mode: Tensor { get }

  /// The entropy −E[log p(X)] in nats, [batchShape]: differential for a density.
  ///
  /// - Throws: `usage` if it has no closed form and no quadrature; the error names what to call instead.
  func entropy() throws -> Tensor

  /// Independent events, [shape, batchShape, eventShape], which no derivative follows.
  func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor

  /// KL(self ‖ q) in nats, [batchShape], if there is a closed form that this family knows; +∞ where the support of q
  /// does not hold that of this distribution. `klDivergence(_:_:)` asks both families.
  func closedFormKL(to q: any Distribution) -> Tensor?
  /// KL(p ‖ self) in nats if there is a closed form that this family knows; see `closedFormKL(to:)`.
  func closedFormKL(from p: any Distribution) -> Tensor?
}

extension Distribution {
  /// None, unless the family's own file has one.
  public func closedFormKL(to q: any Distribution) -> Tensor? { nil }
  /// None, unless the family's own file has one.
  public func closedFormKL(from p: any Distribution) -> Tensor? { nil }

  /// One event for each member of the batch, [batchShape, eventShape].
  public func sample(using generator: inout RandomGenerator) -> Tensor { sample([], using: &generator) }
}
