import Surprisal

/// A test for an illness that 15 in 10,000 have: it finds everyone who is ill, and 1 in 100 who are not. One positive
/// answer leaves the illness improbable; a second, independent test does not.
func bayesTheorem() throws {
  let prior = [0.9985, 0.0015]
  // A row for each of healthy and ill, a column for each of negative and positive.
  let test = [[0.99, 0.01], [0, 1]]
  let first = try BayesTheorem(prior: prior, likelihood: test, observed: 1)
  print("p(positive) = \(show(first.evidence)), surprise \(show(first.evidenceSurprisal.bits)) bits")
  print("p(ill | positive) = \(show(first.posterior[1], 4))")
  let (before, after) = (first.priorSurprisal[1], first.posteriorSurprisal[1])
  let likelihood = Information(surprisalOfProbability: test[1][1])
  print(
    "h(ill | positive) = \(show(before.bits)) + \(show(likelihood.bits)) − \(show(first.evidenceSurprisal.bits)) "
      + "= \(show(after.bits)) bits")
  // The second test finds 98 in 100 of the ill and 3 in 100 of the healthy.
  let second = try first.updated(likelihoods: [0.03, 0.98])
  print("p(ill | both positive) = \(show(second.posterior[1], 4))")
  print("learned: \(show(first.informationGain.bits)) bits, then \(show(second.informationGain.bits)) bits")
  let negative = try BayesTheorem(prior: prior, likelihood: test, observed: 0)
  print("p(ill | negative) = \(show(negative.posterior[1], 4))")
}
