import CSurprisalKernels
import SurprisalCore

/// Inequalities between a mixture's entropy or divergence and those of its components.
///
/// π and ω are the weights of p and q, a and b count their components. By Jensen's inequality, for each a,
///
///     E_a[log q] ≥ −H(pₐ) + log Σ_b ω_b e^(−KL(pₐ ‖ q_b)),
///     E_a[log q] ≤ −H(pₐ) + (1 / s) log Σ_b ω_b^s ∫ pₐ^(1−s) q_b^s,   0 < s ≤ 1,
///
/// the second from (Σ ω q)^s ≤ Σ ω^s q^s; and of a mixture itself
///
///     E[log p] ≤ Σ πₐ (−H(pₐ) + log Σ_c π_c ∫ pₐ^(1−s) p_c^s).
enum MixtureBounds {
  /// The orders of Chernoff's divergence that are tried.
  private static let orders = [0.5, 0.25, 0.75, 0.125, 0.0625, 0.03125, 0.015625, 0.00390625, 0.0009765625]

  /// Bounds of the entropy.
  static func entropy(_ p: ComponentList) throws -> (lower: Bound, upper: Bound) {
    guard let entropies = p.entropies else {
      throw SurprisalError(
        .usage, "a component's entropy has no closed form",
        remedy: "call estimateEntropy or estimateDifferentialEntropy")
    }
    let average = zip(p.weights, entropies).reduce(0) { $0 + $1.0 * $1.1 }
    let rounding = 0x1p-46 * entropies.reduce(1) { max($0, abs($1)) }
    let own = selfTerms(p)
    return (
      Bound(nats: average - own.upper.nats - rounding, name: own.upper.name),
      Bound(nats: average - own.lower.nats + rounding, name: own.lower.name)
    )
  }

  /// Bounds of the divergence.
  static func divergence(_ p: ComponentList, _ q: ComponentList) throws -> (lower: Bound, upper: Bound) {
    let pairs = try divergences(p, q)
    let own = selfTerms(p)
    let cross = crossTerms(p, q, pairs)
    var lowers = [Bound(nats: 0, name: "a divergence is at least 0")]
    var uppers = [convexity(p, q, pairs), coupling(p, q, pairs)]
    if own.lower.nats > -.infinity, cross.upper.nats < .infinity {
      lowers.append(
        Bound(nats: own.lower.nats - cross.upper.nats, name: "\(own.lower.name) less \(cross.upper.name)"))
    }
    if cross.lower.nats > -.infinity {
      uppers.append(
        Bound(nats: own.upper.nats - cross.lower.nats, name: "\(own.upper.name) less \(cross.lower.name)"))
    }
    if q.weights.count == 1, p.weights.count == 1 {
      lowers.append(Bound(nats: pairs[0, 0] - pairs.rounding, name: "closed form"))
      uppers.append(Bound(nats: pairs[0, 0] + pairs.rounding, name: "closed form"))
    }
    let lower = lowers.dropFirst().reduce(lowers[0]) { $1.nats > $0.nats ? $1 : $0 }
    let upper = uppers.dropFirst().reduce(uppers[0]) { $1.nats < $0.nats ? $1 : $0 }
    return (lower, upper)
  }

  /// KL(pₐ ‖ q_b) of all pairs.
  ///
  /// - Throws: `usage` if one has no closed form.
  private static func divergences(_ p: ComponentList, _ q: ComponentList) throws -> Matrix {
    if let members = p.members, let others = q.members {
      let values = try members.flatMap { a in
        try others.map { b in try klDivergence(a, b).doubleValues[0] }
      }
      let largest = values.reduce(1) { $1.isFinite ? max($0, $1) : $0 }
      return Matrix(value: values.map { max($0, 0) }, columns: others.count, rounding: 0x1p-40 * largest)
    }
    if let natural = p.natural, let other = q.natural, natural.isComparable(to: other) {
      return natural.divergences(to: other)
    }
    throw SurprisalError(
      .usage, "the components of the mixtures have no closed divergence from each other",
      remedy: "call estimateKL(_:_:samples:using:)")
  }

  /// Bounds of E[log p] + Σ π H(pₐ), between −H(π) and 0.
  private static func selfTerms(_ p: ComponentList) -> (lower: Bound, upper: Bound) {
    let weights = p.weights
    var lower = Bound(nats: weights.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }, name: "entropy of the weights")
    var upper = Bound(nats: 0, name: "concavity of the entropy")
    if let pairs = try? divergences(p, p) {
      let value = weightedLogSum(weights, weights) { -pairs[$0, $1] } - pairs.rounding
      if value > lower.nats { lower = Bound(nats: value, name: "pairwise divergences") }
    }
    if let natural = p.natural, natural.isComparable(to: natural), weights.count > 1 {
      for order in orders {
        let pairs = natural.chernoff(order, to: natural)
        let value = weightedLogSum(weights, weights) { -pairs[$0, $1] } + pairs.rounding
        if value < upper.nats { upper = Bound(nats: value, name: "Chernoff divergences of order \(order)") }
      }
    }
    return (lower, upper)
  }

  /// Bounds of E_p[log q] + Σ π H(pₐ).
  private static func crossTerms(
    _ p: ComponentList, _ q: ComponentList, _ pairs: Matrix
  ) -> (lower: Bound, upper: Bound) {
    let lower = weightedLogSum(p.weights, q.weights) { -pairs[$0, $1] } - pairs.rounding
    var upper = Bound(nats: 0, name: "cross-entropy")
    if q.weights.count == 1 {
      let exact = weightedLogSum(p.weights, q.weights) { -pairs[$0, $1] } + pairs.rounding
      upper = Bound(nats: exact, name: "one component's divergences")
    } else if let natural = p.natural, let other = q.natural, natural.isComparable(to: other) {
      for order in orders {
        let pairs = natural.chernoff(order, to: other)
        let powers = q.weights.map { $0 > 0 ? exp(order * log($0)) : 0 }
        let value = (weightedLogSum(p.weights, powers) { -pairs[$0, $1] } + pairs.rounding) / order
        if value < upper.nats { upper = Bound(nats: value, name: "Chernoff divergences of order \(order)") }
      }
    }
    return (Bound(nats: lower, name: "pairwise divergences"), upper)
  }

  /// Σ π ω KL(pₐ ‖ q_b).
  private static func convexity(_ p: ComponentList, _ q: ComponentList, _ pairs: Matrix) -> Bound {
    var sum = 0.0
    for (a, first) in p.weights.enumerated() where first > 0 {
      for (b, second) in q.weights.enumerated() where second > 0 { sum += first * second * pairs[a, b] }
    }
    return Bound(nats: sum + pairs.rounding, name: "convexity")
  }

  /// The least Σ φ (KL(pₐ ‖ q_b) + log(φ / ψ)) over φ and ψ with marginals π and ω, both a coupling of components: by
  /// the log-sum inequality each is a bound, and alternating minimization lowers it.
  private static func coupling(_ p: ComponentList, _ q: ComponentList, _ pairs: Matrix) -> Bound {
    let (rows, columns) = (p.weights.count, q.weights.count)
    var second = (0..<rows * columns).map { p.weights[$0 / columns] * q.weights[$0 % columns] }
    var (best, matched) = (Double.infinity, Double.infinity)
    // Equal lists are matched one to one.
    if rows == columns {
      matched = (0..<rows).reduce(0) { sum, a in
        let (first, other) = (p.weights[a], q.weights[a])
        return first > 0 ? sum + first * (pairs[a, a] + log(first) - log(other)) : sum
      }
    }
    for _ in 0..<200 {
      var first = [Double](repeating: 0, count: rows * columns)
      var value = 0.0
      for a in 0..<rows where p.weights[a] > 0 {
        let logs = (0..<columns).map { log(second[a * columns + $0]) - pairs[a, $0] }
        let total = logSum(logs)
        guard total > -.infinity else {
          value = .infinity
          break
        }
        // With φ = π ψ e^(−KL) / Σ the a-th part of the sum is π (log π − log Σ ψ e^(−KL)).
        value += p.weights[a] * (log(p.weights[a]) - total)
        for b in 0..<columns { first[a * columns + b] = p.weights[a] * exp(logs[b] - total) }
      }
      let isLast = !(value < best - 1e-12 * abs(best))
      best = min(best, value)
      if isLast { break }
      for b in 0..<columns {
        let sum = (0..<rows).reduce(0) { $0 + first[$1 * columns + b] }
        for a in 0..<rows {
          let share = sum > 0 ? first[a * columns + b] / sum : p.weights[a]
          second[a * columns + b] = q.weights[b] * share
        }
      }
    }
    return Bound(nats: min(best, matched) + 2 * pairs.rounding, name: "variational coupling")
  }

  /// Σₐ πₐ log Σ_b ω_b e^(value), over components with weight.
  private static func weightedLogSum(
    _ first: [Double], _ second: [Double], _ value: (Int, Int) -> Double
  ) -> Double {
    first.indices.reduce(0) { sum, a in
      guard first[a] > 0 else { return sum }
      return sum + first[a]
        * logSum(second.indices.map { second[$0] > 0 ? log(second[$0]) + value(a, $0) : -.infinity })
    }
  }

  private static func logSum(_ values: [Double]) -> Double {
    let largest = values.max() ?? -.infinity
    guard largest > -.infinity else { return -.infinity }
    return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
  }

  private static func log(_ x: Double) -> Double { surprisal_log(x) }
  private static func exp(_ x: Double) -> Double { surprisal_exp(x) }
}
