import CSurprisalKernels
import SurprisalCore

/// A signed sum of the entropies of some columns of one table: every discrete measure is one.
///
/// H(X|Y) = H(X,Y) − H(Y), I(X;Y) = H(X) + H(Y) − H(X,Y), I(X;Y|Z) = H(X,Z) + H(Y,Z) − H(X,Y,Z) − H(Z), total
/// correlation ΣH(Xᵢ) − H(X₁,…,X_d) (Cover and Thomas 2006, chapter 2).
struct EntropySum: Sendable {
  struct Term: Sendable {
    var sign: Double
    var columns: [Int]
    var groupOf: [Int]
    var counts: [Int]
    /// Levels there may be, seen or not.
    var levelCount: Double
  }

  let table: CellTable
  private(set) var terms: [Term] = []

  init(_ table: CellTable, _ signed: [(sign: Double, columns: [Int])]) {
    self.table = table
    for (sign, columns) in signed where !columns.isEmpty {
      let margin = table.margin(columns)
      let levelCount = columns.reduce(1.0) { $0 * Double(table.columns[$1].levelCount) }
      let term = Term(
        sign: sign, columns: columns, groupOf: margin.groupOf, counts: margin.counts, levelCount: levelCount)
      // Columns that add nothing make the same cells: their entropies are equal and cancel to the last bit.
      if let same = terms.firstIndex(where: { Self.cancel($0, term) }) {
        terms.remove(at: same)
      } else {
        terms.append(term)
      }
    }
  }

  private static func cancel(_ a: Term, _ b: Term) -> Bool {
    let nested = Set(a.columns).isSubset(of: b.columns) || Set(b.columns).isSubset(of: a.columns)
    return a.sign == -b.sign && a.counts.count == b.counts.count && nested
  }

  var rowCount: Double { Double(table.rowCount) }

  /// −log p̂ of each group of a term, in nats.
  func surprisals(_ term: Term) -> [Double] {
    term.counts.map { $0 == table.rowCount ? 0 : surprisal_log(rowCount / Double($0)) }
  }

  /// The value in nats.
  ///
  /// - Throws: `internal` if the entropies do not add up to the mean of their pointwise sum (the chain rule).
  func value(_ estimator: DiscreteEstimator) throws -> Double {
    let plugIn = terms.reduce(0.0) { sum, term in
      sum + term.sign * zip(term.counts, surprisals(term)).reduce(0.0) { $0 + Double($1.0) / rowCount * $1.1 }
    }
    let pointwise = pointwise
    let mean = zip(table.counts, pointwise).reduce(0.0) { $0 + Double($1.0) / rowCount * $1.1 }
    if !(abs(mean - plugIn) <= 1e-9 * (1 + abs(plugIn))) {
      throw SurprisalError(.internal, "entropies sum to \(plugIn) nats, but pointwise to \(mean): please report this")
    }
    switch estimator {
    case .plugIn:
      return plugIn
    case .millerMadow:
      return plugIn + terms.reduce(0.0) { $0 + $1.sign * Double($1.counts.count - 1) } / (2 * rowCount)
    case .shrinkage:
      let weight = shrinkageWeight
      return terms.reduce(0.0) { $0 + $1.sign * shrunkenEntropy($1, weight) }
    }
  }

  /// Σ sign · (−log p̂) of each cell.
  var pointwise: [Double] {
    var result = [Double](repeating: 0, count: table.counts.count)
    for term in terms {
      let surprisals = surprisals(term)
      for cell in result.indices { result[cell] += term.sign * surprisals[term.groupOf[cell]] }
    }
    return result
  }

  /// λ* = (1 − Σp̂²) / ((n − 1) Σ(1/k − p̂)²) of the term of most columns, within 0 … 1.
  private var shrinkageWeight: Double {
    guard let finest = terms.max(by: { $0.columns.count < $1.columns.count }) else { return 0 }
    let squares = finest.counts.reduce(0.0) { $0 + (Double($1) / rowCount) * (Double($1) / rowCount) }
    let distance = (rowCount - 1) * (squares - 1 / finest.levelCount)
    return distance > 0 ? min(1, (1 - squares) / distance) : 1
  }

  private func shrunkenEntropy(_ term: Term, _ weight: Double) -> Double {
    func entropy(_ p: Double) -> Double { p > 0 && p < 1 ? -p * surprisal_log(p) : 0 }
    let floor = weight / term.levelCount
    let seen = term.counts.reduce(0.0) { $0 + entropy(floor + (1 - weight) * Double($1) / rowCount) }
    return seen + (term.levelCount - Double(term.counts.count)) * entropy(floor)
  }
}
