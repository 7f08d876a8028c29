import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Naive Bayes against scikit-learn and scipy.
@Suite struct NaiveBayesTests {
  private let figures = ProductFigures.loaded.naiveBayes

  @Test func categoricalOfScikitLearn() throws {
    let rows = try RowMatrix(figures.categorical, columnCount: 5)
    let model = try NaiveBayes.fit(rows, classes: figures.classes, families: .all(.categorical(levels: 4)))
    let logs = try model.logClassProbabilities(of: rows).flatMap { $0 }
    #expect(logs.count == figures.categoricalLogProbabilities.count)
    for (found, expected) in zip(logs, figures.categoricalLogProbabilities) {
      #expect(found.isClose(to: expected, within: 1e-13))
    }
    let shares = try model.classProbabilities(of: rows)
    for row in 0..<rows.rowCount { #expect(shares[row, 1].isClose(to: exp(logs[3 * row + 1]), within: 1e-13)) }
    let evaluation = try model.evaluation(of: rows, classes: figures.classes)
    var loss = 0.0
    for (row, own) in figures.classes.enumerated() { loss -= logs[3 * row + own] / 90 }
    #expect(evaluation.logLoss.nats.isClose(to: loss, within: 1e-13))
    #expect(evaluation.confusion.flatMap { $0 }.reduce(0, +) == 90)
    let told = (0..<90).map { row -> Int in
      let own = Array(logs[3 * row..<3 * row + 3])
      return own.indices.max { own[$0] < own[$1] } ?? 0
    }
    #expect(try model.assignments(of: rows) == told)
  }

  @Test func countsOfScipy() throws {
    let rows = try RowMatrix(figures.counts, columnCount: 2)
    let model = try NaiveBayes.fit(
      rows, classes: figures.classes, classNames: ["a", "b", "c"], families: .all(.poisson))
    for (found, expected) in zip(try model.logDensities(of: rows), figures.poissonLogDensities) {
      #expect(found.isClose(to: expected, within: 1e-13))
    }
    for (found, expected) in zip(
      try model.logClassProbabilities(of: rows).flatMap({ $0 }), figures.poissonLogProbabilities)
    {
      #expect(found.isClose(to: expected, within: 1e-12))
    }
    #expect(model.parameterCount == 2 + 3 * 2)
  }

  @Test func penguinsOfScikitLearn() throws {
    guard let table = Penguins() else { return }
    let reference = ProductFigures.loaded.penguins.gaussianNB
    let lengths = RowMatrix(
      unchecked: (0..<table.rows.rowCount).flatMap { table.rows.row($0)[..<4] }, columnCount: 4)
    let model = try NaiveBayes.fit(lengths, classes: table.species, families: .all(.normal))
    #expect(model.classNames == reference.classes)
    for (found, expected) in zip(
      try model.logClassProbabilities(of: lengths).flatMap({ $0 }), reference.logProbabilities)
    {
      #expect(found.isClose(to: expected, within: 1e-9))
    }
    let classes = table.species.map { reference.classes.firstIndex(of: $0) ?? 0 }
    #expect(try model.evaluation(of: lengths, classes: classes).accuracy.isClose(to: reference.accuracy, within: 1e-12))
    // With island and sex, as words.
    let mixed = try NaiveBayes.fit(
      table.rows, classes: table.species, families: .each(Penguins.families), levels: Penguins.words)
    #expect(try mixed.evaluation(of: table.rows, classes: classes).accuracy > reference.accuracy)
  }

  @Test func weightsAndFaults() throws {
    let rows = RowMatrix(unchecked: [0, 1, 1, 0, 1, 1, 0, 0], columnCount: 2)
    let weighted = try NaiveBayes.fit(rows, classes: [0, 0, 1, 1], weights: [2, 1, 0, 1], families: .all(.bernoulli))
    let repeated = RowMatrix(unchecked: [0, 1, 0, 1, 1, 0, 0, 0], columnCount: 2)
    let plain = try NaiveBayes.fit(repeated, classes: [0, 0, 0, 1], families: .all(.bernoulli))
    #expect(weighted.components == plain.components && weighted.classWeights == plain.classWeights)
    #expect(plain.components[0][0] == .bernoulli(probability: 2.0 / 5))
    func message(_ body: () throws -> some Any) -> String {
      do {
        _ = try body()
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message { try NaiveBayes.fit(rows, classes: [0, 1], families: .all(.bernoulli)) }.contains("2 classes for 4"))
    #expect(
      message { try NaiveBayes.fit(rows, classes: [0, 1, -1, 0], families: .all(.bernoulli)) }
        .contains("class of row 3 is -1"))
    #expect(
      message { try NaiveBayes.fit(rows, classes: [0, 2, 2, 0], families: .all(.bernoulli)) }
        .contains("class `1` has no rows"))
    #expect(
      message { try NaiveBayes.fit(rows, classes: [0, 1, 1, .max], families: .all(.bernoulli)) }
        .contains("class of row 4"))
    #expect(
      message {
        try NaiveBayes.fit(
          RowMatrix(unchecked: [1, 1, 2, 3], columnCount: 1), classes: [0, 0, 1, 1], families: .all(.normal))
      }.contains("`x1` does not vary within class `0`"))
    let certain = try NaiveBayes.fit(rows, classes: [0, 0, 1, 1], families: .all(.bernoulli), smoothing: 0)
    #expect(try certain.logClassProbabilities(of: RowMatrix(unchecked: [0, 1], columnCount: 2))[0][0] < 0)
  }

  /// A class far from 0 in units of the whole column keeps the digits of its variance, and one value is no spread.
  @Test func aNarrowClassKeepsItsVariance() throws {
    let offsets: [Double] = [-2, -1, 0, 1, 2, 0.5, -0.5]
    for deviation in [1e-3, 1e-6, 1e-9] {
      let near = offsets.map { 5.3 + $0 * deviation }
      let rows = RowMatrix(unchecked: near + [-9, 0, 4, 11], columnCount: 1)
      let classes = [Int](repeating: 0, count: near.count) + [1, 1, 1, 1]
      let model = try NaiveBayes.fit(rows, classes: classes, families: .all(.normal))
      guard case .normal(let mean, let variance) = model.components[0][0] else {
        Issue.record("the column is not normal")
        continue
      }
      let direct = near.reduce(0) { $0 + ($1 - 5.3) * ($1 - 5.3) } / 7
      #expect(abs(mean - 5.3) < 1e-15 * 8)
      // What 5.3 + x resolves of x is the limit.
      #expect(abs(variance - direct) <= 1e-13 * direct + 4 * deviation * 5.3.ulp)
    }
    for count in 2...12 {
      let rows = RowMatrix(unchecked: [Double](repeating: 5.3, count: count) + [-9, 0, 4], columnCount: 1)
      let classes = [Int](repeating: 0, count: count) + [1, 1, 1]
      #expect(throws: SurprisalError.self) { try NaiveBayes.fit(rows, classes: classes, families: .all(.normal)) }
    }
  }

  /// Rows drawn from a model at the ends of float64's range vary as the data did.
  @Test(arguments: [1e200, 1e-200])
  func drawsAtTheEndsOfTheRange(scale: Double) throws {
    let rows = RowMatrix(unchecked: [-1, 0.5, 1, 2, -0.5, 1.5].map { $0 * scale }, columnCount: 1)
    let fit = try ProductMixture.fit(rows, families: .all(.normal), components: 1)
    var generator = RandomGenerator(seed: 3)
    let drawn = fit.model.drawn(100, using: &generator).rows
    let values = (0..<100).map { drawn[$0, 0] / scale }
    #expect(values.allSatisfy { $0.isFinite && $0.magnitude < 10 } && Set(values).count == 100)
  }

  /// Every class's variance gets ε times the column's, every mean ε times the column's; ε = 0 is maximum likelihood.
  @Test func scaleSmoothingFitsClassesWithoutSpread() throws {
    let values: [[Double]] = [[1, 0, 0, 2], [1, 0, 0, 3], [2, 3, 4, 1], [6, 1, 2, 0]]
    let rows = RowMatrix(unchecked: values.flatMap { $0 }, columnCount: 4)
    let families: ColumnFamilies = [.normal, .poisson, .exponential, .geometric]
    let error = #expect(throws: SurprisalError.self) {
      try NaiveBayes.fit(rows, classes: [0, 0, 1, 1], families: families)
    }
    #expect(error?.description.contains("--scale-smoothing") == true)
    let share = 0.01
    let model = try NaiveBayes.fit(rows, classes: [0, 0, 1, 1], families: families, scaleSmoothing: share)
    // Over all rows: mean 2.5 and variance 4.25 of the first column, means 1, 1.5 and 1.5 of the others.
    let classes: [(mean: Double, variance: Double, means: [Double])] = [(1, 0, [0, 0, 2.5]), (4, 4, [2, 3, 0.5])]
    for (k, plain) in classes.enumerated() {
      guard case .normal(let mean, let variance) = model.components[k][0] else {
        Issue.record("the first column is not normal")
        continue
      }
      #expect(mean.isClose(to: plain.mean, within: 1e-15))
      #expect(variance.isClose(to: plain.variance + share * 4.25, within: 1e-13))
      for (index, whole) in [1, 1.5, 1.5].enumerated() {
        #expect(model.components[k][index + 1].mean.isClose(to: plain.means[index] + share * whole, within: 1e-13))
      }
    }
    #expect(try model.evaluation(of: rows, classes: [0, 0, 1, 1]).accuracy == 1)
    // Where every class has spread the default is untouched.
    let usual = RowMatrix(unchecked: [1, 2, 5, 7], columnCount: 1)
    let fit = try NaiveBayes.fit(usual, classes: [0, 0, 1, 1], families: .all(.normal))
    #expect(fit.components[0][0] == .normal(mean: 1.5, variance: 0.25))
    #expect(throws: SurprisalError.self) {
      try NaiveBayes.fit(usual, classes: [0, 0, 1, 1], families: .all(.normal), scaleSmoothing: -1)
    }
  }
}
