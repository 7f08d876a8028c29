import SurprisalCore
import SurprisalInformation
import Testing

/// Whether 95 % intervals hold the true value in 95 of 100 samples.
///
/// Of 1,000 samples each at least 930 must. At a coverage of 0.95 fewer have a probability of 0.3 %; the seeds are fixed.
struct SamplesCoverageTests {
  struct Source: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var table: [[Double]]

    func entropy(_ p: [Double]) -> Double {
      p.reduce(0) { $1 > 0 ? $0 + $1 * Information(surprisalOfProbability: $1).nats : $0 }
    }

    /// H(X), H(X, Y), H(X|Y), I(X; Y).
    var truth: [Double] {
      let columns = table[0].indices.map { column in table.reduce(0) { $0 + $1[column] } }
      let (x, y) = (entropy(table.map { $0.reduce(0, +) }), entropy(columns))
      let joint = entropy(table.flatMap { $0 })
      return [x, joint, joint - y, max(0, x + y - joint)]
    }
  }

  static let die = [Double](repeating: 1.0 / 6, count: 6)

  static let geometric: [Double] = {
    let p = (0..<40).map { (0..<$0).reduce(0.6) { product, _ in product * 0.4 } }
    return p.map { $0 / p.reduce(0, +) }
  }()

  /// Two sums of coins of which some are shared: a normal of standard deviation 2, rounded, of correlation 0.5.
  static let binomial: [[Double]] = {
    var table = [[Double]](repeating: [Double](repeating: 0, count: 17), count: 17)
    let choose = [1.0, 8, 28, 56, 70, 56, 28, 8, 1]
    for a in 0...8 {
      for b in 0...8 {
        for c in 0...8 { table[a + b][a + c] += choose[a] * choose[b] * choose[c] / 16_777_216 }
      }
    }
    return table
  }()

  static let sources = [
    Source(testDescription: "two dice, independent", table: die.map { p in die.map { p * $0 } }),
    Source(testDescription: "geometric and die, independent", table: geometric.map { p in die.map { p * $0 } }),
    Source(testDescription: "sums of coins, correlation 0.5", table: binomial),
    Source(testDescription: "coins that agree with 0.6", table: [[0.3, 0.2], [0.2, 0.3]]),
    Source(
      testDescription: "a die and itself",
      table: die.indices.map { i in die.indices.map { $0 == i ? die[i] : 0 } }),
  ]

  @Test(arguments: sources, [100, 1000, 10_000]) func intervalsHoldTheTruth(source: Source, rows: Int) throws {
    let width = source.table[0].count
    var sum = 0.0
    let cumulative = source.table.flatMap { $0 }.map { p in
      sum += p
      return sum
    }
    var hits = [0, 0, 0, 0]
    for run in 0..<1000 as Range<UInt64> {
      var generator = RandomGenerator(seed: 77, stream: run)
      let cells = (0..<rows).map { _ in
        let u = generator.nextUniform() * sum
        return cumulative.firstIndex { u < $0 } ?? 0
      }
      let (x, y) = (DiscreteColumn(cells.map { $0 / width }), DiscreteColumn(cells.map { $0 % width }))
      let estimates = [
        try x.entropy(), try DiscreteColumn.jointEntropy(of: [x, y]), try x.conditionalEntropy(given: [y]),
        try x.mutualInformation(with: y),
      ]
      for (index, truth) in source.truth.enumerated() {
        let interval = estimates[index].interval
        if interval.lowerBound.nats <= truth + 1e-12 && truth - 1e-12 <= interval.upperBound.nats { hits[index] += 1 }
      }
    }
    #expect(hits.allSatisfy { $0 >= 930 }, "H(X), H(X, Y), H(X|Y), I(X;Y): \(hits) of 1,000")
  }
}
