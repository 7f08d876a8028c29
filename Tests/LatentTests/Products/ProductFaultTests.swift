import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// What is refused and how it is said; degenerate data; extremes of scale; files.
@Suite struct ProductFaultTests {
  private func message(_ body: () throws -> some Any) -> String {
    do {
      _ = try body()
      return ""
    } catch { return "\(error)" }
  }

  @Test func cellsThatAFamilyExcludes() throws {
    for (family, value, words) in [
      (ColumnFamily.bernoulli, 2.0, "0 and 1"), (.bernoulli, 0.5, "0 and 1"), (.categorical(levels: 3), 3, "0 to 2"),
      (.categorical(levels: 3), -1, "0 to 2"), (.categorical(levels: 3), 1.5, "0 to 2"), (.poisson, 1.5, "whole"),
      (.poisson, -1, "whole"), (.geometric, 1e300, "whole"), (.exponential, -1e-300, "at least 0"),
      (.exponential, .infinity, "at least 0"), (.normal, -.infinity, "finite"), (.normal, .nan, "missing"),
      (.bernoulli, .nan, "missing"), (.poisson, .nan, "missing"),
    ] {
      let rows = RowMatrix(unchecked: [1, 0, 0, 1, 1, value, 0, 1], columnCount: 2)
      let text = message {
        try ProductMixture.fit(rows, columnNames: ["a", "b"], families: [.normal, family], components: 1)
      }
      #expect(text.contains("row 3, column `b` is") && text.contains(words), "\(text)")
      // Rows of weight 0 keep the others' numbers.
      let weighted = message {
        try ProductMixture.fit(
          rows, weights: [0, 1, 1, 1], columnNames: ["a", "b"], families: [.normal, family], components: 1)
      }
      #expect(weighted.contains("row 3, column `b`"), "\(weighted)")
    }
  }

  @Test func whatDoesNotFit() throws {
    let rows = RowMatrix(unchecked: [0, 1, 1, 0, 1, 1], columnCount: 2)
    #expect(
      message { try ProductMixture.fit(rows, families: [.bernoulli], components: 1) }.contains("1 families for 2"))
    #expect(
      message { try ProductMixture.fit(rows, families: .all(.bernoulli), components: 0) }.contains("0 components"))
    #expect(message { try ProductMixture.fit(rows, families: .all(.bernoulli), components: 4) }.contains("3 rows"))
    #expect(
      message { try ProductMixture.fit(rows, families: .all(.bernoulli), components: 1, smoothing: -1) }
        .contains("smoothing"))
    #expect(
      message { try ProductMixture.fit(rows, weights: [1, -1, 1], families: .all(.bernoulli), components: 1) }
        .contains("weight of row 2"))
    #expect(
      message {
        try ProductMixture.fit(rows, families: .all(.bernoulli), levels: [["no"], nil], components: 1)
      }.contains("has 1 words"))
    #expect(
      message { try ProductMixture.fit(rows, families: .all(.categorical(levels: 0)), components: 1) }
        .contains("0 levels"))
    let start = try ProductMixture(
      weights: [1], components: [[.bernoulli(probability: 1), .bernoulli(probability: 0.5)]])
    #expect(
      message { try ProductMixture.fit(rows, families: .all(.bernoulli), components: 1, start: start) }
        .contains("row 1 is impossible"))
    #expect(
      message { try ProductMixture.fit(rows, families: .all(.poisson), components: 1, start: start) }
        .contains("the families"))
    let empty = RowMatrix(unchecked: [], columnCount: 2)
    #expect(message { try ProductMixture.fit(empty, families: .all(.bernoulli), components: 1) }.contains("no rows"))
    let constant = RowMatrix(unchecked: [3, 0, 3, 0, 3, 0], columnCount: 2)
    #expect(message { try ProductMixture.fit(constant, families: .all(.normal), components: 1) }.contains("constant"))
    #expect(
      message { try ProductMixture.fit(constant, families: [.poisson, .exponential], components: 1) }
        .contains("`x2` holds only zeros"))
    let fit = try ProductMixture.fit(rows, families: .all(.bernoulli), components: 1)
    #expect(
      message { try fit.model.logDensities(of: RowMatrix(unchecked: [1, 0, 0], columnCount: 3)) }.contains("3 columns"))
  }

  /// Constant columns of discrete families are maxima with probabilities of exactly 0 and 1.
  @Test func certainColumns() throws {
    var values: [Double] = []
    for row in 0..<40 { values += row < 20 ? [1, 0, 0, 2, 1, 0] : [1, 0, 0, 2, 0, Double(row % 5)] }
    let rows = RowMatrix(unchecked: values, columnCount: 6)
    let fit = try ProductMixture.fit(
      rows, families: [.bernoulli, .bernoulli, .poisson, .categorical(levels: 3), .bernoulli, .poisson], components: 2)
    for component in fit.model.components {
      #expect(component[0] == ColumnDistribution.bernoulli(probability: 1))
      #expect(component[1] == ColumnDistribution.bernoulli(probability: 0))
      #expect(component[2] == ColumnDistribution.poisson(mean: 0))
      #expect(component[3] == ColumnDistribution.categorical(probabilities: [0, 0, 1]))
    }
    #expect(fit.logLikelihood.isFinite)
    // What never occurred is impossible, exactly.
    let others = RowMatrix(
      unchecked: [
        0, 0, 0, 2, 1, 0, 1, 1, 0, 2, 1, 0, 1, 0, 1, 2, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 2, 1, 0,
      ], columnCount: 6)
    let densities = try fit.model.logDensities(of: others)
    #expect(densities[..<4].allSatisfy { $0 == -.infinity })
    #expect(densities[4].isFinite)
    #expect(message { try fit.model.responsibilities(of: others) }.contains("row 1 is impossible"))
    let evidence = try fit.model.evidence(of: others, weights: [0, 0, 0, 0, 2])
    #expect(evidence.logLikelihood?.nats == 2 * densities[4])
    #expect(try fit.model.evidence(of: others).logLikelihood?.nats == -.infinity)
    // With smoothing everything that a column's family has is possible.
    let smooth = try ProductMixture.fit(
      rows, families: [.bernoulli, .bernoulli, .poisson, .categorical(levels: 3), .bernoulli, .poisson], components: 2,
      smoothing: 0.5)
    #expect(try smooth.model.logDensities(of: others)[0].isFinite)
    #expect(smooth.objective < smooth.logLikelihood)
    for (earlier, later) in zip(smooth.ledger, smooth.ledger.dropFirst()) {
      #expect(later.objective >= earlier.objective - later.roundingBound)
    }
  }

  @Test func collapseIsRefused() throws {
    // Three equal rows invite a component without spread.
    let rows = RowMatrix(unchecked: [1, 1, 1, 7, 4, 9, 12, 3, 8, 5, 10, 6], columnCount: 1)
    let fit = try ProductMixture.fit(
      rows, families: [.normal], components: 2, configuration: FitConfiguration(starts: 20))
    for component in fit.model.components {
      guard case .normal(_, let variance) = component[0] else { continue }
      #expect(variance > 1e-6)
    }
    let pair = RowMatrix(unchecked: [0, 1], columnCount: 1)
    #expect(
      message { try ProductMixture.fit(pair, families: [.normal], components: 2) }.contains("every start collapsed"))
  }

  /// Scaling by powers of two moves log p(x) by their logarithms and nothing else.
  @Test func scales() throws {
    var generator = RandomGenerator(seed: 9)
    let truth = try ProductFixtures.model([.normal, .exponential, .bernoulli], components: 2, using: &generator)
    let rows = truth.drawn(300, using: &generator).rows
    func fit(_ normal: Double, _ exponential: Double) throws -> ModelFit<ProductMixture> {
      let scaled = RowMatrix(
        unchecked: (0..<300).flatMap { [rows[$0, 0] * normal, rows[$0, 1] * exponential, rows[$0, 2]] }, columnCount: 3)
      return try ProductMixture.fit(
        scaled, families: [.normal, .exponential, .bernoulli], components: 2, configuration: FitConfiguration(starts: 3)
      )
    }
    let plain = try fit(1, 1)
    let far = try fit(0x1p-600, 0x1p700)
    #expect(plain.model.parameters.values.map(\.bitPattern) == far.model.parameters.values.map(\.bitPattern))
    #expect((far.logLikelihood - plain.logLikelihood + 300 * 100 * log(2)).magnitude < 1e-8)
    // Far out the densities stay numbers.
    let outlier = RowMatrix(unchecked: [1e100, 1e5, 1, -1e140, 0, 0], columnCount: 3)
    #expect(try plain.model.logDensities(of: outlier).allSatisfy { $0.isFinite && $0 < -1e100 })
    #expect(try plain.model.responsibilities(of: outlier).rowCount == 2)
  }

  /// Waiting times at both ends of float64's range.
  @Test(arguments: [0x1p-1030, 1e-160, 1e160, 1e305]) func extremeTimes(unit: Double) throws {
    var values: [Double] = []
    for row in 0..<60 { values.append(unit * Double(row % 2 == 0 ? 1 + row % 7 : 300 + row)) }
    let rows = RowMatrix(unchecked: values, columnCount: 1)
    let fit = try ProductMixture.fit(
      rows, families: [.exponential], components: 2, configuration: FitConfiguration(starts: 3))
    #expect(fit.logLikelihood.isFinite && fit.converged)
    #expect(fit.model.components.allSatisfy { $0[0].mean > unit && $0[0].mean < 400 * unit })
  }

  @Test func filesComeBackToTheBit() throws {
    var generator = RandomGenerator(seed: 4)
    let families = ProductFixtures.everyFamily
    let rows = try ProductFixtures.model(families, components: 2, using: &generator).drawn(200, using: &generator).rows
    let words: [[String]?] = [["no", "yes"], ["a", "b", "c", "„ü“"], nil, nil, nil, nil]
    let fit = try ProductMixture.fit(
      rows, columnNames: ["a", "b", "c", "d", "e", "f"], families: .each(families), levels: words, components: 2,
      configuration: FitConfiguration(starts: 2))
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("mixture-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    try fit.model.save(to: file.path, fit: fit)
    let loaded = try ProductMixture(contentsOf: file.path)
    #expect(loaded.families == families && loaded.levels == words)
    #expect(loaded.columnNames == fit.model.columnNames)
    #expect(loaded.components == fit.model.components)
    let densities = try fit.model.logDensities(of: rows).map(\.bitPattern)
    #expect(try loaded.logDensities(of: rows).map(\.bitPattern) == densities)
    #expect(message { try NaiveBayes(contentsOf: file.path) }.contains("the file holds a mixture"))
    #expect(message { try GaussianMixture(contentsOf: file.path) }.contains("holds a mixture"))
    let classifier = try NaiveBayes.fit(
      rows, classes: (0..<200).map { $0 % 3 == 0 ? "one" : "two" }, families: .each(families), levels: words)
    try classifier.save(to: file.path)
    let again = try NaiveBayes(contentsOf: file.path)
    #expect(again.classNames == ["one", "two"] && again.components == classifier.components)
    // Any byte changed is noticed.
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 3] ^= 1
    try bytes.write(to: file)
    #expect(message { try NaiveBayes(contentsOf: file.path) }.contains(file.path))
  }
}
