import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Random problems: no fit may break its certificate, whatever the data.
@Suite struct ChainProblemTests {
  @Test func aThousandProblems() throws {
    var (fits, refusals, iterations) = (0, 0, 0)
    var worst = 0.0
    for number in 0..<1000 {
      var draw = ChainDraw(seed: 10_000 + UInt64(number))
      let kind = ChainDraw.Kind.allCases[number % 4]
      let states = 1 + number / 4 % 4
      let truth = try draw.model(
        kind, states: states, zeros: number % 3 == 0, separation: [0.5, 2, 10, 100][number / 16 % 4])
      let lengths = (0..<1 + draw.generator.nextInteger(below: 5)).map { _ in 1 + draw.generator.nextInteger(below: 40)
      }
      var rows = draw.rows(truth, lengths)
      if case .gaussian = truth.emissionFamily, number % 5 == 0 {
        let scale = pow(10, Double(draw.generator.nextInteger(below: 200) - 100))
        rows = RowMatrix(
          unchecked: (0..<rows.rowCount).flatMap { rows.row($0).map { $0 * scale } }, columnCount: rows.columnCount)
      }
      let weights = number % 7 == 0 ? lengths.map { _ in Double(draw.generator.nextInteger(below: 4)) } : nil
      do {
        let fit = try HiddenMarkov.fit(
          rows, sequences: SequenceLayout(lengths: lengths), weights: weights, states: states,
          emissions: truth.emissionFamily,
          configuration: FitConfiguration(
            starts: 2, seed: UInt64(number), engine: EngineOptions(tolerance: 1e-7, maximumIterations: 60)))
        fits += 1
        iterations += fit.iterations
        for (before, after) in zip(fit.ledger, fit.ledger.dropFirst()) {
          let allowed = max(before.roundingBound, after.roundingBound) + 4 * before.objective.magnitude.ulp
          #expect(after.objective >= before.objective - allowed, "problem \(number), iteration \(after.iteration)")
        }
        for entry in fit.ledger {
          let bound = entry.roundingBound + 4 * entry.logLikelihood.magnitude.ulp
          worst = max(worst, entry.gap.magnitude / bound)
          #expect(entry.gap.magnitude <= bound, "problem \(number), iteration \(entry.iteration)")
        }
        #expect((fit.evidence.gap?.nats ?? 1).magnitude <= 1e-10 * max(1, fit.logLikelihood.magnitude))
      } catch let error as SurprisalError {
        // Too few rows for the states, or states that collapse; never a certificate.
        #expect(error.category == .data, "problem \(number): \(error)")
        refusals += 1
      }
    }
    print("\(fits) fits, \(refusals) refusals, \(iterations) iterations; largest gap \(worst) of its bound")
    #expect(fits >= 700)
  }

  /// A long sequence beside short ones: the same bits for any number of threads.
  @Test(arguments: ChainDraw.Kind.allCases)
  func theSameBitsForAnyThreads(kind: ChainDraw.Kind) throws {
    var draw = ChainDraw(seed: 42)
    let truth = try draw.model(kind, states: 3)
    let lengths = [30_000, 3, 300, 256, 257, 5000, 1] + [Int](repeating: 7, count: 500)
    let rows = draw.rows(truth, lengths)
    let layout = try SequenceLayout(lengths: lengths)
    let start = try draw.model(kind, states: 3)
    func bits(_ threads: Int) throws -> [UInt64] {
      let fit = try HiddenMarkov.fit(
        rows, sequences: layout, states: 3, emissions: truth.emissionFamily, start: start,
        configuration: FitConfiguration(
          engine: EngineOptions(tolerance: 0, maximumIterations: 4, threads: threads)))
      let model = fit.model
      let posteriors = try model.responsibilities(of: rows, sequences: layout, threads: threads)
      let path = try model.mostProbablePaths(of: rows, sequences: layout, threads: threads)
      return fit.ledger.flatMap { [$0.logLikelihood.bitPattern, $0.lowerBound.bitPattern] }
        + (model.transitions.flatMap { $0 } + model.means.flatMap { $0 }).map(\.bitPattern)
        + posteriors.withUnsafeValues { base in (0..<9000).map { base[$0].bitPattern } }
        + path.states.prefix(1000).map { UInt64($0) }
    }
    let one = try bits(1)
    #expect(try bits(2) == one)
    #expect(try bits(5) == one)
  }

  /// w copies of a sequence count as its weight w; weight 0 is absent to the bit.
  @Test(arguments: ChainDraw.Kind.allCases)
  func weights(kind: ChainDraw.Kind) throws {
    var draw = ChainDraw(seed: 8)
    let truth = try draw.model(kind, states: 2)
    let lengths = [50, 20, 31, 40]
    let rows = draw.rows(truth, lengths)
    let start = try draw.model(kind, states: 2)
    let sequences = ChainRuns.split(rows, lengths)
    func fit(_ sequences: [[[Double]]], _ weights: [Double]?) throws -> ModelFit<HiddenMarkov> {
      try HiddenMarkov.fit(
        RowMatrix(unchecked: sequences.flatMap { $0.flatMap { $0 } }, columnCount: 2),
        sequences: SequenceLayout(lengths: sequences.map(\.count)), weights: weights, states: 2,
        emissions: truth.emissionFamily, start: start,
        configuration: FitConfiguration(engine: EngineOptions(tolerance: 0, maximumIterations: 8, acceleration: .none)))
    }
    let weighted = try fit(sequences, [2, 0, 1, 3])
    let repeated = try fit([0, 0, 2, 3, 3, 3].map { sequences[$0] }, nil)
    let absent = try fit([0, 2, 3].map { sequences[$0] }, [2, 1, 3])
    #expect(weighted.totalWeight == 251)
    #expect(weighted.logLikelihood.bitPattern == absent.logLikelihood.bitPattern)
    #expect(weighted.model.transitions == absent.model.transitions)
    #expect((weighted.logLikelihood - repeated.logLikelihood).magnitude < 1e-8)
    #expect(
      ChainRuns.difference(weighted.model.means.flatMap { $0 }, repeated.model.means.flatMap { $0 }) < 1e-9)
  }
}
