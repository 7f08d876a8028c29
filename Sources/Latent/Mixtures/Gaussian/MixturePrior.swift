/// A conjugate prior of a Gaussian mixture, its strengths relative to the data's own scale.
///
/// Weights: Dirichlet(α, …, α). Each component: Σ ~ inverse-Wishart(ν, Λ), m | Σ ~ N(m₀, Σ/κ), with m₀ the
/// mean of the data and Λ = diag(variance of each column) · `scale` / K^(2/D). Diagonal models have the
/// corresponding normal–inverse-gamma prior on each column. A shared covariance carries the prior of every
/// component. Source: Fraley and Raftery 2007, whose defaults for κ, ν and Λ these are, with the diagonal of
/// the data's covariance in place of all of it so that Λ is never singular.
public struct MixturePrior: Sendable, Hashable {
  /// α, the Dirichlet concentration, at least 1; 2 counts as one row more for each component.
  public var weightConcentration: Double
  /// κ, the rows that the prior mean counts for.
  public var meanStrength: Double
  /// ν − D − 1, the rows that the prior covariance counts for, positive.
  public var covarianceStrength: Double
  /// The factor on Λ.
  public var scale: Double

  /// A prior; the defaults are weak: α = 2, κ = 0.01, ν = D + 2.
  public init(
    weightConcentration: Double = 2, meanStrength: Double = 0.01, covarianceStrength: Double = 1,
    scale: Double = 1
  ) {
    self.weightConcentration = weightConcentration
    self.meanStrength = meanStrength
    self.covarianceStrength = covarianceStrength
    self.scale = scale
  }
}
