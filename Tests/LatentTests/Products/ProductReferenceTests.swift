import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Densities of scipy, EM and maxima of a program of matrix products, on the same data.
@Suite struct ProductReferenceTests {
  private let figures = ProductFigures.loaded

  private func mixture(_ weights: [Double], _ components: [[ProductFigures.Column]]) throws -> ProductMixture {
    try ProductMixture(weights: weights, components: components.map { $0.map(\.distribution) })
  }

  @Test func densitiesOfScipy() throws {
    let reference = figures.densities
    let model = try mixture(reference.weights, reference.components)
    let rows = try RowMatrix(reference.rows, columnCount: 6)
    let densities = try model.logDensities(of: rows)
    #expect(densities.count == reference.logDensities.count)
    for (found, expected) in zip(densities, reference.logDensities) {
      #expect((found - expected).magnitude <= 2e-13 * max(1, expected.magnitude), "\(found) is not \(expected)")
    }
    let shares = try model.responsibilities(of: rows)
    for row in 0..<rows.rowCount {
      for k in 0..<2 { #expect((shares[row, k] - reference.responsibilities[2 * row + k]).magnitude <= 1e-9) }
    }
  }

  @Test(arguments: 0..<3) func iterationsFromOneStart(index: Int) throws {
    let reference = figures.iterations[index]
    let start = try mixture(reference.startWeights, reference.startComponents)
    let rows = try RowMatrix(reference.rows, columnCount: reference.columns)
    let steps = reference.logLikelihoods.count
    let fit = try ProductMixture.fit(
      rows, weights: reference.counts, families: .each(start.families), components: start.componentCount, start: start,
      configuration: FitConfiguration(
        engine: EngineOptions(tolerance: 0, maximumIterations: steps, acceleration: .none)))
    #expect(fit.iterations == steps)
    for (entry, expected) in zip(fit.ledger, reference.logLikelihoods) {
      #expect(
        entry.logLikelihood.isClose(to: expected, within: 1e-12), "\(reference.name): iteration \(entry.iteration)")
      #expect(entry.gap.magnitude <= entry.roundingBound)
    }
    let order = reference.weights.indices.sorted { reference.weights[$0] > reference.weights[$1] }
    for (k, other) in order.enumerated() {
      #expect(fit.model.weights[k].isClose(to: reference.weights[other], within: 1e-10))
      for (found, expected) in zip(fit.model.components[k], reference.components[other]) {
        #expect(found.mean.isClose(to: expected.distribution.mean, within: 1e-9))
        if case .normal(_, let variance) = found, case .normal(_, let target) = expected.distribution {
          #expect(variance.isClose(to: target, within: 1e-9))
        }
      }
    }
  }

  @Test(arguments: 0..<4) func maximaOfManyStarts(index: Int) throws {
    let reference = figures.maxima[index]
    let rows = try RowMatrix(reference.rows, columnCount: reference.families.count)
    let fit = try ProductMixture.fit(
      rows, families: .each(reference.list), components: reference.components,
      configuration: FitConfiguration(starts: 20))
    #expect(fit.logLikelihood >= reference.logLikelihood - 1e-5, "\(reference.name): \(fit.logLikelihood)")
    #expect(fit.converged)
  }

  @Test func penguins() throws {
    guard let table = Penguins() else { return }
    #expect(table.rows.rowCount == figures.penguins.rows)
    for reference in figures.penguins.maximum {
      let fit = try ProductMixture.fit(
        table.rows, families: .each(Penguins.families), levels: Penguins.words, components: reference.components,
        configuration: FitConfiguration(starts: 20))
      #expect(fit.logLikelihood >= reference.logLikelihood - 1e-4, "\(fit.logLikelihood) \(reference.logLikelihood)")
      #expect(fit.model.levels == Penguins.words)
      let expected = (0..<table.rows.rowCount).reduce(0) {
        $0 + ProductFixtures.logDensity(fit.model, table.rows.row($1))
      }
      #expect(fit.logLikelihood.isClose(to: expected, within: 1e-12))
    }
  }

  /// Sixty-four pixels, ten components, from the classes' smoothed means; and scikit-learn's classifier.
  @Test func binarizedDigits() throws {
    guard let text = ProductFigures.sharedText("digits/optdigits.tes") else { return }
    let table = text.split(separator: "\n").map { $0.split(separator: ",").compactMap { Double($0) } }
    let rows = RowMatrix(unchecked: table.flatMap { $0[..<64].map { $0 > 7 ? 1 : 0 } }, columnCount: 64)
    let classes = table.map { Int($0[64]) }
    let classifier = try NaiveBayes.fit(rows, classes: classes, families: .all(.bernoulli))
    let evaluation = try classifier.evaluation(of: rows, classes: classes)
    #expect(evaluation.accuracy.isClose(to: figures.digits.bernoulliNB.accuracy, within: 1e-12))
    let few = RowMatrix(unchecked: (0..<20).flatMap { rows.row($0) }, columnCount: 64)
    let logs = try classifier.logClassProbabilities(of: few).flatMap { $0 }
    for (found, expected) in zip(logs, figures.digits.bernoulliNB.logProbabilities) {
      #expect(found.isClose(to: expected, within: 1e-12))
    }
    let start = try ProductMixture(
      weights: [Double](repeating: 0.1, count: 10), components: classifier.components)
    let fit = try ProductMixture.fit(
      rows, families: .all(.bernoulli), components: 10, start: start,
      configuration: FitConfiguration(
        engine: EngineOptions(
          tolerance: 0, maximumIterations: figures.digits.iterations + 1, acceleration: .none)))
    let before = fit.ledger[figures.digits.iterations - 1].logLikelihood
    #expect(before.isClose(to: figures.digits.logLikelihoodBeforeLast, within: 1e-12))
    for (found, expected) in zip(fit.model.weights, figures.digits.weights.sorted(by: >)) {
      #expect(found.isClose(to: expected, within: 1e-10))
    }
  }
}
