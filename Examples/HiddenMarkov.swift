import Surprisal

/// The occasionally dishonest casino (Durbin et al. 1998, section 3.2): a fair die is now and then changed for one that
/// shows a six every other time, and only the rolls are seen.
func dishonestCasino() throws {
  let loaded = [0.1, 0.1, 0.1, 0.1, 0.1, 0.5]
  let casino = try HiddenMarkov(
    initialProbabilities: [0.5, 0.5], transitions: [[0.95, 0.05], [0.1, 0.9]],
    probabilities: [[[Double](repeating: 1 / 6, count: 6)], [loaded]], columnNames: ["roll"])
  let seen =
    "316162666266662665656543156662225346443625251514"
    + "134362525616235436162316366341663466356266625163"
  // Levels count from 0.
  let rolls = try RowMatrix(seen.compactMap { $0.wholeNumberValue.map { Double($0 - 1) } }, columnCount: 1)

  let states = try casino.mostProbablePaths(of: rolls).states
  print("rolls  \(seen.prefix(48))")
  print("die    \(states.prefix(48).map { $0 == 0 ? "F" : "L" }.joined())")
  print("rolls  \(seen.dropFirst(48))")
  print("die    \(states.dropFirst(48).map { $0 == 0 ? "F" : "L" }.joined())")

  let evidence = try casino.evidence(of: rolls)
  let logLikelihood = evidence.logLikelihood?.nats ?? .nan
  let fair = -Double(rolls.rowCount) * naturalLog(6)
  print("ln p(rolls) = \(show(logLikelihood)) nats, with a fair die alone \(show(fair)) nats")
  print(
    "E[ln p(rolls, dice)] + H[q] = \(show(evidence.expectedLogJoint.nats)) + \(show(evidence.posteriorEntropy.nats))")
  print("                            = \(show(evidence.lowerBound.nats)) nats")
  let posterior = try casino.responsibilities(of: rolls)
  print(
    "p(loaded) at rolls 1, 30, 60, 90: " + [0, 29, 59, 89].map { show(posterior[$0, 1], 4) }.joined(separator: ", "))

  // What EM finds in rolls whose dice nobody has seen.
  var generator = RandomGenerator(seed: 1)
  let many = casino.sample(lengths: [Int](repeating: 300, count: 100), using: &generator).rows
  let sequences = try SequenceLayout(lengths: [Int](repeating: 300, count: 100))
  let fit = try HiddenMarkov.fit(
    many, sequences: sequences, columnNames: ["roll"], states: 2, emissions: .categorical(levels: [6]),
    configuration: FitConfiguration(starts: 3, engine: EngineOptions(tolerance: 1e-8)))
  let (A, p) = (fit.model.transitions, fit.model.probabilities)
  print("fitted to 30,000 rolls: stays fair \(show(A[0][0], 2)), stays loaded \(show(A[1][1], 2)),")
  print("  p(six | fair) = \(show(p[0][0][5], 2)), p(six | loaded) = \(show(p[1][0][5], 2))")
}
