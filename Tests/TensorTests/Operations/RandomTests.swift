import CSurprisalKernels
import Foundation
import SurprisalCore
import SurprisalTensors
import Testing

/// Which bits random tensors are made of: published vectors, no word used twice, states that continue.
struct RandomTests {
  /// The known answers of Philox 4×32-10 in the published library of counter-based generators (Random123).
  static let knownAnswers: [(counter: [UInt64], key: UInt64, words: [UInt32])] = [
    ([0, 0], 0, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    ([.max, .max], .max, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    (
      [0x85a3_08d3_243f_6a88, 0x0370_7344_1319_8a2e], 0x299f_31d0_a409_3822,
      [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    ),
  ]

  @Test func knownAnswersThroughTensors() throws {
    for (counter, key, words) in RandomTests.knownAnswers {
      var generator = try #require(RandomGenerator(words: [key, counter[1], counter[0], 0, 0]))
      var copy = generator
      #expect(copy.next() == UInt64(words[1]) << 32 | UInt64(words[0]))
      #expect(copy.next() == UInt64(words[3]) << 32 | UInt64(words[2]))
      copy = generator
      let narrow = Tensor.uniform(shape: [4], using: &generator).scalars(as: Float.self)
      #expect(narrow == words.map { Float($0 >> 8) * 0x1p-24 })
      let wide = Tensor.uniform(shape: [2], dtype: .float64, using: &copy).scalars(as: Double.self)
      #expect(wide == [0, 2].map { Double((UInt64(words[$0 + 1]) << 32 | UInt64(words[$0])) >> 11) * 0x1p-53 })
    }
  }

  /// Blocks in bulk are those of the generator, also where the counter passes 2³² and 2⁶⁴.
  @Test func blocksInBulkAreTheGenerators() throws {
    for first in [0, 0xFFFF_FFF0, UInt64.max - 20] {
      var words = [UInt32](repeating: 0, count: 4 * 67)
      surprisal_philox(0x1234_5678_9ABC_DEF0, 77 << 30, first, 67, &words)
      var generator = try #require(RandomGenerator(words: [0x1234_5678_9ABC_DEF0, 77 << 30, first, 0, 0]))
      for pair in 0..<2 * 67 {
        #expect(generator.next() == UInt64(words[2 * pair + 1]) << 32 | UInt64(words[2 * pair]), "\(first) \(pair)")
      }
    }
  }

  /// Calls of every kind share no word with one another nor with `next()`: their numbers of 53 bits all differ. By
  /// chance two would be equal with probability 10⁻⁸.
  @Test func callsShareNoWords() {
    var generator = RandomGenerator(seed: 8)
    var seen: Set<Double> = []
    var count = 0
    for round in 0..<20 {
      for value in Tensor.uniform(shape: [37 * round], dtype: .float64, using: &generator).scalars(as: Double.self) {
        seen.insert(value)
        count += 1
      }
      seen.insert(generator.nextUniform())
      count += 1
      _ = Tensor.permutation(of: round, using: &generator)
      _ = Tensor.gamma(concentrations: Tensor(ones: [round]), using: &generator)
    }
    #expect(seen.count == count)
  }

  /// Every normal number is made of its own words, also where the last pair or block is only half used.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 809, 4095]) func normalsAreMadeOfTheirWords(_ count: Int) {
    var generator = RandomGenerator(seed: 21)
    var copy = generator
    let found = Tensor.normal(shape: [count], dtype: .float64, using: &generator).scalars(as: Double.self)
    let words = (0..<count + 1).map { _ in copy.next() }
    let half = (count + 1) / 2
    for (index, value) in found.enumerated() {
      let pair = index % half
      let u = (Double(words[pair] >> 12) + 0.5) * 0x1p-52
      let angle = Double(Int64(bitPattern: words[half + pair])) * (Double.pi * 0x1p-63)
      let expected = (-2 * log(u)).squareRoot() * (index < half ? cos(angle) : sin(angle))
      #expect(abs(value - expected) < 1e-14, "element \(index) of \(count)")
    }
  }

  /// An element's own word decides whether it is dropped, or that of its place among the axes that are not shared.
  @Test func dropoutIsMadeOfItsWords() {
    var (generator, copy) = (RandomGenerator(seed: 22), RandomGenerator(seed: 22))
    let x = Tensor(ones: [3, 5, 2], dtype: .float64)
    let words = (0..<15).flatMap { _ -> [UInt32] in
      let word = copy.next()
      return [UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32)]
    }
    let dropped = x.dropout(probability: 0.25, using: &generator)
    #expect(dropped.scalars(as: Double.self) == words.map { $0 < 0xC000_0000 ? 1 / 0.75 : 0 })
    generator = RandomGenerator(seed: 22)
    let shared = x.dropout(probability: 0.25, sharingAxesFrom: 1, using: &generator)
    #expect(shared.scalars(as: Double.self) == (0..<30).map { words[$0 / 10] < 0xC000_0000 ? 1 / 0.75 : 0 })
  }

  /// Words for rejected attempts are set aside too, whether they are needed or not: 64 blocks for each element.
  @Test func callsReserveTheirAttempts() {
    let calls: [@Sendable (inout RandomGenerator) -> Tensor] = [
      { Tensor.uniform(shape: [10], using: &$0) }, { Tensor.normal(shape: [10], dtype: .float64, using: &$0) },
      { Tensor.integers(in: 0..<3, shape: [10], using: &$0) }, { Tensor.permutation(of: 10, using: &$0) },
      { Tensor.bernoulli(probability: 0.5, shape: [10], using: &$0) },
      { Tensor.bernoulli(probabilities: Tensor(zeros: [10]), using: &$0) },
      { Tensor.categorical(logits: Tensor(zeros: [10, 2]), using: &$0) },
      { Tensor.gamma(concentrations: Tensor(ones: [10]), using: &$0) },
    ]
    for (index, call) in calls.enumerated() {
      var generator = RandomGenerator(seed: 1)
      #expect(call(&generator).shape == [10])
      #expect(generator.blockCount >= 640 + 3, "call \(index)")
    }
  }

  /// Reserving blocks leaves the sequence of `next()` as it is.
  @Test func reservingSkipsBlocks() {
    var plain = RandomGenerator(seed: 5)
    var reserving = plain
    let first = plain.next()
    #expect(reserving.next() == first)
    #expect(reserving.reserveBlocks(3) == 1)
    let spare = plain.next()
    #expect(reserving.next() == spare)
    for _ in 0..<6 { _ = plain.next() }
    #expect(reserving.next() == plain.next())
    #expect(reserving.blockCount == plain.blockCount)
  }

  @Test func storedStatesContinue() throws {
    var generator = RandomGenerator(seed: .max, stream: 3)
    for step in 0..<5 {
      _ = generator.next()
      _ = Tensor.normal(shape: [step], using: &generator)
      var restored = try #require(RandomGenerator(words: generator.words))
      var decoded = try JSONDecoder().decode(RandomGenerator.self, from: JSONEncoder().encode(generator))
      #expect(restored == generator && decoded == generator)
      var copy = generator
      let expected = draws(&copy)
      #expect(draws(&restored) == expected && draws(&decoded) == expected)
    }
    #expect(RandomGenerator(words: [1, 2, 3]) == nil)
    #expect(RandomGenerator(words: [1, 2, 3, 2, 0]) == nil)
    #expect(RandomGenerator(words: [1, 2, 3, 0, 9]) == nil)
  }

  /// One draw of every kind, as bits.
  private func draws(_ generator: inout RandomGenerator, count: Int = 9001) -> [UInt64] {
    let shape = [count]
    var tensors = [
      Tensor.uniform(shape: shape, using: &generator), Tensor.uniform(shape: shape, dtype: .float64, using: &generator),
      Tensor.normal(shape: shape, using: &generator), Tensor.normal(shape: shape, dtype: .float64, using: &generator),
      Tensor.integers(in: -5..<1000, shape: shape, using: &generator), Tensor.permutation(of: count, using: &generator),
      Tensor.bernoulli(probability: 0.3, shape: shape, using: &generator),
    ]
    tensors.append(Tensor.gamma(concentrations: tensors[0], using: &generator))
    tensors.append(Tensor.bernoulli(probabilities: tensors[1], using: &generator))
    tensors.append(
      Tensor.categorical(probabilities: tensors[0].expandingAxis(-1).broadcast(to: [count, 3]), using: &generator))
    return tensors.flatMap { $0.scalars(as: Double.self).map(\.bitPattern) } + [generator.next()]
  }

  /// On one thread, where a region is already running, or on several: the same bits.
  @Test func resultsDoNotDependOnThreads() {
    var generator = RandomGenerator(seed: 11)
    let expected = draws(&generator)
    nonisolated(unsafe) var found: [[UInt64]] = [[], []]
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      parallelFor(count: 2, threads: 2) { index in
        var generator = RandomGenerator(seed: 11)
        found[index] = draws(&generator)
      }
    }
    #expect(found == [expected, expected])
  }

  @Test func shapesAndTypes() {
    var generator = RandomGenerator(seed: 2)
    for shape in [[], [0], [1], [3, 0, 2], [5, 7], [4097]] {
      for dtype in [DType.bfloat16, .float32, .float64] {
        let uniform = Tensor.uniform(in: -2 ..< -1, shape: shape, dtype: dtype, using: &generator)
        #expect(uniform.shape == shape && uniform.dtype == dtype)
        #expect(uniform.scalars(as: Double.self).allSatisfy { $0 >= -2 && ($0 < -1 || dtype == .bfloat16) })
        let normal = Tensor.normal(mean: 100, standardDeviation: 0, shape: shape, dtype: dtype, using: &generator)
        #expect(normal.shape == shape && normal.scalars(as: Double.self).allSatisfy { $0 == 100 })
        let gamma = Tensor.gamma(concentrations: uniform + 3, using: &generator)
        #expect(gamma.shape == shape && gamma.dtype == dtype && gamma.scalars(as: Double.self).allSatisfy { $0 > 0 })
      }
      let coins = Tensor.bernoulli(probability: 1, shape: shape, dtype: .bool, using: &generator)
      #expect(coins.shape == shape && coins.dtype == .bool && coins.scalars(as: Bool.self).allSatisfy { $0 })
      #expect(
        Tensor.integers(in: 7..<8, shape: shape, dtype: .uint8, using: &generator).scalars(as: Int.self).allSatisfy {
          $0 == 7
        })
      #expect(Tensor.categorical(logits: Tensor(zeros: shape + [1]), using: &generator).shape == shape)
    }
  }

  @Test func edgesOfParameters() {
    var generator = RandomGenerator(seed: 3)
    // A narrow range whose upper end rounding would reach.
    let narrow = Tensor.uniform(in: 1..<1.0000001192092896, shape: [1000], using: &generator)
    #expect(narrow.scalars(as: Float.self).allSatisfy { $0 == 1 })
    let wide = Tensor.integers(in: Int.min..<Int.max, shape: [1000], using: &generator).scalars(as: Int.self)
    #expect(wide.contains { $0 < Int.min / 2 } && wide.contains { $0 > Int.max / 2 })
    let p = Tensor([-1, 0, 1, 2, .nan].flatMap { [Double](repeating: $0, count: 100) })
    let coins = Tensor.bernoulli(probabilities: p, using: &generator).scalars(as: Int.self)
    #expect(coins == [0, 0, 1, 1, 0].flatMap { [Int](repeating: $0, count: 100) })
    let gamma = Tensor.gamma(concentrations: Tensor([0, -1, .nan, .infinity]), using: &generator).scalars(
      as: Double.self)
    #expect(gamma[0] == 0 && gamma[1].isNaN && gamma[2].isNaN && gamma[3] == .infinity)
    let logits = Tensor([-.infinity, 1e300, -.infinity, -1e300, 5, -.infinity], shape: [2, 3])
    #expect(Tensor.categorical(logits: logits, using: &generator).scalars(as: Int.self) == [1, 1])
    let zeros = Tensor([0, 0, 3, 0], shape: [1, 4]).broadcast(to: [200, 4])
    #expect(Tensor.categorical(probabilities: zeros, using: &generator).scalars(as: Int.self).allSatisfy { $0 == 2 })
  }

  @Test func mistakesStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 1)
      _ = Tensor.categorical(probabilities: Tensor([0.0, 0]), using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 1)
      _ = Tensor.categorical(logits: Tensor([0, Double.nan]), using: &generator)
    }
    // The last of many rows, which another thread would draw.
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 1)
      let last = Tensor([0.5, -0.5], shape: [1, 2])
      _ = Tensor.categorical(
        probabilities: Tensor(concatenating: [Tensor(ones: [20000, 2], dtype: .float64), last]),
        using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 1)
      _ = Tensor.categorical(logits: Tensor([-Double.infinity, -.infinity]), using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = RandomGenerator(seed: 1)
      _ = Tensor.bernoulli(probability: 1.5, shape: [2], using: &generator)
    }
  }
}
