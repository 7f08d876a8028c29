import CSurprisalKernels
import SurprisalCore

/// Two samples of the same variable, counted over the levels of either.
struct SamplePair {
  let names: [String]
  let counts: ([Double], [Double])
  let rows: (Double, Double)

  /// - Throws: `data` if either has no rows.
  init(_ first: DiscreteColumn, _ second: DiscreteColumn) throws {
    if first.count == 0 || second.count == 0 { throw SurprisalError(.data, "there are no rows") }
    var names = (0..<first.levelCount).map(first.name)
    var index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var other: [Double] = names.map { _ in 0 }
    for (level, count) in second.counts.enumerated() {
      let name = second.name(ofLevel: level)
      if let known = index[name] {
        other[known] = Double(count)
      } else {
        index[name] = names.count
        names.append(name)
        other.append(Double(count))
      }
    }
    let missing = [Double](repeating: 0, count: names.count - first.levelCount)
    self.names = names
    counts = (first.counts.map(Double.init) + missing, other)
    rows = (Double(first.count), Double(second.count))
  }

  /// The frequencies of the first sample, or of the second.
  var plugIn: ([Double], [Double]) {
    let (n, m) = rows
    return (counts.0.map { $0 / n }, counts.1.map { $0 / m })
  }

  /// λ/k + (1 − λ) p̂ for each sample (Hausser and Strimmer 2009).
  var shrunken: ([Double], [Double]) {
    func shrink(_ p: [Double], _ n: Double) -> [Double] {
      let squares = p.reduce(0) { $0 + $1 * $1 }
      let distance = (n - 1) * (squares - 1 / Double(p.count))
      let weight = distance > 0 ? min(1, (1 - squares) / distance) : 1
      return p.map { weight / Double(p.count) + (1 - weight) * $0 }
    }
    return (shrink(plugIn.0, rows.0), shrink(plugIn.1, rows.1))
  }

  /// The first level that the first sample has and the second has not.
  var missingLevel: String? {
    names.indices.first { counts.0[$0] > 0 && counts.1[$0] == 0 }.map { names[$0] }
  }

  /// Mean and variance of `values` under `p`; levels of probability 0 do not count.
  static func moments(_ p: [Double], _ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = zip(p, values).reduce(0.0) { $1.0 > 0 ? $0 + $1.0 * $1.1 : $0 }
    return (mean, zip(p, values).reduce(0.0) { $1.0 > 0 ? $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) : $0 })
  }

  /// Σ p·log(1/q) or, relative to the entropy of p, Σ p·log(p/q); infinite where q has none of a level of p.
  static func crossEntropy(_ p: [Double], _ q: [Double], relative: Bool) -> Double {
    zip(p, q).reduce(0.0) { sum, pair in
      let (p, q) = pair
      if p == 0 { return sum }
      return q == 0 ? .infinity : sum + p * surprisal_log((relative ? p : 1) / q)
    }
  }

  static let assumptions = [
    "rows are independent and equally distributed within each sample, and the samples of each other",
    "levels that no row shows do not occur",
  ]
}
