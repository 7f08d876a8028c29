import SurprisalCore
import SurprisalData
import Testing

/// Windows cover what they should, and every target is the token behind its input.
@Suite struct SequenceWindowsTests {
  private func checkTargets(_ batch: TokenBatch) {
    // The sequence is 0, 1, 2, …, so a target is its input and one.
    #expect(batch.inputs.count == batch.rowCount * batch.columnCount && batch.targets == batch.inputs.map { $0 + 1 })
  }

  @Test func randomWindowsBeginAnywhere() throws {
    let windows = try SequenceWindows(Array(0..<12), length: 4)
    var generator = RandomGenerator(seed: 1)
    var offsets: Set<Int32> = []
    for _ in 0..<50 {
      let batch = windows.randomBatch(rowCount: 8, using: &generator)
      checkTargets(batch)
      for row in 0..<8 { offsets.insert(batch.inputs[row * 4]) }
    }
    // 400 draws of 8 places: one is missed with probability below 1e-22.
    #expect(offsets == Set(0..<8))
  }

  @Test func randomPartitionCoversEveryTokenOnce() throws {
    let windows = try SequenceWindows(Array(0..<103), length: 5)
    var generator = RandomGenerator(seed: 2)
    for _ in 0..<20 {
      let batches = windows.randomPartition(rowCount: 4, using: &generator)
      batches.forEach(checkTargets)
      let inputs = batches.flatMap(\.inputs)
      #expect(Set(inputs).count == inputs.count && inputs.count >= 100 - 5 - 4 * 5 + 1)
      #expect(batches.allSatisfy { $0.rowCount == 4 && $0.columnCount == 5 })
    }
    #expect(try SequenceWindows(Array(0..<6), length: 5).randomPartition(rowCount: 9, using: &generator).count == 1)
  }

  @Test func sequentialPartitionGoesOnWhereItStopped() throws {
    let windows = try SequenceWindows(Array(0..<36), length: 5)
    let batches = windows.sequentialPartition(rowCount: 2, offset: 1)
    batches.forEach(checkTargets)
    // 34 tokens with targets in 2 rows of 17: three windows of 5 each.
    #expect(batches.map { [$0.inputs[0], $0.inputs[5]] } == [[1, 18], [6, 23], [11, 28]])
    let all = windows.sequentialPartition(rowCount: 2, offset: 1, keepsRemainder: true)
    #expect(all.count == 4 && all[3].columnCount == 2 && all[3].inputs == [16, 17, 33, 34])
    #expect(windows.sequentialPartition(rowCount: 20).isEmpty)
  }

  @Test func shortTextsAreRefusedWithTheLengths() throws {
    let error = try #require(throws: SurprisalError.self) { try SequenceWindows([1, 2, 3], length: 3) }
    #expect(error.category == .data && error.message.contains("3 tokens") && error.message.contains("4"))
    #expect(throws: SurprisalError.self) { try SequenceWindows([], length: 1) }
    #expect(try #require(throws: SurprisalError.self) { try SequenceWindows([1, 2], length: 0) }.category == .usage)
    #expect(try SequenceWindows([1, 2, 3], length: 2).offsetCount == 1)
  }

  @Test func paddingIsMasked() throws {
    let batch = TokenBatch(padding: [[1, 2, 3, 4], [5], [], [6, 7]], with: 9)
    #expect(batch.columnCount == 3 && batch.lengths == [3, 0, 0, 1] && batch.tokenCount == 4)
    #expect(batch.inputs == [1, 2, 3, 9, 9, 9, 9, 9, 9, 6, 9, 9])
    #expect(batch.targets == [2, 3, 4, 9, 9, 9, 9, 9, 9, 7, 9, 9])
    #expect(batch.mask == [true, true, true] + [Bool](repeating: false, count: 6) + [true, false, false])
    let cut = TokenBatch(padding: [[1, 2, 3, 4]], with: 0, columnCount: 2)
    #expect(cut.inputs == [1, 2] && cut.targets == [2, 3] && cut.lengths == [2])
    let padded = TokenBatch.padded([[1, 2, 3], [], [4]], with: 0)
    #expect(padded.tokens == [1, 2, 3, 0, 0, 0, 4, 0, 0] && padded.lengths == [3, 0, 1])
    #expect(TokenBatch(padding: [] as [[Int32]], with: 0).columnCount == 0)
  }
}
