import CSurprisalKernels
import SurprisalCore

/// A test of whether two columns are independent.
public struct IndependenceTest: Sendable, Hashable {
  /// The mutual information of the sample (plug-in), or the statistic that was given.
  public var statistic: Double
  /// (1 + permutations that reach the statistic)/(1 + permutations), never 0 (Phipson and Smyth 2010).
  ///
  /// Under independence, P(pValue ≤ α) ≤ α for every α, at any number of rows; rows must be exchangeable.
  public var pValue: Double
  /// How many permutations were drawn.
  public var permutations: Int
  /// G = 2n·Î and its degrees of freedom, where the statistic is the mutual information of discrete columns.
  public var likelihoodRatio: (statistic: Double, degrees: Double, pValue: Double)? {
    asymptotic.map { ($0[0], $0[1], $0[2]) }
  }
  /// Pearson's χ², its degrees of freedom and p-value, where the columns are discrete.
  public var chiSquare: (statistic: Double, degrees: Double, pValue: Double)? {
    asymptotic.map { ($0[3], $0[1], $0[4]) }
  }

  private var asymptotic: [Double]?

  /// A test by any statistic that is larger for dependent columns.
  ///
  /// - Parameters:
  ///   - rowCount: the number of rows.
  ///   - permutations: how many to draw.
  ///   - generator: draws one seed; the result does not depend on the number of threads.
  ///   - threads: at most so many; every processor if nil.
  ///   - statistic: of the columns, the rows of one put in the given order; called with 0 ..< rowCount first, and from
  ///     several threads at once.
  public init(
    rowCount: Int, permutations: Int = 999, using generator: inout RandomGenerator, threads: Int? = nil,
    statistic: @Sendable (_ order: [Int]) -> Double
  ) {
    let permutations = max(0, permutations)
    let identity = Array(0..<rowCount)
    let observed = statistic(identity)
    // Sums in another order differ in their last bits; such ties count as reached.
    let least = observed - 1e-12 * abs(observed)
    let seed = generator.next()
    let blocks = max(1, min(permutations, 4 * Threads.resolve(threads)))
    let reached = [Int](unsafeUninitializedCapacity: blocks) { buffer, initialized in
      nonisolated(unsafe) let counts = buffer
      parallelFor(count: blocks, threads: Threads.resolve(threads)) { block in
        var (order, count) = (identity, 0)
        for permutation in (permutations * block / blocks)..<(permutations * (block + 1) / blocks) {
          for row in 0..<rowCount { order[row] = row }
          var stream = RandomGenerator(seed: seed, stream: UInt64(permutation))
          Self.shuffle(&order, using: &stream)
          if statistic(order) >= least { count += 1 }
        }
        (counts.baseAddress.map { $0 + block })?.initialize(to: count)
      }
      initialized = blocks
    }
    self.statistic = observed
    self.permutations = permutations
    pValue = Double(1 + reached.reduce(0, +)) / Double(1 + permutations)
  }

  /// A test of two discrete columns by their mutual information, with the asymptotic tests beside it.
  ///
  /// - Parameters:
  ///   - first: a column.
  ///   - second: a column, whose rows are permuted.
  ///   - permutations: how many to draw.
  ///   - generator: draws one seed; the result does not depend on the number of threads.
  ///   - threads: at most so many; every processor if nil.
  /// - Throws: `data` for columns of different length, or none.
  public init(
    _ first: DiscreteColumn, _ second: DiscreteColumn, permutations: Int = 999,
    using generator: inout RandomGenerator, threads: Int? = nil
  ) throws {
    let table = try CellTable([first, second])
    let n = Double(table.rowCount)
    // Margins stay, so that mutual information grows with Σ c·log c alone. Only levels that occur make cells.
    let margins = [0, 1].map { table.margin([$0]) }
    let rows = [first, second].map(CellTable.ranks)
    let width = margins[1].counts.count
    let cells = margins[0].counts.count.multipliedReportingOverflow(by: width)
    let logs = (0...table.rowCount).map { $0 > 1 ? Double($0) * surprisal_log(Double($0)) : 0 }
    let (x, y) = (rows[0], rows[1])
    if !cells.overflow, cells.partialValue <= max(1 << 12, 8 * table.rowCount) {
      self.init(rowCount: table.rowCount, permutations: permutations, using: &generator, threads: threads) { order in
        var counts = [Int32](repeating: 0, count: cells.partialValue)
        for row in 0..<order.count { counts[x[row] * width + y[order[row]]] += 1 }
        return counts.reduce(0.0) { $0 + logs[Int($1)] }
      }
    } else {
      self.init(rowCount: table.rowCount, permutations: permutations, using: &generator, threads: threads) { order in
        let keys = (0..<order.count).map { x[$0] * width + y[order[$0]] }.sorted()
        var (sum, begin) = (0.0, 0)
        for end in 1...keys.count where end == keys.count || keys[end] != keys[begin] {
          sum += logs[end - begin]
          begin = end
        }
        return sum
      }
    }
    let information = EntropySum(table, [(1, [0]), (1, [1]), (-1, [0, 1])])
    statistic = max(0, try information.value(.plugIn))
    let degrees = Double((margins[0].counts.count - 1) * (width - 1))
    let g = 2 * n * statistic
    // Σ (c − e)²/e = n (Σ c²/(row · column) − 1)
    var squares = 0.0
    for (cell, count) in table.counts.enumerated() {
      let row = Double(margins[0].counts[margins[0].groupOf[cell]])
      squares += Double(count) / row * (Double(count) / Double(margins[1].counts[margins[1].groupOf[cell]]))
    }
    let pearson = max(0, n * (squares - 1))
    asymptotic = [
      g, degrees, ChiSquare.upperTail(g, degrees: degrees), pearson, ChiSquare.upperTail(pearson, degrees: degrees),
    ]
  }

  /// Fisher and Yates: every order equally likely.
  private static func shuffle(_ order: inout [Int], using generator: inout RandomGenerator) {
    var last = order.count - 1
    while last > 0 {
      order.swapAt(last, generator.nextInteger(below: last + 1))
      last -= 1
    }
  }
}
