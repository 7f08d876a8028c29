import SurprisalCore
import Testing

@testable import SurprisalInformation

struct SamplesIndependenceTests {
  /// Under independence p-values are uniform: χ² of ten bins fails in 1 of 10,000 seeds.
  @Test(arguments: [1, 2]) func pValuesAreUniformUnderIndependence(threads: Int) throws {
    var bins = [[Double](repeating: 0, count: 10), [Double](repeating: 0, count: 10)]
    let (runs, rows) = (600, 60)
    var generator = RandomGenerator(seed: 31)
    for _ in 0..<runs {
      let x = DiscreteColumn((0..<rows).map { _ in generator.nextInteger(below: 6) })
      let y = DiscreteColumn((0..<rows).map { _ in generator.nextInteger(below: 9) })
      let discrete = try IndependenceTest(x, y, permutations: 99, using: &generator, threads: threads)
      let (a, b) = ((0..<rows).map { _ in generator.nextUniform() }, (0..<rows).map { _ in generator.nextUniform() })
      let continuous = IndependenceTest(rowCount: rows, permutations: 99, using: &generator, threads: threads) {
        order in
        abs((0..<rows).reduce(0.0) { $0 + (a[$1] - 0.5) * (b[order[$1]] - 0.5) })
      }
      for (index, test) in [discrete, continuous].enumerated() {
        #expect(test.pValue >= 0.01 && test.pValue <= 1 && test.permutations == 99)
        bins[index][min(9, Int((test.pValue * 100).rounded() - 1) / 10)] += 1
      }
    }
    for bins in bins {
      let expected = Double(runs) / 10
      let statistic = bins.reduce(0.0) { $0 + ($1 - expected) * ($1 - expected) / expected }
      #expect(ChiSquare.upperTail(statistic, degrees: 9) > 1e-4, "\(bins)")
    }
  }

  @Test func dependenceIsFoundOnAnyNumberOfThreads() throws {
    let x = DiscreteColumn((0..<100).map { $0 % 4 })
    let y = DiscreteColumn((0..<100).map { $0 % 4 == 1 ? 1 : $0 % 3 })
    let results = try [1, 2, 5].map { threads in
      var generator = RandomGenerator(seed: 5)
      return try IndependenceTest(x, y, permutations: 199, using: &generator, threads: threads)
    }
    #expect(results[0].pValue == 0.005 && results.allSatisfy { $0 == results[0] })
    #expect((results[0].likelihoodRatio?.pValue ?? 1) < 1e-4 && (results[0].chiSquare?.pValue ?? 1) < 1e-4)
  }

  @Test func manyLevelsAreSortedAndAgreeWithTheDenseTable() throws {
    // 3,000 levels each: nine million cells are too many for 3,000 rows.
    var generator = RandomGenerator(seed: 8)
    let x = DiscreteColumn((0..<3000).map { $0 })
    let y = DiscreteColumn((0..<3000).map { $0 / 2 })
    let test = try IndependenceTest(x, y, permutations: 19, using: &generator)
    // Every permutation of distinct values has the same mutual information.
    #expect(test.pValue == 1)
  }

  @Test func aConstantColumnIsIndependent() throws {
    var generator = RandomGenerator(seed: 9)
    let test = try IndependenceTest(
      DiscreteColumn([1, 1, 1, 1]), DiscreteColumn([1, 2, 3, 3]), permutations: 20, using: &generator)
    #expect(test.statistic == 0 && test.pValue == 1 && test.likelihoodRatio?.pValue == 1)
  }
}
