import SurprisalTensors

/// A family log p(x) = Σᵢ ηᵢ · tᵢ(x) − A(η) + log b(x) (Barndorff-Nielsen 1978).
///
/// A(η) is convex, its gradient is E[t(X)], and KL(p ‖ q) of two members is the Bregman divergence
/// A(η_q) − A(η_p) − (η_q − η_p) · ∇A(η_p).
public protocol ExponentialFamily: Distribution {
  /// The natural parameters η, each [batchShape, …].
  var naturalParameters: [Tensor] { get }
  /// The statistics t(x), one for each natural parameter, of the shape [..., batchShape, …] that belongs to it.
  func sufficientStatistics(of x: Tensor) -> [Tensor]
  /// log b(x), [..., batchShape].
  func logBaseMeasure(of x: Tensor) -> Tensor
  /// The log-partition function A, [batchShape], of natural parameters of this family.
  func logPartition(_ naturalParameters: [Tensor]) -> Tensor
}
