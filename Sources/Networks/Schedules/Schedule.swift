import CSurprisalKernels

/// A learning rate as a function of the step: a factor on the rate that the optimizer was given.
///
/// ```swift
/// let schedule = Schedule.warmUp(steps: 100, then: .cosine(steps: 900))
/// optimizer.learningRate = schedule.rate(at: step, base: 0.1)
/// ```
/// Steps count from 0. What a step is, a batch or an epoch, is the caller's; a schedule has no state.
/// `Plateau` is the rule that watches a figure.
public indirect enum Schedule: Sendable, Hashable, Codable {
  /// 1.
  case constant
  /// factorᵏ after k times `every` steps.
  case step(every: Int, factor: Double)
  /// factorᵏ after k of the given steps.
  case milestones([Int], factor: Double)
  /// factorᵗ, but not below `lowest`.
  case exponential(factor: Double, lowest: Double = 0)
  /// (1 − t/T)^power · (1 − end) + end for T steps, then `end`.
  case polynomial(steps: Int, power: Double = 1, end: Double = 0)
  /// end + (1 − end) (1 + cos(π t/T)) / 2 for T steps, then `end` (Loshchilov and Hutter 2017, equation 5, one period).
  case cosine(steps: Int, end: Double = 0)
  /// Up from `start` to 1 in the part `peak` of T steps, down to `end` in the rest, each along half a cosine (Smith and
  /// Topin 2019; fast.ai's and PyTorch's form). The last step, T − 1, is at `end`; the momentum is left alone.
  case oneCycle(steps: Int, peak: Double = 0.3, start: Double = 0.04, end: Double = 4e-6)
  /// √(1 / (t + 1)).
  case inverseSquareRoot
  /// Up along a line from `start` in the first `steps` steps, then another schedule, which counts from there.
  case warmUp(steps: Int, start: Double = 0, then: Schedule)

  /// A cosine over `steps` steps of which the first `warmUp` rise along a line from `start`.
  public static func cosine(steps: Int, warmUp: Int, start: Double = 0, end: Double = 0) -> Schedule {
    .warmUp(steps: warmUp, start: start, then: .cosine(steps: steps - warmUp, end: end))
  }

  /// factor^(t / `every`), but not below `lowest`: the factor of so many steps, such as those of an epoch.
  public static func exponential(factor: Double, every steps: Int, lowest: Double = 0) -> Schedule {
    .exponential(factor: power(factor, 1 / Double(max(steps, 1))), lowest: lowest)
  }

  /// The learning rate of step `step`, from 0 on, where the optimizer was given `base`.
  public func rate(at step: Int, base: Double) -> Double { base * factor(at: step) }

  /// The learning rate of step `step`, from 0 on, as a factor on the optimizer's.
  public func factor(at step: Int) -> Double {
    let t = Double(step)
    switch self {
    case .constant:
      return 1
    case .step(let every, let factor):
      return power(factor, Double(step / max(every, 1)))
    case .milestones(let milestones, let factor):
      return power(factor, Double(milestones.count { $0 <= step }))
    case .exponential(let factor, let lowest):
      return max(lowest, power(factor, t))
    case .polynomial(let steps, let exponent, let end):
      return end + (1 - end) * power(1 - fraction(t, of: Double(steps)), exponent)
    case .cosine(let steps, let end):
      return between(1, end, fraction(t, of: Double(steps)))
    case .oneCycle(let steps, let peak, let start, let end):
      // As PyTorch counts: both halves have their ends on whole steps.
      let (top, last) = (peak * Double(steps) - 1, Double(steps) - 1)
      return t <= top ? between(start, 1, fraction(t, of: top)) : between(1, end, fraction(t - top, of: last - top))
    case .inverseSquareRoot:
      return 1 / (t + 1).squareRoot()
    case .warmUp(let steps, let start, let then):
      return step < steps ? start + (1 - start) * t / Double(steps) : then.factor(at: step - steps)
    }
  }
}

/// t/T from 0 to 1; 1 where there are no steps.
private func fraction(_ t: Double, of steps: Double) -> Double { steps > 0 ? min(max(t / steps, 0), 1) : 1 }

/// From `first` to `last` along half a cosine.
private func between(_ first: Double, _ last: Double, _ part: Double) -> Double {
  last + (first - last) * (1 + surprisal_cos(.pi * part)) / 2
}

/// factor^exponent, with 0⁰ = 1.
private func power(_ factor: Double, _ exponent: Double) -> Double { surprisal_pow(factor, exponent) }
