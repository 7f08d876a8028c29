import CSurprisalKernels
import SurprisalCore

/// Fits Gaussian mixtures to one set of rows: short runs from many starts, the best polished, the winner
/// finished on all rows.
struct MixtureFitter {
  /// The E-steps of a short run, and how many of the best starts are polished.
  static let shortRun = 12
  static let polished = 8
  static let attempts = 3
  /// On a sample of the rows: the most E-steps, and the gain in nats per row at which a run ends.
  static let draftRun = 100
  static let draftTolerance = 1e-6

  let data: MixtureData
  let configuration: GaussianMixtureConfiguration
  private var starts: MixtureStarts
  private let progress: (@Sendable (FitProgress) -> Void)?
  let isCancelledNow: @Sendable () -> Bool

  typealias Engine = ExpectationMaximization<GaussianMixtureEM>

  init(
    data: MixtureData, configuration: GaussianMixtureConfiguration,
    progress: (@Sendable (FitProgress) -> Void)?, isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.data = data
    self.configuration = configuration
    self.progress = progress
    isCancelledNow = isCancelled
    starts = MixtureStarts(data: data, configuration: configuration)
  }

  /// The best fit with `components` components of `covarianceModel`.
  mutating func fit(components requested: Int, covarianceModel: CovarianceModel) throws -> GaussianMixtureFit {
    let clock = Stopwatch()
    var warnings = data.warnings
    if !covarianceModel.isDiagonal,
      let (first, second) = data.observations.missing?.pairNeverTogether(columns: data.columnCount)
    {
      warnings.append(
        "no row has both `\(data.columnNames[first])` and `\(data.columnNames[second])`: "
          + "their covariance within a component is not determined")
    }
    let (components, prior) = try admissible(requested, covarianceModel, &warnings)
    let setting = data.setting(
      covarianceModel, components: components, prior: prior,
      collapseEigenvalue: configuration.collapseEigenvalue)
    try requireIndependentColumns(setting, &warnings)
    var runs = try shortRuns(components, setting)
    runs = ranked(runs)
    let candidates = Array(runs.prefix(MixtureFitter.polished))
    var outcomes: [Engine.Outcome] = []
    var collapse: CollapsedComponents?
    for (number, run) in candidates.enumerated() {
      do {
        outcomes.append(
          try polish(
            run.model, on: data.draft, start: number + 1, of: candidates.count, after: run.ledger.count
          ).continuing(run.ledger))
      } catch let event as CollapsedComponents {
        collapse = event
        try answer(event, setting)
        if configuration.collapsePolicy == .drop, let smaller = reduced(run.model, by: event) {
          let kept = try runDropping(
            smaller, on: data.draft, start: number + 1, of: candidates.count)
          if let kept { outcomes.append(kept) }
        }
      }
    }
    // A polished run may collapse where a lesser start does not: go on down the list until one stands.
    for (number, run) in runs.dropFirst(candidates.count).enumerated() where outcomes.isEmpty {
      do {
        outcomes.append(
          try polish(
            run.model, on: data.draft, start: candidates.count + number + 1, of: runs.count,
            after: run.ledger.count
          ).continuing(run.ledger))
      } catch let event as CollapsedComponents { collapse = event }
    }
    guard let best = outcomes.max(by: { $0.objective < $1.objective }) else {
      throw everyStartCollapsed(collapse, setting)
    }
    let perRow = data.isSampled ? MixtureFitter.draftTolerance : configuration.engine.tolerance
    let tolerance = max(1e-6, 10 * perRow * best.statistics.weight)
    let atBest = outcomes.filter { $0.objective >= best.objective - tolerance }.count
    let winner = data.isSampled ? try finished(outcomes, setting, &collapse) : best
    let kept = winner.model.parameters.componentCount
    if kept < components { warnings.append("\(kept) of \(components) components kept after a collapse") }
    if let collapse, prior == nil {
      warnings.append("a start was refused: " + describe(collapse))
    }
    if let warning = winner.endWarning {
      let cause =
        ": the covariances are ill-conditioned; rescale the columns or choose a model that does not compare them"
      warnings.append(warning + (winner.endedByRounding ? cause : ""))
    }
    var fit = result(winner, prior: prior, warnings: warnings)
    fit.startsAtBest = atBest
    fit.polishedStarts = outcomes.count
    fit.starts = starts.count
    fit.seconds = clock.seconds
    return fit
  }

  /// The best outcome on the sample taken to the end on all rows; where it collapses there, the next best.
  private func finished(
    _ outcomes: [Engine.Outcome], _ setting: MixtureSetting, _ collapse: inout CollapsedComponents?
  ) throws -> Engine.Outcome {
    for outcome in outcomes.sorted(by: { $0.objective > $1.objective }) {
      do {
        return try polish(outcome.model, on: data.observations, start: 1, of: 1)
      } catch let event as CollapsedComponents {
        collapse = event
        try answer(event, setting)
        if configuration.collapsePolicy == .drop, let smaller = reduced(outcome.model, by: event),
          let kept = try runDropping(smaller, on: data.observations, start: 1, of: 1)
        {
          return kept
        }
      }
    }
    throw everyStartCollapsed(collapse, setting)
  }

  /// Runs by falling objective, but the best of every kind of start first: kinds find different optima, and
  /// after a short run their order is not yet that of their ends.
  private func ranked(_ runs: [ShortRun]) -> [ShortRun] {
    let sorted = runs.sorted { $0.objective > $1.objective }
    var seen: Set<MixtureStarts.Kind> = []
    let first = sorted.filter { seen.insert($0.kind).inserted }
    var taken: Set<Int> = Set(first.map(\.number))
    let rest = sorted.filter { taken.insert($0.number).inserted }
    // Rows drawn at random reach the most different optima: they get the places that are left.
    return first + rest.filter { $0.kind == .random } + rest.filter { $0.kind != .random }
  }

  // MARK: Runs

  /// Where a start stood after a few E-steps.
  struct ShortRun {
    var number: Int
    var kind: MixtureStarts.Kind
    var model: GaussianMixtureEM
    var objective: Double
    var ledger: [LedgerEntry]
  }

  private mutating func shortRuns(
    _ components: Int, _ setting: MixtureSetting
  ) throws -> [ShortRun] {
    var result: [ShortRun] = []
    var last: CollapsedComponents?
    let single = starts.count == 1
    for number in 0..<starts.count {
      for attempt in 0..<MixtureFitter.attempts {
        if isCancelledNow() { throw CancellationError() }
        let kind = attempt == 0 ? starts.kind(of: number) : .random
        do {
          let start = try starts.parameters(
            number: number, attempt: attempt, components: components, setting: setting)
          if single {
            result.append(ShortRun(number: number, kind: kind, model: start, objective: 0, ledger: []))
          } else {
            let outcome = try run(
              start, on: data.draft, phase: .starting, start: number + 1, of: starts.count,
              iterations: MixtureFitter.shortRun, acceleration: .none)
            result.append(
              ShortRun(
                number: number, kind: kind, model: outcome.model, objective: outcome.objective,
                ledger: outcome.ledger))
          }
          break
        } catch let event as CollapsedComponents {
          last = event
          try answer(event, setting)
          if configuration.collapsePolicy == .drop,
            let partial = try? starts.parameters(
              number: number, attempt: attempt, components: components, setting: setting),
            let smaller = reduced(partial, by: event),
            let outcome = try runDropping(
              smaller, on: data.draft, start: number + 1, of: starts.count)
          {
            result.append(
              ShortRun(
                number: number, kind: kind, model: outcome.model, objective: outcome.objective,
                ledger: outcome.ledger))
            break
          }
        }
      }
    }
    if result.isEmpty { throw everyStartCollapsed(last, setting) }
    return result
  }

  /// Runs to the end; on a sample, whose optimum is near that of all rows but not at it, to a looser one.
  private func polish(
    _ model: GaussianMixtureEM, on observations: WeightedRows, start: Int, of starts: Int, after earlier: Int = 0
  ) throws -> Engine.Outcome {
    let isDraft = observations.count < data.observations.count
    // The first E-step repeats the last of the steps before, so it does not count twice.
    let left = configuration.engine.maximumIterations - max(0, earlier - 1)
    return try run(
      model, on: observations, phase: .polishing, start: start, of: starts,
      iterations: isDraft ? MixtureFitter.draftRun : max(1, left),
      acceleration: configuration.engine.acceleration,
      tolerance: isDraft ? MixtureFitter.draftTolerance : 0)
  }

  private func run(
    _ model: GaussianMixtureEM, on observations: WeightedRows, phase: FitProgress.Phase, start: Int,
    of starts: Int, iterations: Int, acceleration: EngineOptions.Acceleration, tolerance: Double = 0
  ) throws -> Engine.Outcome {
    var options = configuration.engine
    options.maximumIterations = min(iterations, configuration.engine.maximumIterations)
    options.acceleration = acceleration
    options.tolerance = max(tolerance, options.tolerance)
    let components = model.parameters.componentCount
    let progress = progress
    let control = Engine.Control(options: options, isCancelled: isCancelledNow) { entry in
      progress?(FitProgress(phase, components: components, start: start, of: starts, entry))
    }
    return try Engine.run(from: model, over: observations, control: control)
  }

  /// Runs to the end, dropping every component that collapses on the way.
  private func runDropping(
    _ model: GaussianMixtureEM, on observations: WeightedRows, start: Int, of starts: Int
  ) throws -> Engine.Outcome? {
    var model = model
    while true {
      do {
        return try polish(model, on: observations, start: start, of: starts)
      } catch let event as CollapsedComponents {
        guard let smaller = reduced(model, by: event) else { return nil }
        model = smaller
      }
    }
  }

  /// The mixture without the components that collapsed; nil if none is left.
  private func reduced(_ model: GaussianMixtureEM, by event: CollapsedComponents) -> GaussianMixtureEM? {
    let gone = Set(event.components.map(\.index))
    let kept = (0..<model.parameters.componentCount).filter { !gone.contains($0) }
    guard !kept.isEmpty, !gone.isEmpty else { return nil }
    let (p, D) = (model.parameters, model.parameters.columnCount)
    let sum = kept.reduce(0) { $0 + p.weights[$1] }
    let parameters = GaussianParameters(
      covarianceModel: p.covarianceModel, weights: kept.map { p.weights[$0] / sum },
      means: kept.flatMap { p.means[$0 * D..<($0 + 1) * D] },
      covariances: kept.flatMap { p.covariances[$0 * p.entryCount..<($0 + 1) * p.entryCount] })
    return parameters.map { GaussianMixtureEM(setting: model.setting, parameters: $0) }
  }
}
