import Surprisal

/// h(x) = −log₂ p(x): an outcome of probability 1/2 carries one bit.
func informationContent() {
  for probability in [1.0, 0.5, 0.25, 0.1] {
    let surprisal = Information(surprisalOfProbability: probability)
    print("p = \(probability): h = \(show(surprisal.bits)) bits = \(show(surprisal.nats)) nats")
  }
}
