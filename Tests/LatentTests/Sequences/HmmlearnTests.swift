import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// hmmlearn's figures: `Tests/References/hidden_markov.py`.
@Suite struct HmmlearnTests {
  struct Reference: Decodable, Sendable {
    var cases: [Case]
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var kind: String
    var columns: Int
    var lengths: [Int]
    var values: [Double]
    var initial: [Double]
    var transitions: [Double]
    var means: [Double]?
    var covariances: [Double]?
    var probabilities: [Double]?
    var rates: [Double]?
    var logLikelihoods: [Double]
    var posteriors: [Double]
    var path: [Int]
    var pathLogDensity: Double
    var iterations: Int
    var finalLogLikelihood: Double
    var finalInitial: [Double]
    var finalTransitions: [Double]
    var finalMeans: [Double]?
    var finalCovariances: [Double]?
    var finalProbabilities: [Double]?
    var finalRates: [Double]?

    var testDescription: String { kind }

    func split(_ values: [Double], _ width: Int) -> [[Double]] {
      stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }

    func start() throws -> HiddenMarkov {
      let A = split(transitions, initial.count)
      if let means, let covariances {
        return try HiddenMarkov(
          initialProbabilities: initial, transitions: A, means: split(means, columns),
          covariances: split(covariances, columns * columns).map { split($0, columns) },
          covarianceModel: kind == "diagonal" ? .vvi : .vvv)
      }
      if let probabilities {
        return try HiddenMarkov(
          initialProbabilities: initial, transitions: A,
          probabilities: split(probabilities, probabilities.count / initial.count).map { [$0] })
      }
      return try HiddenMarkov(initialProbabilities: initial, transitions: A, rates: split(rates ?? [], columns))
    }
  }

  static let cases: [Case] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../References/hidden_markov.json").standardized
    let data = (try? Data(contentsOf: file)) ?? Data()
    return (try? JSONDecoder().decode(Reference.self, from: data))?.cases ?? []
  }()

  @Test func theReferencesAreThere() { #expect(Self.cases.count == 4) }

  @Test(arguments: cases)
  func recursions(reference: Case) throws {
    let rows = RowMatrix(unchecked: reference.values, columnCount: reference.columns)
    let layout = try SequenceLayout(lengths: reference.lengths)
    let model = try reference.start()
    let densities = try model.sequenceLogDensities(of: rows, sequences: layout)
    #expect(ChainRuns.difference(densities, reference.logLikelihoods) < 1e-11)
    let posteriors = try model.responsibilities(of: rows, sequences: layout)
    #expect(ChainRuns.difference((0..<rows.rowCount).flatMap { posteriors.row($0) }, reference.posteriors) < 1e-9)
    let (path, best) = try model.mostProbablePaths(of: rows, sequences: layout)
    #expect(path == reference.path)
    #expect((best.reduce(0, +) - reference.pathLogDensity).magnitude < 1e-9)
  }

  @Test(arguments: cases)
  func maxima(reference: Case) throws {
    let rows = RowMatrix(unchecked: reference.values, columnCount: reference.columns)
    let data = try ChainRuns.data(rows, reference.lengths, like: reference.start())
    let outcome = try ChainRuns.plain(data, from: reference.start(), steps: reference.iterations)
    let model = ChainRuns.model(outcome.model)
    #expect(outcome.ledger.count == reference.iterations + 1)
    let logLikelihood = outcome.ledger.last?.logLikelihood ?? 0
    #expect((logLikelihood - reference.finalLogLikelihood).magnitude < 1e-11 * logLikelihood.magnitude)
    #expect(ChainRuns.difference(model.initialProbabilities, reference.finalInitial) < 1e-9)
    #expect(ChainRuns.difference(model.transitions.flatMap { $0 }, reference.finalTransitions) < 1e-9)
    if let means = reference.finalMeans, let covariances = reference.finalCovariances {
      #expect(ChainRuns.difference(model.means.flatMap { $0 }, means) < 1e-9)
      #expect(ChainRuns.difference(model.covariances.flatMap { $0.flatMap { $0 } }, covariances) < 1e-9)
    }
    if let probabilities = reference.finalProbabilities {
      #expect(ChainRuns.difference(model.probabilities.flatMap { $0.flatMap { $0 } }, probabilities) < 1e-9)
    }
    if let rates = reference.finalRates { #expect(ChainRuns.difference(model.rates.flatMap { $0 }, rates) < 1e-9) }
  }
}
