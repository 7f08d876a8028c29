import Surprisal

/// Surprise −log p(Y = k) is 0 for what is certain and without bound for what nearly cannot be; entropy is its mean.
func expectedSurprise() throws {
  for probability in [1e-300, 1e-3, 0.5, 0.999, 1] {
    let surprise = Information(surprisalOfProbability: probability)
    print("p(Y = k) = \(probability): surprise \(show(surprise.nats, 4)) nats")
  }
  let table = try ProbabilityTable([0.1, 0.9])
  let surprises = try [0, 1].map { try table.surprisal(of: [$0]) }
  print(
    "0.1 · \(show(surprises[0].nats)) + 0.9 · \(show(surprises[1].nats)) = H(Y) = \(show(table.entropy().nats)) nats")
}

/// H(p, q) = E_p[log 1/q] = H(p) + KL(p ‖ q).
func crossEntropy() throws {
  let (p, q) = (try ProbabilityTable([0.5, 0.5]), try ProbabilityTable([0.1, 0.9]))
  for (name, from, to) in [("p, q", p, q), ("q, p", q, p)] {
    let cross = try from.crossEntropy(to: to)
    let divergence = try from.klDivergence(to: to)
    print(
      "H(\(name)) = \(show(cross.nats)) = \(show(from.entropy().nats)) + \(show(divergence.nats)) nats, "
        + "the entropy and the divergence")
  }
  // The notes print E[1/log q] once, which is not a code length: here it would be negative.
  let slip = 0.5 / naturalLog(0.1) + 0.5 / naturalLog(0.9)
  print("E[1/log q] = \(show(slip)) is something else")
}

/// CE(P, Q) = H(P) + KL(P ‖ Q): whatever lowers one of cross-entropy and divergence lowers the other by as much and
/// raises the predictive probability E_P[log Q].
func crossEntropyProperties() throws {
  // The mean cross-entropy of labels 0 and 2 against two predictions.
  let predictions = [[0.3, 0.6, 0.1], [0.2, 0.3, 0.5]]
  let labels: [[Double]] = [[1, 0, 0], [0, 0, 1]]
  let losses = try zip(labels, predictions).map { try Information.crossEntropy($0, $1).nats }
  print("mean cross-entropy of the labels = \(show((losses[0] + losses[1]) / 2)) nats")

  let truth = [0.1, 0.5, 0.1, 0.3]
  print("H(P) = \(show(try Information.entropy(of: truth).nats)) nats")
  for share in [0.0, 0.5, 1] {
    let model = truth.map { share * $0 + (1 - share) * 0.25 }
    let cross = try Information.crossEntropy(truth, model)
    let divergence = try Information.klDivergence(truth, model)
    print(
      "Q = \(show(share, 1)) P + \(show(1 - share, 1)) uniform: E[log Q] = \(show(-cross.nats)), "
        + "CE = \(show(cross.nats)), KL = \(show(divergence.nats)) nats")
  }
}
