import CSurprisalKernels
import SurprisalTensors

/// Losses of numbers. Each gives one number per datum, [N]: the sum over all axes but the first of predictions and
/// targets of one shape [N, …]; `mean()` of it is per datum. Types are promoted, as in arithmetic.
extension Tensor {
  /// ½ Σ (y − t)² for each datum: in nats, −log N(t; y, 1) without its constant ½ ln 2π for each number.
  ///
  /// PyTorch's `MSELoss` has no ½ and is the mean over all numbers.
  public func halfSquaredError(with targets: Tensor) -> Tensor {
    requireSameShape(targets, "halfSquaredError")
    return (0.5 * (self - targets).square()).summedPerDatum()
  }

  /// −log N(t; μ, σ²) = ½ Σ [ln 2π + ln σ² + (t − μ)² / σ²] for each datum, with this tensor as the means μ and one
  /// known variance σ². In nats; for a density they depend on the unit of t.
  public func gaussianLoss(with targets: Tensor, variance: Double = 1) -> Tensor {
    precondition(variance > 0, "gaussianLoss: the variance \(variance) is not above 0")
    requireSameShape(targets, "gaussianLoss")
    let constant = surprisal_log(2 * .pi * variance)
    return (0.5 * ((self - targets).square() / variance + constant)).summedPerDatum()
  }

  /// −log N(t; μ, exp(s)) = ½ Σ [ln 2π + s + (t − μ)² e^−s] for each datum, with this tensor as the means μ and the
  /// logarithms s of the variances learned beside them, of the same shape or broadcast to it. In nats; for a density
  /// they depend on the unit of t.
  ///
  /// No variance is too small for it: PyTorch's `GaussianNLLLoss(full=True)` takes the variance and raises it to 1e-6.
  public func gaussianLoss(with targets: Tensor, logVariance: Tensor) -> Tensor {
    requireSameShape(targets, "gaussianLoss")
    let scaled = (self - targets).square() * (-logVariance).exp()
    return (0.5 * (scaled + logVariance + surprisal_log(2 * .pi))).summedPerDatum()
  }

  /// Σ ½ d² where |d| = |y − t| ≤ δ and Σ δ (|d| − δ/2) elsewhere, for each datum (Huber 1964). It is quadratic near 0
  /// and linear far away, in the unit of t squared.
  public func huberLoss(with targets: Tensor, delta: Double = 1) -> Tensor {
    precondition(delta > 0, "huberLoss: δ is \(delta), not above 0")
    requireSameShape(targets, "huberLoss")
    let error = self - targets
    let limited = error.clamped(to: -delta...delta)
    return (limited * (error - 0.5 * limited)).summedPerDatum()
  }

  /// −log Poisson(t; eˣ) = Σ [eˣ − t x + ln t!] for each datum, with this tensor as the logarithms x of the rates and
  /// counts t. In nats.
  ///
  /// PyTorch's `PoissonNLLLoss` leaves out ln t!, or with `full=True` takes Stirling's approximation of it.
  public func poissonLoss(with counts: Tensor) -> Tensor {
    requireSameShape(counts, "poissonLoss")
    let counts = dtype.isFloatingPoint ? counts.converted(to: dtype) : counts
    return (exp() - counts * self + (counts + 1).logGamma()).summedPerDatum()
  }

  /// Stops the program for targets that broadcasting would repeat in silence.
  func requireSameShape(_ targets: Tensor, _ operation: StaticString) {
    precondition(
      rank > 0 && targets.shape == shape,
      "\(operation): predictions of shape \(shape) and targets of shape \(targets.shape) are not both [N, …]")
  }

  /// The sum over all axes but the first.
  func summedPerDatum() -> Tensor { rank == 1 ? self : sum(alongAxes: Array(1..<rank)) }
}
