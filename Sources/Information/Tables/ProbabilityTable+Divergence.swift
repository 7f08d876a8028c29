import SurprisalCore

extension ProbabilityTable {
  /// The cross-entropy −Σ p ln q: the mean code length of this table's outcomes in a code made for `other`.
  ///
  /// H(p) + KL(p ‖ q) ≥ H(p); ∞ where q = 0 < p.
  /// - Throws: `usage` if the shapes differ.
  public func crossEntropy(to other: ProbabilityTable) throws -> Information {
    Information(nats: masses.crossEntropy(try comparable(other)))
  }

  /// The Kullback–Leibler divergence KL(p ‖ q) = Σ p ln(p/q) (Kullback and Leibler 1951).
  ///
  /// At least 0, and 0 if and only if the tables agree; ∞ where q = 0 < p. Accurate also for tables 1e-9 apart.
  /// - Throws: `usage` if the shapes differ.
  public func klDivergence(to other: ProbabilityTable) throws -> Information {
    Information(nats: masses.divergence(try comparable(other)))
  }

  /// The Rényi divergence D_α(p ‖ q) = ln Σ p^α q^(1−α) / (α − 1) (Rényi 1961).
  ///
  /// Rises with the order: 0 gives −ln Q(p > 0), 1 the Kullback–Leibler divergence, ∞ the logarithm of the largest
  /// p/q. ∞ where q = 0 < p for orders from 1, and at every order if no outcome has both probabilities positive.
  /// - Throws: `usage` if the order is negative or not a number, or the shapes differ.
  public func renyiDivergence(to other: ProbabilityTable, order: Double) throws -> Information {
    try Checks.order(order)
    return Information(nats: masses.renyiDivergence(try comparable(other), order: order))
  }

  /// The Jensen–Shannon divergence of this table and another, weights ½ each: 0 … ln 2, symmetric (Lin 1991).
  ///
  /// - Throws: `usage` if the shapes differ.
  public func jensenShannonDivergence(to other: ProbabilityTable) throws -> Information {
    Information(nats: Masses.jensenShannon([masses, try comparable(other)], weights: [0.5, 0.5]))
  }

  private func comparable(_ other: ProbabilityTable) throws -> Masses {
    guard other.shape == shape else {
      throw SurprisalError(.usage, "tables of shapes \(shape) and \(other.shape) cannot be compared")
    }
    return other.masses
  }
}
