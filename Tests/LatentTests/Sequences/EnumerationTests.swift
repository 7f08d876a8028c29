import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// The recursions against all paths of states, one by one.
@Suite struct EnumerationTests {
  static let lengths = [6, 1, 4, 5, 2]

  @Test(arguments: ChainDraw.Kind.allCases)
  func everyQuantity(kind: ChainDraw.Kind) throws {
    var greatest = 0.0
    for number in 0..<26 {
      var draw = ChainDraw(seed: UInt64(number))
      // The last two have more states than a vector has lanes.
      let lengths = number < 24 ? Self.lengths : [3, 1, 2]
      let states = number < 24 ? 1 + number % 3 : [9, 19][number - 24]
      let model = try draw.model(kind, states: states, zeros: number % 2 == 1, tiny: number % 4 == 2)
      let rows = draw.rows(model, lengths)
      let layout = try SequenceLayout(lengths: lengths)
      let enumeration = PathEnumeration(model)
      let answers = ChainRuns.split(rows, lengths).map { enumeration.answer($0) }
      func check(_ name: String, _ found: [Double], _ expected: [Double]) {
        let difference = ChainRuns.difference(found, expected)
        greatest = max(greatest, difference)
        #expect(difference < 1e-11, "\(kind) \(number): \(name) differs by \(difference)")
      }
      check("log p", try model.sequenceLogDensities(of: rows, sequences: layout), answers.map(\.logLikelihood))
      let posteriors = try model.responsibilities(of: rows, sequences: layout)
      check(
        "posteriors", (0..<rows.rowCount).flatMap { posteriors.row($0) },
        answers.flatMap { $0.posteriors.flatMap { $0 } })
      let (path, densities) = try model.mostProbablePaths(of: rows, sequences: layout)
      check("log p of the best path", densities, answers.map(\.best.logDensity))
      check(
        "the best path's own density",
        zip(ChainRuns.split(rows, lengths), layout.ranges).map { enumeration.logJoint($0, Array(path[$1])) },
        answers.map(\.best.logDensity))
      let evidence = try model.evidence(of: rows, sequences: layout)
      check("H[q]", [evidence.posteriorEntropy.nats], [answers.reduce(0) { $0 + $1.entropy }])
      check("L", [evidence.lowerBound.nats], [answers.reduce(0) { $0 + $1.logLikelihood }])
      let em = HiddenMarkovEM(
        setting: ChainSetting(gaussian: nil, unitOffset: 0, columnMeans: [], threads: 1), parameters: model.parameters)
      let statistics = ExpectationPass.run(
        em.expectation(), over: WeightedSequences(rows: rows, layout: layout), threads: 1)
      let moments = em.moments(of: statistics)
      let K = model.stateCount
      check(
        "transitions", moments.transitions,
        (0..<K * K).map { index in answers.reduce(0) { $0 + $1.transitions[index / K][index % K] } })
      check("first states", moments.initial, (0..<K).map { k in answers.reduce(0) { $0 + $1.posteriors[0][k] } })
      // The density of each row after those before it: differences of the log p of beginnings.
      let predictive = try model.logDensities(of: rows, sequences: layout)
      var expected: [Double] = []
      for sequence in ChainRuns.split(rows, lengths) {
        let sums = sequence.indices.map { enumeration.answer(Array(sequence[0...$0])).logLikelihood }
        expected += sums.indices.map { $0 == 0 ? sums[0] : sums[$0] - sums[$0 - 1] }
      }
      check("predictive log p", predictive, expected)
    }
    print("\(kind): greatest difference from enumeration \(greatest)")
  }

  /// KL(p_true(x, z) ‖ p_θ(x, z)) = −L/W − H(p̂) after every half-step, with p_true(x, z) = p̂(x) q(z | x).
  @Test(arguments: [ChainDraw.Kind.categorical, .poisson])
  func bothViews(kind: ChainDraw.Kind) throws {
    var draw = ChainDraw(seed: 500)
    let truth = try draw.model(kind, states: 2)
    let lengths = [Int](repeating: 3, count: 14)
    let rows = draw.rows(truth, lengths)
    let start = try draw.model(kind, states: 2)
    let data = try ChainRuns.data(rows, lengths, like: start)
    let sequences = ChainRuns.split(rows, lengths)
    var shares: [[[Double]]: Double] = [:]
    for sequence in sequences { shares[sequence, default: 0] += 1 / Double(sequences.count) }
    let entropy = shares.values.reduce(0) { $0 - $1 * log($1) }
    func divergence(_ q: PathEnumeration, _ p: PathEnumeration) -> Double {
      var total = 0.0
      for (sequence, share) in shares {
        let logLikelihood = q.answer(sequence).logLikelihood
        for path in q.paths(sequence.count) {
          let posterior = exp(q.logJoint(sequence, path) - logLikelihood)
          if posterior > 0 { total += share * posterior * (log(share * posterior) - p.logJoint(sequence, path)) }
        }
      }
      return total
    }
    let N = Double(sequences.count)
    let last = try ChainRuns.plain(data, from: start, steps: 6)
    let models = try (0...6).map {
      PathEnumeration(ChainRuns.model(try ChainRuns.plain(data, from: start, steps: $0).model))
    }
    for (step, entry) in last.ledger.enumerated() {
      let expected = -entry.lowerBound / N - entropy
      #expect((divergence(models[step], models[step]) - expected).magnitude < 1e-12)
      guard step < 6 else { continue }
      let after = -entry.objectiveAfterMaximization / N - entropy
      #expect((divergence(models[step], models[step + 1]) - after).magnitude < 1e-12)
      #expect(entry.gap.magnitude < 1e-11)
    }
  }
}
