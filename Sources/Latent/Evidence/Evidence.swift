import SurprisalCore

/// What a latent-variable model says of data x: the bound on log p(x), its parts, and its gap to the truth.
///
/// For any distribution q over the latent variables z,
///
///     log p(x) = L(q, θ) + KL(q ‖ p(z | x, θ)),   L = E_q[log p(x, z | θ)] + H[q].
///
/// Values are sums over the observations, each times its weight, in nats. For continuous x they depend on the
/// unit of x. Source: Neal and Hinton 1998, equation 7.
public struct Evidence: Sendable, Hashable {
  /// How the values were obtained.
  public enum Estimator: Sendable, Hashable {
    /// Computed in closed form, exact to rounding.
    case exact
    /// Estimated from samples, with the standard error of the bound in nats.
    case sampled(count: Int, standardError: Double)
  }

  /// E_q[log p(x, z | θ)].
  public var expectedLogJoint: LogDensity
  /// H[q], the entropy of the distribution over the latent variables.
  public var posteriorEntropy: LogDensity
  /// log p(x | θ), where the model can evaluate it.
  public var logLikelihood: LogDensity?
  /// How the values were obtained.
  public var estimator: Estimator

  /// Evidence from its parts.
  public init(
    expectedLogJoint: LogDensity, posteriorEntropy: LogDensity, logLikelihood: LogDensity? = nil,
    estimator: Estimator = .exact
  ) {
    self.expectedLogJoint = expectedLogJoint
    self.posteriorEntropy = posteriorEntropy
    self.logLikelihood = logLikelihood
    self.estimator = estimator
  }

  /// L(q, θ) = E_q[log p(x, z | θ)] + H[q], at most log p(x | θ).
  public var lowerBound: LogDensity {
    LogDensity(nats: expectedLogJoint.nats + posteriorEntropy.nats)
  }

  /// KL(q ‖ p(z | x, θ)) = log p(x | θ) − L(q, θ), where the log-likelihood is known.
  public var gap: Information? { logLikelihood.map { $0 - lowerBound } }
}
