import Surprisal

/// KL(p ‖ q) = Σ p ln(p/q): the extra nats paid for coding p with a code made for q.
func klDiscrete() throws {
  let (p, q) = ([0.5, 0.5], [0.1, 0.9])
  let entropy = try Information.entropy(of: p)
  let cross = try Information.crossEntropy(p, q)
  print("H(p) = \(show(entropy.nats)) nats, cross-entropy H(p, q) = \(show(cross.nats)) nats")
  print("H(p, q) − H(p) = \(show((cross - entropy).nats)) nats")
  print("KL(p ‖ q) = \(show(try Information.klDivergence(p, q).nats)) nats")
}

/// For densities the bin width Δ cancels: Σ pΔ ln(pΔ / qΔ) tends to ∫ p ln(p/q) dx.
/// Between N(0, 1) and N(1, 2²) that is ln 2 + (1 + 1)/8 − ½ = 0.443147 nats.
func klContinuous() throws {
  let p = try Normal(mean: 0, standardDeviation: 1)
  let q = try Normal(mean: 1, standardDeviation: 2)
  for width in [1.0, 0.1, 0.01] {
    let first = try QuantizedDensity(over: -15...15, binWidth: width) { x in p.logDensity(of: Tensor(x)).item }
    let second = try QuantizedDensity(over: -15...15, binWidth: width) { x in q.logDensity(of: Tensor(x)).item }
    print("Δ = \(width): Σ pΔ ln(pΔ / qΔ) = \(show(try first.klDivergence(to: second).nats)) nats")
  }
}

/// KL(p ‖ q) ≠ KL(q ‖ p): p decides where differences count.
func klAsymmetry() throws {
  let (p, q) = ([0.5, 0.5], [0.1, 0.9])
  let forward = try Information.klDivergence(p, q)
  let backward = try Information.klDivergence(q, p)
  print("KL(p ‖ q) = \(show(forward.nats)) nats, KL(q ‖ p) = \(show(backward.nats)) nats")
  print("KL(p ‖ q) where q = 0 < p: \(try Information.klDivergence([0.5, 0.5], [1, 0]).nats) nats")
}

/// D(P ‖ Q) = E[log P/Q] is not symmetric, not negative, and 0 only for P = Q: as −E[log Q/P] it is the gap in Jensen's
/// inequality −E[log Q/P] ≥ −log E[Q/P] = 0.
func klProperties() throws {
  let (p, q) = ([0.1, 0.5, 0.1, 0.3], [0.25, 0.25, 0.25, 0.25])
  let forward = try Information.klDivergence(p, q)
  let backward = try Information.klDivergence(q, p)
  print("D(P ‖ Q) = \(show(forward.nats)) nats, D(Q ‖ P) = \(show(backward.nats)) nats")
  let jensen = try JensenGap(of: zip(p, q).map { $1 / $0 }, weights: p) { -naturalLog($0) }
  print("Jensen's gap of −log Q/P = \(show(jensen.gap)) nats")
  print("D(P ‖ P) = \(show(try Information.klDivergence(p, p).nats)) nats")
}
