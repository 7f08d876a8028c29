import Surprisal

/// Segments between points of a convex set stay in it; so they do in intersections and below-sets, not in unions.
func convexSets() throws {
  var generator = RandomGenerator(seed: 1)
  let points = (0..<300).map { _ in [3 * generator.nextUniform() - 1.5, 3 * generator.nextUniform() - 1.5] }
  let disk = PointSet { $0[0] * $0[0] + $0[1] * $0[1] <= 1 }
  let half = PointSet { $0[0] + $0[1] <= 0.5 }
  let below = PointSet.below(0.7) { x in x[0] * x[0] + 2 * x[1] * x[1] }
  let sets = [
    ("disk", disk), ("half-plane", half), ("their intersection", disk.intersection(half)), ("a below-set", below),
    ("their union", disk.union(half)),
  ]
  for (name, set) in sets {
    let found = try set.convexityCounterexample(among: points, using: &generator)
    print("\(name): \(found == nil ? "no segment leaves it" : "a segment leaves it")")
  }
}

/// λf(x₁) + (1 − λ)f(x₂) ≥ f(λx₁ + (1 − λ)x₂), and for smooth f a Hessian without negative eigenvalues.
func convexFunctions() throws {
  var generator = RandomGenerator(seed: 2)
  let points = (0..<100).map { _ in [4 * generator.nextUniform() - 2] }
  let functions: [(String, (Double) -> Double)] = [
    ("½x²", { 0.5 * $0 * $0 }), ("cos πx", { cosine(3.141592653589793 * $0) }),
    ("exp(½x)", { exponential(0.5 * $0) }),
  ]
  for (name, f) in functions {
    let worst = try Convexity.worstViolation(among: points, using: &generator) { f($0[0]) }
    let least = try Convexity.leastCurvature(at: points) { f($0[0]) }
    print(
      "\(name): \(worst?.isCounterexample == true ? "not convex" : "convex on the samples"), "
        + "least f″ = \(show(least.smallestEigenvalue, 3))")
  }
}

/// E[f(X)] ≥ f(E[X]) for convex f; with f = −log it bounds the likelihood of what is partly hidden:
/// E_Y[−log P(X | Y)] ≥ −log P(X).
func jensenInequality() throws {
  let square = try JensenGap(of: [1.0, 2, 3, 4]) { $0 * $0 }
  print("E[X²] − E[X]² = \(show(square.gap)), the variance")
  print("of a point mass: \(show(try JensenGap(of: [3.0, 3]) { $0 * $0 }.gap))")
  let jensen = try JensenGap(of: [0.8, 0.1], weights: [0.25, 0.75]) { -naturalLog($0) }
  print("E[−log P(X | Y)] = \(show(jensen.meanOfFunction)) ≥ −log P(X) = \(show(jensen.functionOfMean)) nats")

  // The gap of the lower bound log p(x) − L(q) = KL(q ‖ posterior) is one too, of −log at p(x, z)/q(z).
  let coins = TwoCoins.start
  let x = TwoCoins.data[0]
  let q = [0.3, 0.7]
  let ratios = [0, 1].map { exponential(coins.logJoint(x, $0)) / q[$0] }
  let gap = try JensenGap(of: ratios, weights: q) { -naturalLog($0) }
  let divergence = try Information.klDivergence(q, coins.posterior(x))
  print("Jensen gap = \(show(gap.gap)) nats, KL(q ‖ p(z | x)) = \(show(divergence.nats)) nats")
}
