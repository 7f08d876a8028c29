import SurprisalCore

/// Expectation maximization of any latent-variable model, with a ledger of what every half-step did.
///
/// The E-step sets q to the posterior and so closes the gap between L(q, θ) and log p(x | θ); the M-step
/// raises L. The certified objective log p(x | θ) + log p(θ) therefore never falls; a fall beyond what
/// rounding explains is an error. Sources: Dempster, Laird and Rubin 1977; Neal and Hinton 1998.
public struct ExpectationMaximization<Model: LatentVariableModel> {
  /// What a run needs beside its model.
  public struct Control: Sendable {
    /// When it stops, how it is accelerated, on how many threads.
    public var options: EngineOptions
    /// Asked once per iteration; a run that is cancelled throws `CancellationError`.
    public var isCancelled: @Sendable () -> Bool
    /// Told of every iteration.
    public var report: @Sendable (LedgerEntry) -> Void

    /// A control from its parts.
    public init(
      options: EngineOptions, isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled },
      report: @escaping @Sendable (LedgerEntry) -> Void = { _ in }
    ) {
      self.options = options
      self.isCancelled = isCancelled
      self.report = report
    }
  }

  /// Where a run ended.
  public struct Outcome: Sendable {
    /// The parameters of the last E-step.
    public var model: Model
    /// Its statistics.
    public var statistics: Statistics
    /// What every iteration did.
    public var ledger: [LedgerEntry]
    /// Whether the stop rule ended the run, not the limit on iterations.
    public var converged: Bool
    /// Whether the run ended because the M-step's own rounding, at the condition of the covariances, lowered
    /// the objective by more than an E-step's rounding can; the model is the one before that step.
    public var endedByRounding = false

    /// log p(x | θ) + log p(θ) at the end, in nats at the unit of x.
    public var objective: Double { ledger.last?.objective ?? -.infinity }
  }

  private let observations: Model.Observations
  private let control: Control
  private let threads: Int

  private var model: Model
  private var ledger: [LedgerEntry] = []
  private var step = LedgerEntry.Step.start
  private var aitken = AitkenRule()
  private var anderson = AndersonMixing(depth: 10)
  private var squared = SquaredExtrapolation()
  /// The coordinates of the moments that gave the current parameters.
  private var point: [Double]?
  /// The plain EM step to return to if the extrapolated one is refused, and the bound it guarantees.
  private var fallback: (model: Model, point: [Double]?, guarantee: Double)?
  /// The objective in the model's own coordinates, and how far rounding could have moved it.
  private var last: (objective: Double, bound: Double, roundingBound: Double, halfStepBound: Double)?
  /// The parameters of the last E-step in the ledger, with its statistics.
  private var settled: (model: Model, statistics: Statistics)?
  private var plainStepsLeft = 0
  private var stepsSinceCheck = 0

  private init(_ start: Model, _ observations: Model.Observations, _ control: Control) {
    self.model = start
    self.observations = observations
    self.control = control
    threads = Threads.resolve(control.options.threads)
  }

  /// Runs EM from `start` until the stop rule or the limit on iterations ends it.
  ///
  /// Throws `CollapsedComponents`, `CancellationError`, or an internal error when the certificate fails.
  public static func run(
    from start: Model, over observations: Model.Observations, control: Control
  ) throws -> Outcome {
    var run = ExpectationMaximization(start, observations, control)
    return try run.run()
  }

  private mutating func run() throws -> Outcome {
    while true {
      if control.isCancelled() { throw CancellationError() }
      let statistics = ExpectationPass.run(model.expectation(), over: observations, threads: threads)
      let prior = model.logPrior
      let objective = statistics.logLikelihood + prior
      let rounding = model.roundingBound(statistics)
      if let refused = fallback, step == .extrapolation, !(objective >= refused.guarantee - rounding.pass) {
        refuse(objective, prior: prior, weight: statistics.weight)
        continue
      }
      if step == .extrapolation {
        anderson.accept()
        squared.accept()
      }
      if let kept = lostToRounding(objective, rounding) { return kept }
      let moments = model.moments(of: statistics)
      let bound = model.expectedLogJoint(moments) + statistics.posteriorEntropy
      try certify(objective: objective, rounding: rounding.pass)
      let isFinished = record(statistics, bound: bound, prior: prior, rounding: rounding.pass)
      if isFinished || ledger.count >= control.options.maximumIterations {
        if let entry = ledger.last { control.report(entry) }
        return Outcome(model: model, statistics: statistics, ledger: ledger, converged: isFinished)
      }
      let next = try model.maximized(moments)
      let reached = next.expectedLogJoint(moments) + statistics.posteriorEntropy + next.logPrior
      guard reached >= bound + prior - rounding.halfStep else {
        throw certificateFailure("M-step", fall: bound + prior - reached, allowed: rounding.halfStep)
      }
      note(next: next, reached: reached, from: bound + prior, weight: statistics.weight)
      if let entry = ledger.last { control.report(entry) }
      last = (objective, reached - next.logPrior, rounding.pass, rounding.halfStep)
      settled = (model, statistics)
      advance(to: next, moments: moments, guarantee: reached)
    }
  }

  /// Enters the E-step into the ledger; true if the stop rule says that it is the last.
  private mutating func record(
    _ statistics: Statistics, bound: Double, prior: Double, rounding: Double
  ) -> Bool {
    let offset = model.unitOffset
    let shift = statistics.weight * offset.perWeight
    let objective = statistics.logLikelihood + prior
    ledger.append(
      LedgerEntry(
        iteration: ledger.count + 1, step: step, logLikelihood: statistics.logLikelihood + shift,
        lowerBound: bound + shift, gap: statistics.logLikelihood - bound,
        logPrior: prior + (prior == 0 ? 0 : offset.logPrior),
        objectiveAfterMaximization: objective + shift + (prior == 0 ? 0 : offset.logPrior),
        expectationGain: last.map { (bound - $0.bound) / statistics.weight } ?? 0, maximizationGain: 0,
        roundingBound: rounding, refusedObjective: nil))
    guard let last else { return false }
    let gain = objective - last.objective
    let limit = max(control.options.tolerance * statistics.weight, rounding)
    if step == .maximization {
      aitken.record(gain)
      if let remaining = aitken.remaining(roundingBound: rounding), remaining <= limit { return true }
    } else {
      aitken.interrupt()
    }
    decideWhetherToCheck(gain: gain, limit: limit)
    return false
  }

  /// While steps are extrapolated their gains say nothing about what remains: when one is small, plain steps
  /// follow until the rule can judge; if it says to go on, extrapolation is taken up again.
  private mutating func decideWhetherToCheck(gain: Double, limit: Double) {
    guard control.options.acceleration != .none else { return }
    stepsSinceCheck += 1
    if plainStepsLeft > 0 {
      plainStepsLeft -= 1
      if plainStepsLeft == 0 { stepsSinceCheck = 0 }
    } else if gain <= limit, stepsSinceCheck >= 2 {
      plainStepsLeft = 4
    }
  }

  private mutating func note(next: Model, reached: Double, from: Double, weight: Double) {
    let index = ledger.count - 1
    let offset = next.unitOffset
    let priorOffset = next.logPrior == 0 ? 0 : offset.logPrior
    ledger[index].objectiveAfterMaximization = reached + weight * offset.perWeight + priorOffset
    ledger[index].maximizationGain = (reached - from) / weight
  }

  /// Takes the M-step's parameters, or tries the extrapolated ones first.
  private mutating func advance(to next: Model, moments: Model.Moments, guarantee: Double) {
    let image = control.options.acceleration == .none ? nil : model.coordinates(moments)
    defer { model = fallback == nil ? next : model }
    fallback = nil
    step = .maximization
    guard let image else {
      point = nil
      return
    }
    let from = point
    point = image
    guard let from, from.count == image.count else { return }
    let metric = model.coordinateMetric(moments)
    let proposal: [Double]?
    switch control.options.acceleration {
    case .anderson: proposal = anderson.proposal(point: from, image: image, metric: metric)
    case .squarem: proposal = squared.proposal(point: from, image: image, metric: metric)
    case .none: proposal = nil
    }
    guard plainStepsLeft == 0, let proposal,
      let extrapolated = next.maximized(atCoordinates: proposal, near: moments)
    else { return }
    fallback = (next, image, last?.objective ?? guarantee)
    point = proposal
    step = .extrapolation
    model = extrapolated
  }

  /// Returns to the plain EM step after an extrapolated one lowered the objective.
  private mutating func refuse(_ objective: Double, prior: Double, weight: Double) {
    guard let plain = fallback else { return }
    let offset = model.unitOffset
    let shift = weight * offset.perWeight + (prior == 0 ? 0 : offset.logPrior)
    if !ledger.isEmpty { ledger[ledger.count - 1].refusedObjective = objective + shift }
    model = plain.model
    point = plain.point
    fallback = nil
    step = .maximization
    anderson.refuse()
    squared.refuse()
  }

  /// The end of a run whose M-step fell by more than an E-step's rounding but no more than its own: EM can
  /// climb no further in float64, and the parameters before that step stand.
  private func lostToRounding(
    _ objective: Double, _ rounding: (pass: Double, halfStep: Double)
  ) -> Outcome? {
    guard let last, let settled, step == .maximization else { return nil }
    let fall = last.objective - objective
    guard fall > max(rounding.pass, last.roundingBound), fall <= max(rounding.halfStep, last.halfStepBound)
    else { return nil }
    return Outcome(
      model: settled.model, statistics: settled.statistics, ledger: ledger, converged: false,
      endedByRounding: true)
  }

  private func certify(objective: Double, rounding: Double) throws {
    guard let last, step != .start else { return }
    let allowed = max(rounding, last.roundingBound)
    guard objective >= last.objective - allowed else {
      throw certificateFailure("E-step", fall: last.objective - objective, allowed: allowed)
    }
  }

  private func certificateFailure(_ place: String, fall: Double, allowed: Double) -> SurprisalError {
    SurprisalError(
      .internal,
      "the certified objective fell by \(fall) nats in the \(place) of iteration \(ledger.count), "
        + "and rounding explains at most \(allowed)",
      remedy: "report it with the data and the command; a smaller number of components may avoid it")
  }
}
