import Surprisal

/// H[X] = E[h(X)]: the mean surprisal; at most log k for k outcomes, and that for equal ones.
func entropy() {
  for p in [[0.5, 0.5], [0.9, 0.1], [1, 0], [0.25, 0.25, 0.25, 0.25]] {
    let mean = p.filter { $0 > 0 }.reduce(Information.zero) {
      $0 + Information(nats: $1 * Information(surprisalOfProbability: $1).nats)
    }
    print("p = \(p): H = \(show(mean.bits)) bits")
  }
}
