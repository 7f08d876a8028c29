import SurprisalCore

/// Runs EM from several starts: a few E-steps of each, the best to the end, the best of these kept.
package struct StartSearch<Model: LatentVariableModel> {
  package typealias Engine = ExpectationMaximization<Model>

  /// The E-steps of a short run, how many of the best starts are run to the end, and how often a start that
  /// collapses is drawn anew.
  private static var shortRun: Int { 12 }
  private static var polished: Int { 4 }
  private static var attempts: Int { 3 }

  /// Where a search ended.
  package struct Result {
    package var best: Engine.Outcome
    package var startsAtBest: Int
    package var polishedStarts: Int
    package var starts: Int
    package var warnings: [String]
  }

  package var observations: Model.Observations
  package var configuration: FitConfiguration
  /// The number of components, for messages of progress.
  package var components: Int
  package var progress: (@Sendable (FitProgress) -> Void)?
  package var isCancelled: @Sendable () -> Bool

  package init(
    observations: Model.Observations, configuration: FitConfiguration, components: Int,
    progress: (@Sendable (FitProgress) -> Void)?, isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.observations = observations
    self.configuration = configuration
    self.components = components
    self.progress = progress
    self.isCancelled = isCancelled
  }

  /// The best of `count` starts; `start` makes the parameters of a start's number (from 0) and attempt.
  ///
  /// A start that collapses is drawn anew; throws a data error if none stands, in the words of `describe`.
  package func best(
    of count: Int, describe: (CollapsedComponents) -> String = { "\($0.components.count) components collapsed" },
    start: (_ number: Int, _ attempt: Int) throws -> Model
  ) throws -> Result {
    var collapse: CollapsedComponents?
    var runs: [Engine.Outcome] = []
    for number in 0..<count {
      for attempt in 0..<Self.attempts {
        if isCancelled() { throw CancellationError() }
        do {
          let model = try start(number, attempt)
          let limit = count == 1 ? configuration.engine.maximumIterations : Self.shortRun
          runs.append(try run(model, .starting, start: number + 1, of: count, iterations: limit, isShort: count > 1))
          break
        } catch let event as CollapsedComponents { collapse = event }
      }
    }
    if count > 1 {
      runs.sort { $0.objective > $1.objective }
      var outcomes: [Engine.Outcome] = []
      // Where all the best collapse on the way, the lesser starts are followed until one stands.
      for (number, short) in runs.enumerated() where number < Self.polished || outcomes.isEmpty {
        do {
          let left = configuration.engine.maximumIterations - short.ledger.count + 1
          let outcome = try run(
            short.model, .polishing, start: number + 1, of: min(runs.count, Self.polished),
            iterations: max(1, left), isShort: false)
          outcomes.append(outcome.continuing(short))
        } catch let event as CollapsedComponents { collapse = event }
      }
      runs = outcomes
    }
    guard let best = runs.max(by: { $0.objective < $1.objective }) else {
      throw SurprisalError(
        .data, "every start collapsed" + (collapse.map { ": " + describe($0) } ?? ""),
        remedy: "ask for fewer components or states, or give more rows")
    }
    let tolerance = max(1e-6, 10 * configuration.engine.tolerance * best.statistics.weight)
    var warnings: [String] = []
    if let collapse { warnings.append("a start was refused: " + describe(collapse)) }
    if let warning = best.endWarning { warnings.append(warning) }
    return Result(
      best: best, startsAtBest: runs.filter { $0.objective >= best.objective - tolerance }.count,
      polishedStarts: runs.count, starts: count, warnings: warnings)
  }

  private func run(
    _ model: Model, _ phase: FitProgress.Phase, start: Int, of starts: Int, iterations: Int, isShort: Bool
  ) throws -> Engine.Outcome {
    var options = configuration.engine
    options.maximumIterations = min(iterations, options.maximumIterations)
    if isShort { options.acceleration = .none }
    let (components, progress) = (components, progress)
    let control = Engine.Control(options: options, isCancelled: isCancelled) { entry in
      progress?(FitProgress(phase, components: components, start: start, of: starts, entry))
    }
    return try Engine.run(from: model, over: observations, control: control)
  }
}

extension ExpectationMaximization.Outcome {
  /// Why the run did not end at the stop rule, if it did not.
  package var endWarning: String? {
    if endedByRounding {
      return "ended after \(ledger.count) iterations, where float64 cannot resolve a further gain"
    }
    guard !converged else { return nil }
    return "not converged after \(ledger.count) iteration\(ledger.count == 1 ? "" : "s"): "
      + "raise --maximum-iterations or --tolerance"
  }

  /// This run with the one that it went on from in front, as one ledger: its first E-step repeats the last of
  /// `earlier` at the same parameters.
  package func continuing(_ earlier: Self) -> Self { continuing(earlier.ledger) }

  /// This run with the ledger of the one that it went on from in front.
  package func continuing(_ earlier: [LedgerEntry]) -> Self {
    guard let last = earlier.last, var first = ledger.first else { return self }
    first.step = last.step
    first.expectationGain = last.expectationGain
    var result = self
    result.ledger = earlier.dropLast() + [first] + ledger.dropFirst()
    for index in result.ledger.indices { result.ledger[index].iteration = index + 1 }
    return result
  }
}
