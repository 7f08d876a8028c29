/// Observations that the engine hands out by number: rows, or whole sequences.
public protocol ObservationSource: Sendable {
  /// How many observations there are.
  var count: Int { get }
}

/// The E-step of a model at fixed parameters, ready to run over any range of observations.
///
/// `accumulate` is called on several threads at once, for disjoint ranges; it writes to the given memory only.
public protocol ExpectationStep<Observations>: Sendable {
  /// What it runs over.
  associatedtype Observations: ObservationSource
  /// How many sums `accumulate` adds to.
  var sumCount: Int { get }
  /// How many doubles of scratch memory `accumulate` needs.
  var workspaceCount: Int { get }
  /// About how many floating-point operations an observation takes: short passes stay on one thread.
  var operationCount: Int { get }
  /// Adds the statistics of the observations in `range` to `sums` (`sumCount` numbers) and to `totals`
  /// (Σw, Σ w log p, Σ w |log p|, Σ w H[q]).
  func accumulate(
    _ observations: Observations, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
    totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>)
}

extension ExpectationStep {
  /// A few for every sum.
  public var operationCount: Int { 8 * sumCount + 64 }
}

/// A model with latent variables that EM can fit: a posterior, additive statistics, and a maximizer of the
/// expected complete log-likelihood Q(θ, θ_old).
///
/// From these the engine gives threads, starts, weights, priors, the ledger and its certificate,
/// acceleration and cancellation. Source: Dempster, Laird and Rubin 1977; Neal and Hinton 1998.
public protocol LatentVariableModel: Sendable {
  /// What it is fitted to.
  associatedtype Observations: ObservationSource
  /// Its E-step at fixed parameters.
  associatedtype Expectation: ExpectationStep<Observations>
  /// The statistics in the form that the M-step reads.
  associatedtype Moments: Sendable

  /// The number of free parameters.
  var parameterCount: Int { get }
  /// log p(θ) in nats; 0 without a prior.
  var logPrior: Double { get }
  /// What to add to a log-density per unit of weight, and to the log-prior, to come from the model's own
  /// coordinates to the unit of x, in nats.
  var unitOffset: (perWeight: Double, logPrior: Double) { get }

  /// The E-step at these parameters.
  func expectation() -> Expectation
  /// The moments of statistics summed at these parameters.
  func moments(of statistics: Statistics) -> Moments
  /// E_q[log p(x, z | θ)] at these parameters, from moments of any parameters: no pass over the data.
  func expectedLogJoint(_ moments: Moments) -> Double
  /// The parameters that maximize E_q[log p(x, z | θ)] + log p(θ), starting from these.
  ///
  /// Throws `CollapsedComponents` if the maximum cannot be an answer.
  func maximized(_ moments: Moments) throws -> Self
  /// How far rounding can move the certified objective in the E-step and in the half-step from statistics.
  func roundingBound(_ statistics: Statistics) -> (pass: Double, halfStep: Double)

  /// The moments as a point in a space where any point is valid, for extrapolation; nil if there is none.
  func coordinates(_ moments: Moments) -> [Double]?
  /// What a unit step along each coordinate weighs.
  func coordinateMetric(_ moments: Moments) -> [Double]
  /// The parameters that the M-step gives at a point between or beyond moments; nil if there are none.
  func maximized(atCoordinates point: [Double], near moments: Moments) -> Self?
}

extension LatentVariableModel {
  /// No extrapolation.
  public func coordinates(_ moments: Moments) -> [Double]? { nil }
  /// Equal weights.
  public func coordinateMetric(_ moments: Moments) -> [Double] { [] }
  /// No extrapolation.
  public func maximized(atCoordinates point: [Double], near moments: Moments) -> Self? { nil }
  /// No prior.
  public var logPrior: Double { 0 }
  /// The model's coordinates are those of x.
  public var unitOffset: (perWeight: Double, logPrior: Double) { (0, 0) }
}
