import SurprisalTensors

/// A distribution of single numbers with a distribution function.
public protocol UnivariateDistribution: Distribution {
  /// F(x) = P(X ≤ x), [..., batchShape].
  func cumulative(at x: Tensor) -> Tensor
  /// 1 − F(x) = P(X > x), exact to rounding where it is near 0.
  func complementaryCumulative(at x: Tensor) -> Tensor
  /// The least x of the support with F(x) ≥ p, for p in 0 … 1; NaN for other p.
  func quantile(at p: Tensor) -> Tensor
}
