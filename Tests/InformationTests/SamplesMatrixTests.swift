import SurprisalCore
import Testing

@testable import SurprisalInformation

struct SamplesMatrixTests {
  /// Entries must be those of each pair alone, to the last bit, whichever way columns are joined and counted.
  @Test(arguments: [3, 40, 5000], [1, 2]) func entriesAreThoseOfEachPair(rows: Int, threads: Int) throws {
    var generator = RandomGenerator(seed: UInt64(rows))
    let levels = [2, 3, 2, 10, 10, 4, 300, 2, 1, 70_000, 5, 2, 2, 2, 2, 2, 2, 260]
    var columns = try levels.map { k in
      try DiscreteColumn(codes: (0..<rows).map { _ in generator.nextInteger(below: k) }, levelCount: k)
    }
    columns.append(columns[3])
    columns.append(DiscreteColumn((0..<rows).map { $0 * 7 }))
    for estimator in DiscreteEstimator.allCases {
      let matrix = try MutualInformationMatrix(columns, estimator: estimator, threads: threads)
      #expect(matrix.columnCount == columns.count)
      for i in columns.indices {
        for j in columns.indices {
          let expected =
            i == j
            ? try columns[i].entropy(estimator: estimator)
            : try columns[min(i, j)].mutualInformation(with: columns[max(i, j)], estimator: estimator)
          if matrix[i, j] != expected { Issue.record("\(i), \(j): \(matrix[i, j]), not \(expected)") }
        }
      }
    }
  }

  @Test func fewColumnsJoin() throws {
    let bits = try (0..<10).map { k in try DiscreteColumn(codes: (0..<100_000).map { ($0 >> k) & 1 }, levelCount: 2) }
    #expect(CompositeColumn.joining(bits).map(\.parts) == [0..<6, 6..<10])
    #expect(CompositeColumn.joining([bits[0]]).map(\.parts) == [0..<1])
    #expect(CompositeColumn.joining([]).isEmpty)
    #expect(try MutualInformationMatrix([]).columnCount == 0)
  }
}
