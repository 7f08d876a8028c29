import CSurprisalKernels
import SurprisalCore

/// Measures of distributions given as plain arrays of probabilities, which are checked: not empty, none negative or
/// not finite, the sum within 1e-9 of 1 (they are then taken as divided by it).
extension Information {
  /// The entropy H(p) = −Σ p ln p, 0 … ln k; 0 ln 0 = 0 (Shannon 1948).
  ///
  /// - Throws: `data` naming the index or the sum.
  public static func entropy(of p: [Double]) throws -> Information {
    Information(nats: try Masses(p, "p").entropy)
  }

  /// The cross-entropy H(p, q) = −Σ p ln q = H(p) + KL(p ‖ q); ∞ where q = 0 < p.
  ///
  /// - Throws: `data` naming the index or the sum, or if the lengths differ.
  public static func crossEntropy(_ p: [Double], _ q: [Double]) throws -> Information {
    let (first, second) = try masses(p, q)
    return Information(nats: first.crossEntropy(second))
  }

  /// The Kullback–Leibler divergence KL(p ‖ q) = Σ p ln(p/q) ≥ 0; ∞ where q = 0 < p (Kullback and Leibler 1951).
  ///
  /// - Throws: `data` naming the index or the sum, or if the lengths differ.
  public static func klDivergence(_ p: [Double], _ q: [Double]) throws -> Information {
    let (first, second) = try masses(p, q)
    return Information(nats: first.divergence(second))
  }

  /// The Jensen–Shannon divergence of two distributions with weights ½ each, 0 … ln 2 (Lin 1991).
  ///
  /// - Throws: `data` naming the index or the sum, or if the lengths differ.
  public static func jensenShannonDivergence(_ p: [Double], _ q: [Double]) throws -> Information {
    try jensenShannonDivergence(of: [p, q], weights: [0.5, 0.5])
  }

  /// The Jensen–Shannon divergence H(Σ wₖ pₖ) − Σ wₖ H(pₖ) = Σ wₖ KL(pₖ ‖ Σ wⱼ pⱼ), 0 … H(w) (Lin 1991).
  ///
  /// It is the mutual information between an outcome and which distribution it was drawn from.
  /// - Throws: `data` naming the index or the sum, or if lengths or the number of weights do not fit.
  public static func jensenShannonDivergence(of distributions: [[Double]], weights: [Double]) throws -> Information {
    try Checks.probabilities(weights, "weights")
    guard weights.count == distributions.count else {
      throw SurprisalError(.data, "\(weights.count) weights of \(distributions.count) distributions")
    }
    let tables = try distributions.enumerated().map { try Masses($0.element, "distribution \($0.offset)") }
    for (index, table) in tables.enumerated() where table.values.count != tables[0].values.count {
      throw SurprisalError(
        .data,
        "distribution \(index) has \(table.values.count) outcomes, distribution 0 has \(tables[0].values.count)")
    }
    return Information(nats: Masses.jensenShannon(tables, weights: weights))
  }

  /// The Rényi entropy H_α = ln Σ p^α / (1 − α); orders 0, 1 and ∞ are the limits (Rényi 1961).
  ///
  /// - Throws: `data` naming the index or the sum; `usage` if the order is negative or not a number.
  public static func renyiEntropy(of p: [Double], order: Double) throws -> Information {
    try Checks.order(order)
    return Information(nats: try Masses(p, "p").renyiEntropy(order: order))
  }

  /// The Rényi divergence D_α(p ‖ q) = ln Σ p^α q^(1−α) / (α − 1); orders 0, 1 and ∞ are the limits (Rényi 1961).
  ///
  /// - Throws: `data` naming the index or the sum, or if the lengths differ; `usage` if the order is negative or not a
  ///   number.
  public static func renyiDivergence(_ p: [Double], _ q: [Double], order: Double) throws -> Information {
    try Checks.order(order)
    let (first, second) = try masses(p, q)
    return Information(nats: first.renyiDivergence(second, order: order))
  }

  /// The redundancy ln k − H(p) = KL(p ‖ uniform), 0 … ln k.
  ///
  /// - Throws: `data` naming the index or the sum.
  public static func redundancy(of p: [Double]) throws -> Information {
    Information(nats: try Masses(p, "p").redundancy)
  }

  /// The number of equally likely outcomes of which choosing one gives this much information: e to the nats.
  public var perplexity: Double { surprisal_exp(nats) }

  private static func masses(_ p: [Double], _ q: [Double]) throws -> (Masses, Masses) {
    let result = (try Masses(p, "p"), try Masses(q, "q"))
    guard p.count == q.count else {
      throw SurprisalError(.data, "p has \(p.count) outcomes, q has \(q.count)")
    }
    return result
  }
}
