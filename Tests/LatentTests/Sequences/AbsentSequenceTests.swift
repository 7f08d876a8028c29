import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Sequences of weight 0 are absent, also where the model cannot explain them.
@Suite struct AbsentSequenceTests {
  @Test func impossibleSequencesOfNoWeightSayNothing() throws {
    let model = try HiddenMarkov(
      initialProbabilities: [1, 0], transitions: [[0.5, 0.5], [0, 1]], probabilities: [[[0.5, 0.5, 0]], [[0, 1, 0]]])
    let rows = RowMatrix(unchecked: [0, 1, 1, 2, 2], columnCount: 1)
    let layout = try SequenceLayout(lengths: [3, 2])
    let weighted = try model.evidence(of: rows, sequences: layout, weights: [2, 0])
    let alone = try model.evidence(
      of: RowMatrix(unchecked: [0, 1, 1], columnCount: 1), sequences: SequenceLayout(lengths: [3]), weights: [2])
    #expect(weighted == alone)
    #expect(throws: SurprisalError.self) { try model.evidence(of: rows, sequences: layout, weights: [2, 1]) }
    let poisson = try HiddenMarkov(initialProbabilities: [1], transitions: [[1]], rates: [[2]])
    let error = #expect(throws: SurprisalError.self) {
      try poisson.responsibilities(of: RowMatrix(unchecked: [1, -1], columnCount: 1))
    }
    #expect(error?.message.contains("NaN") == false)
  }
}
