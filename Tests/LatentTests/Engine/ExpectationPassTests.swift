import SurprisalCore
import Testing

@testable import SurprisalLatent

/// DESIGN §7: the order of additions is a function of the row number alone.
@Suite struct ExpectationPassTests {
  /// Sums of numbers that round at every addition.
  private struct Noise: ExpectationStep {
    let sumCount: Int
    var workspaceCount: Int { 1 }
    /// So many that every pass is shared out.
    var operationCount: Int { 1 << 40 }

    static func value(_ row: Int, _ index: Int) -> Double {
      let bits = UInt64(truncatingIfNeeded: row &* 0x9E37_79B9 &+ index &* 0x85EB_CA6B) &* 0xD134_2543_DE82_EF95
      return Double(Int64(bitPattern: bits)) * 0x1p-60 + 1 / Double(row + 3)
    }

    func accumulate(
      _ observations: RowNumbers, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
      totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
    ) {
      for row in range {
        totals[0] += 1
        totals[1] += Noise.value(row, -1)
        for index in 0..<min(4, sumCount) { sums[index] += Noise.value(row, index) }
      }
    }
  }

  /// The definition: a perfect tree over the largest power of two of chunks, plus the tree of the rest.
  private static func tree(_ chunks: Range<Int>, _ rows: Int, _ index: Int) -> Double {
    if chunks.count == 1 {
      var sum = 0.0
      let first = chunks.lowerBound * 2048
      for row in first..<min(rows, first + 2048) { sum += Noise.value(row, index) }
      return sum
    }
    var size = 1
    while size * 2 < chunks.count { size *= 2 }
    let middle = chunks.lowerBound + size
    return tree(chunks.lowerBound..<middle, rows, index) + tree(middle..<chunks.upperBound, rows, index)
  }

  @Test(arguments: [1, 2047, 2048, 2049, 6 * 2048, 7 * 2048 + 5, 64 * 2048, 65 * 2048 + 1, 131 * 2048 + 77])
  func theTreeIsTheDefinition(rows: Int) {
    let chunks = (rows + 2047) / 2048
    let expected = (-1..<4).map { ExpectationPassTests.tree(0..<chunks, rows, $0) }
    for threads in [1, 2, 3, 8] {
      let statistics = ExpectationPass.run(
        Noise(sumCount: 4), over: RowNumbers(count: rows), threads: threads)
      #expect([statistics.logLikelihood] + Array(statistics.sums) == expected, "\(threads) threads")
      #expect(statistics.weight == Double(rows))
    }
  }

  /// Large statistics make larger blocks; the tree stays the same.
  @Test func theTreeDoesNotDependOnTheBlocks() {
    let rows = 37 * 2048 + 11
    let expected = (0..<4).map { ExpectationPassTests.tree(0..<38, rows, $0) }
    for sumCount in [4, 40_000, 300_000] {
      let statistics = ExpectationPass.run(
        Noise(sumCount: sumCount), over: RowNumbers(count: rows), threads: 3)
      #expect(Array(statistics.sums.prefix(4)) == expected, "\(sumCount) sums")
    }
  }

  @Test func noRowsGiveZeros() {
    let statistics = ExpectationPass.run(Noise(sumCount: 2), over: RowNumbers(count: 0), threads: 2)
    #expect(statistics == Statistics(count: 2))
  }

  @Test func statisticsAdd() {
    var first = ExpectationPass.run(Noise(sumCount: 4), over: RowNumbers(count: 100), threads: 1)
    let second = ExpectationPass.run(Noise(sumCount: 4), over: RowNumbers(count: 300), threads: 1)
    let expected = zip(first.sums, second.sums).map { $0 + $1 }
    first.add(second)
    #expect(Array(first.sums) == expected)
    #expect(first.weight == 400)
  }
}
