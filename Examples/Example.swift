/// One section of the notes as a program: `surprisal-examples NAME` runs it.
struct Example: Sendable {
  /// What the command line calls it.
  let name: String
  /// The notes and the section it follows.
  let section: String
  /// Prints what the section says, with numbers.
  let run: @Sendable () throws -> Void

  /// All examples, in the notes' order.
  static let all = [
    Example(name: "information-content", section: "000/001 · Information content", run: informationContent),
    Example(name: "entropy", section: "000/001 · Entropy", run: entropy),
    Example(name: "differential-entropy", section: "000/001 · Differential entropy", run: differentialEntropy),
    Example(name: "kl-discrete", section: "000/001 · KL divergence of discrete distributions", run: klDiscrete),
    Example(name: "kl-continuous", section: "000/001 · KL divergence of continuous distributions", run: klContinuous),
    Example(name: "kl-asymmetry", section: "000/001 · KL divergence is not a distance", run: klAsymmetry),
    Example(name: "log-sum", section: "000/001 · EM algorithm: the log of a sum", run: logSum),
    Example(name: "lower-bound", section: "000/001 · The evidence lower bound and its gap", run: lowerBound),
    Example(name: "e-step", section: "000/001 · E-step", run: eStep),
    Example(name: "m-step", section: "000/001 · M-step", run: mStep),
    Example(
      name: "maximum-likelihood-as-kl", section: "002 · KL divergence and maximum likelihood",
      run: maximumLikelihoodAsKL),
    Example(name: "em-from-kl", section: "002 · Expectation maximization from KL divergence", run: emFromKL),
    Example(name: "norms", section: "004 · Norms", run: norms),
    Example(name: "chain-rule", section: "004 · Chain rule", run: chainRule),
    Example(
      name: "forward-and-backward", section: "004 · Forward and backward propagation, computational graphs",
      run: forwardAndBackward),
    Example(name: "gradient-descent", section: "004 · 12.3 Gradient descent", run: gradientDescent),
  ]
}
