import Surprisal

/// Differences in height of 15 pairs of maize plants, in eighths of an inch (Darwin 1876).
func fitMaize() throws -> ExpectationMaximization<RobustNormal>.Outcome {
  let rows = try RowMatrix([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48], columnCount: 1)
  let outcome = try RobustNormal(center: 0, scale: 50, degrees: 4)
    .fitted(to: rows, options: EngineOptions(tolerance: 1e-13))
  for entry in outcome.ledger.prefix(3) {
    print("log p(x) = \(entry.logLikelihood), L = \(entry.lowerBound), step +\(entry.maximizationGain)")
  }
  return outcome
}
