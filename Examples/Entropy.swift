import Surprisal

/// H[X] = E[h(X)]: the mean surprisal; at most log k for k outcomes, and that for equal ones.
func entropy() throws {
  for p in [[0.5, 0.5], [0.9, 0.1], [1, 0], [0.25, 0.25, 0.25, 0.25]] {
    print("p = \(p): H = \(show(try Information.entropy(of: p).bits)) bits")
  }
}
