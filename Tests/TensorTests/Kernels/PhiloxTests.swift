import CSurprisalKernels
import SurprisalCore
import Testing

@Suite struct PhiloxTests {
  struct KnownAnswer: Sendable {
    let seed: UInt64
    let stream: UInt64
    let block: UInt64
    let words: [UInt32]
  }

  /// The known answers of philox4x32-10 published with Random123 (Salmon et al. 2011); counter words 0 and 1 are the
  /// block, words 2 and 3 the stream.
  static let knownAnswers = [
    KnownAnswer(seed: 0, stream: 0, block: 0, words: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    KnownAnswer(
      seed: .max, stream: .max, block: .max, words: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    KnownAnswer(
      seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e, block: 0x85a3_08d3_243f_6a88,
      words: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]

  @Test(arguments: knownAnswers) func `Random123's known answers`(_ answer: KnownAnswer) {
    var words = [UInt32](repeating: 0, count: 4)
    surprisal_philox(answer.seed, answer.stream, answer.block, 1, &words)
    #expect(words == answer.words)
  }

  /// Odd counts and starts, across the carry into the second counter word, and enough blocks for several threads.
  @Test(arguments: [(0, 1), (3, 7), (0xffff_fff0, 37), (1 << 33, 20_011)] as [(UInt64, Int)])
  func `the same words as RandomGenerator's blocks`(start: UInt64, count: Int) {
    let seed: UInt64 = 0x0123_4567_89ab_cdef
    let stream: UInt64 = 0xfedc_ba98_7654_3210
    var words = [UInt32](repeating: 0, count: 4 * count)
    surprisal_philox(seed, stream, start, count, &words)
    for i in stride(from: 0, to: count, by: max(1, count / 500)) {
      let counter = start + UInt64(i)
      let block = RandomGenerator.block(
        counter: (
          UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32),
          UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)
        ),
        key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
      #expect(Array(words[4 * i..<4 * i + 4]) == [block.0, block.1, block.2, block.3])
    }
  }

  @Test func `a generator's numbers are these words, low word first`() {
    var generator = RandomGenerator(seed: 42, stream: 7)
    var words = [UInt32](repeating: 0, count: 400)
    surprisal_philox(42, 7, 0, 100, &words)
    for i in 0..<200 {
      #expect(generator.next() == UInt64(words[2 * i + 1]) << 32 | UInt64(words[2 * i]))
    }
  }
}
