import CSurprisalKernels
import SurprisalCore

extension ProbabilityTable {
  /// The surprisal −ln p(x) of one outcome, given as a value of each variable (Shannon 1948); ∞ where p = 0.
  ///
  /// - Throws: `usage` if the outcome is not in the table.
  public func surprisal(of outcome: [Int]) throws -> Information {
    Information(nats: masses.surprisal(try index(of: outcome)))
  }

  /// The joint entropy of all variables, H = −Σ p ln p, between 0 and ln of the number of cells (Shannon 1948).
  public func entropy() -> Information { Information(nats: masses.entropy) }

  /// The entropy of some variables, joint if there are several.
  ///
  /// - Throws: `usage` if a variable is not there or none is given.
  public func entropy(of variables: Variables) throws -> Information {
    Information(nats: Masses(summed(try somePositions(variables, "entropy"))).entropy)
  }

  /// The conditional entropy H(Y | X) = −Σ p(x, y) ln p(y | x), between 0 and H(Y); 0 where X tells Y.
  ///
  /// Summed over the values of X and not as a difference of entropies, so that a small one keeps its digits.
  /// - Throws: `usage` if a variable is not there.
  public func entropy(of variables: Variables, given known: Variables) throws -> Information {
    let conditions = try positions(known)
    let axes = try positions(variables).filter { !conditions.contains($0) }
    return Information(nats: conditionalEntropy(axes, given: conditions))
  }

  func conditionalEntropy(_ axes: [Int], given conditions: [Int]) -> Double {
    if axes.isEmpty { return 0 }
    let width = size(axes)
    let cells = summed(conditions + axes)
    var sum = DoubleDouble.zero
    for start in stride(from: 0, to: cells.count, by: width) {
      let row = cells[start..<(start + width)]
      sum += Masses.entropySum(row, total: row.reduce(into: .zero) { $0 += $1 })
    }
    return min(sum.high / masses.total.high, surprisal_log(Double(width)))
  }

  /// The perplexity e^H of some variables: the number of equally likely outcomes that are as uncertain; 1 … k.
  ///
  /// - Throws: `usage` if a variable is not there or none is given.
  public func perplexity(of variables: Variables) throws -> Double {
    let axes = try somePositions(variables, "perplexity")
    return min(surprisal_exp(Masses(summed(axes)).entropy), Double(size(axes)))
  }

  /// What some variables' entropy lacks to that of equally likely values, ln k − H = KL(p ‖ uniform), 0 … ln k.
  ///
  /// - Throws: `usage` if a variable is not there or none is given.
  public func redundancy(of variables: Variables) throws -> Information {
    let axes = try somePositions(variables, "redundancy")
    return Information(nats: Masses(summed(axes)).redundancy)
  }

  /// The redundancy as a share of ln k, 1 − H/ln k, 0 … 1 (Shannon 1948); 0 if there is only one value.
  ///
  /// - Throws: `usage` if a variable is not there or none is given.
  public func relativeRedundancy(of variables: Variables) throws -> Double {
    let axes = try somePositions(variables, "redundancy")
    let size = size(axes)
    return size < 2 ? 0 : min(1, Masses(summed(axes)).redundancy / surprisal_log(Double(size)))
  }

  /// The Rényi entropy H_α = ln Σ p^α / (1 − α) of some variables (Rényi 1961).
  ///
  /// Falls with the order: 0 gives ln of the number of outcomes that can occur, 1 Shannon's entropy, 2 the collision
  /// entropy −ln Σ p², ∞ the min-entropy −ln max p.
  /// - Throws: `usage` if the order is negative or not a number, or a variable is not there or none is given.
  public func renyiEntropy(of variables: Variables, order: Double) throws -> Information {
    try Checks.order(order)
    return Information(nats: Masses(summed(try somePositions(variables, "entropy"))).renyiEntropy(order: order))
  }
}

extension Masses {
  /// KL(p ‖ uniform) in nats, 0 … ln k.
  var redundancy: Double {
    let uniform = Masses([DoubleDouble](repeating: DoubleDouble(1), count: values.count))
    return min(max(0, divergence(uniform)), surprisal_log(Double(values.count)))
  }
}
