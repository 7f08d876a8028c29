import SurprisalLatent
import SurprisalReporting

extension [LedgerEntry] {
  /// The iterations as a report shows them.
  var reportIterations: [ModelReportContent.Iteration] {
    enumerated().map { index, entry in
      .init(
        number: entry.iteration, isExtrapolated: entry.step == .extrapolation, objective: entry.objective,
        lowerBound: entry.lowerBound + entry.logPrior, gap: entry.gap,
        boundAfterMaximization: index == count - 1 ? nil : entry.objectiveAfterMaximization,
        roundingBound: entry.roundingBound)
    }
  }

  /// How EM ran, in the words of a report.
  func reportSettings(
    starts: Int, polishedStarts: Int, seed: UInt64, engine: EngineOptions
  ) -> [ModelReportContent.Fact] {
    let extrapolated = reduce(0) { $0 + ($1.step == .extrapolation ? 1 : 0) }
    let refused = reduce(0) { $0 + ($1.refusedObjective == nil ? 0 : 1) }
    return [
      .init("starts", "\(starts), the best \(polishedStarts) run to convergence"),
      .init("seed", "\(seed)"),
      .init("tolerance", "\(NumberText.general(engine.tolerance)) nats per unit of weight"),
      .init(
        "acceleration",
        "\(engine.acceleration.rawValue): \(extrapolated) extrapolated steps, \(refused) refused"),
    ]
  }
}
