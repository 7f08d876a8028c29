import Surprisal

/// KL(p ‖ q) = Σ p ln(p/q): the extra nats paid for coding p with a code made for q.
func klDiscrete() {
  let (p, q) = ([0.5, 0.5], [0.1, 0.9])
  let cross = zip(p, q).reduce(0) { $0 + $1.0 * Information(surprisalOfProbability: $1.1).nats }
  print("H(p) = \(show(entropyInNats(p))) nats, cross-entropy H(p, q) = \(show(cross)) nats")
  print("KL(p ‖ q) = H(p, q) − H(p) = \(show(klInNats(p, q))) nats")
}

/// For densities the bin width Δ cancels: Σ pΔ ln(pΔ / qΔ) tends to ∫ p ln(p/q) dx.
/// Between N(0, 1) and N(1, 2²) that is ln 2 + (1 + 1)/8 − ½ = 0.443147 nats.
func klContinuous() throws {
  let p = try GaussianMixture(weights: [1], means: [[0]], covariances: [[[1]]])
  let q = try GaussianMixture(weights: [1], means: [[1]], covariances: [[[4]]])
  for width in [1.0, 0.1, 0.01] {
    let x = try RowMatrix(stride(from: -12.0, through: 12, by: width).map { $0 }, columnCount: 1)
    let pairs = zip(try p.logDensities(of: x), try q.logDensities(of: x))
    let divergence = pairs.reduce(0) { $0 + exponential($1.0) * width * ($1.0 - $1.1) }
    print("Δ = \(width): Σ pΔ ln(pΔ / qΔ) = \(show(divergence)) nats")
  }
}

/// KL(p ‖ q) ≠ KL(q ‖ p): p decides where differences count.
func klAsymmetry() {
  let (p, q) = ([0.5, 0.5], [0.1, 0.9])
  print("KL(p ‖ q) = \(show(klInNats(p, q))) nats, KL(q ‖ p) = \(show(klInNats(q, p))) nats")
  print("KL(p ‖ q) where q = 0 < p: \(klInNats([0.5, 0.5], [1, 0]))")
}
