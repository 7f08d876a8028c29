import Foundation
import SurprisalCore
import SurprisalData
import SurprisalModels
import Testing

/// n-gram models against NLTK, against the formulas of Chen and Goodman, and against their own definitions.
@Suite struct NGramModelTests {
  /// Every smoothing that a model of `order` can have.
  static func smoothings(order: Int) -> [NGramSmoothing] {
    let epsilons = (0..<order).map { 0.5 * Double($0) + 0.3 }
    var all: [NGramSmoothing] = [
      .addK(0), .addK(1), .addK(0.01), .recursive(epsilons), .recursive(epsilons.map { _ in 0 }),
      .interpolatedKneserNey(), .interpolatedKneserNey(discount: 0.75), .interpolatedKneserNey(discount: 0),
      .interpolatedKneserNey(discount: 1, smoothsUnigrams: false), .interpolatedKneserNey(smoothsUnigrams: false),
      .modifiedKneserNey(), .modifiedKneserNey(smoothsUnigrams: false),
    ]
    if order <= 3 { all += [.laplace(0.5, 1, 2), .laplace(0, 0, 0), .laplace(0, 3, 0)] }
    return all
  }

  /// Sequences over `size` tokens whose last one never comes, and not all lengths above 0.
  static func sequences(seed: UInt64, size: Int, count: Int = 12) -> [[Int32]] {
    var generator = RandomGenerator(seed: seed)
    return (0..<count).map { _ in
      (0..<generator.nextInteger(below: 14)).map { _ in
        Int32(min(generator.nextInteger(below: size - 1), generator.nextInteger(below: size - 1)))
      }
    }
  }

  /// Every context of up to `length` tokens over `size` tokens.
  static func contexts(size: Int, length: Int) -> [[Int32]] {
    (0..<length).reduce(into: [[]] as [[Int32]]) { all, step in
      all += all.filter { $0.count == step }.flatMap { context in (0..<Int32(size)).map { context + [$0] } }
    }
  }

  @Test func libraryProbabilitiesAreNLTKs() throws {
    let reference = try NGramReference.read()
    #expect(reference.nltk.count == 6)
    for expected in reference.nltk {
      let counts = try NGramCounts(
        reference.tokens, vocabularySize: reference.vocabulary + 1, order: expected.order)
      let model = try NGramModel(counts, smoothing: expected.smoothing)
      #expect(!expected.rows.isEmpty)
      for row in expected.rows {
        for (token, probability) in row.probabilities.enumerated() {
          let found = model.probability(of: Int32(token), after: row.context)
          #expect(abs(found - probability) < 1e-12, "\(expected.kind) \(expected.order): \(token) after \(row.context)")
        }
      }
    }
  }

  @Test func kneserNeyIsChenAndGoodmans() throws {
    let reference = try NGramReference.read()
    #expect(reference.chenGoodman.count == 12)
    for expected in reference.chenGoodman {
      let counts = try NGramCounts(
        sequences: expected.marks ? reference.sequences : [reference.tokens], vocabularySize: reference.vocabulary,
        order: expected.order, marksBoundaries: expected.marks)
      let model = try NGramModel(counts, smoothing: expected.smoothing)
      for (found, values) in zip(model.discounts, expected.discounts) {
        #expect(zip(found.values, values).allSatisfy { abs($0 - $1) < 1e-13 })
        #expect(found.isFallback == (values == (expected.modified ? [0.5, 1, 1.5] : [0.5, 0.5, 0.5])))
      }
      #expect(model.discounts.count == expected.order)
      for row in expected.rows {
        var state = expected.marks ? model.initialState : model.state(after: row.context)
        if expected.marks { state = row.context.reduce(state) { model.advanced($0, by: $1) } }
        #expect(row.probabilities.count == model.outcomeCount)
        for (token, probability) in row.probabilities.enumerated() {
          let found = model.probability(of: Int32(token), in: state)
          #expect(abs(found - probability) < 1e-12, "order \(expected.order): \(token) after \(row.context)")
        }
      }
    }
  }

  /// Every row of every smoothing, order and text, with and without marks, sums to 1; rows are what single queries say.
  @Test(arguments: 0..<6)
  func rowsSumToOne(_ order: Int) throws {
    for seed in UInt64(0)..<4 {
      let size = 5
      let sequences = NGramModelTests.sequences(seed: seed, size: size)
      for marks in [false, true] {
        let counts = try NGramCounts(
          sequences: sequences, vocabularySize: size, order: order, marksBoundaries: marks)
        for smoothing in NGramModelTests.smoothings(order: order) {
          let model = try NGramModel(counts, smoothing: smoothing)
          let sampler = NGramSampler(model)
          for context in NGramModelTests.contexts(size: size, length: min(order, 4)) {
            var states = [model.state(after: context)]
            if marks { states.append(context.reduce(model.initialState) { model.advanced($0, by: $1) }) }
            for state in states {
              let row = (0..<Int32(model.outcomeCount)).map { model.probability(of: $0, in: state) }
              let sum = row.reduce(0, +)
              #expect(abs(sum - 1) < 1e-12, "\(smoothing), order \(order), after \(context): \(sum)")
              #expect(row.allSatisfy { $0 >= 0 })
              let whole = sampler.distribution(in: state)
              #expect(whole.count == row.count && zip(whole, row).allSatisfy { abs($0 - $1) < 1e-14 }, "\(smoothing)")
            }
          }
        }
      }
    }
  }

  @Test func everyFormIsItsDefinition() throws {
    let size = 4
    for seed in UInt64(10)..<13 {
      let sequences = NGramModelTests.sequences(seed: seed, size: size)
      let naive = NaiveNGrams(sequences: sequences, outcomes: size)
      let epsilons = [0.7, 1.5, 0.2, 3]
      let cases: [(order: Int, smoothing: NGramSmoothing, direct: (Int32, [Int32]) -> Double)] = [
        (4, .recursive(epsilons), { naive.recursive(epsilons, $0, after: $1) }),
        (3, .laplace(0.7, 1.5, 0.2), { naive.laplace(epsilons, $0, after: $1) }),
        (2, .laplace(0.7, 1.5, 0.2), { naive.laplace(epsilons, $0, after: $1) }),
        (3, .laplace(0.7, 0, 0), { naive.laplace([0.7, 0, 0], $0, after: $1) }),
        (3, .addK(0.3), { naive.addK(0.3, $0, after: $1) }), (2, .addK(0), { naive.addK(0, $0, after: $1) }),
      ]
      for (order, smoothing, direct) in cases {
        let counts = try NGramCounts(sequences: sequences, vocabularySize: size, order: order)
        let model = try NGramModel(counts, smoothing: smoothing)
        for context in NGramModelTests.contexts(size: size, length: order - 1) {
          for token in 0..<Int32(size) {
            let (found, expected) = (model.probability(of: token, after: context), direct(token, context))
            #expect(abs(found - expected) < 1e-14, "\(smoothing): \(token) after \(context)")
          }
        }
        for context in NGramModelTests.contexts(size: size, length: order - 1) {
          for token in 0..<Int32(size) {
            let expected = sequences.reduce(0) { sum, sequence in
              sum + NaiveNGrams(sequences: [sequence], outcomes: size).occurrences(of: context + [token])
            }
            #expect(counts.count(of: context + [token]) == expected)
          }
        }
      }
    }
  }

  /// Tables that grow many times over count what a dictionary counts, and rows still sum to 1.
  @Test(arguments: [(60, 40_000), (5000, 60_000)])
  func manyCountsAreThoseOfADictionary(_ size: Int, _ length: Int) throws {
    var generator = RandomGenerator(seed: UInt64(size))
    let tokens = (0..<length).map { _ in
      Int32(generator.nextInteger(below: 1 + generator.nextInteger(below: size)))
    }
    let counts = try NGramCounts(tokens, vocabularySize: size, order: 4)
    for order in 1...4 {
      var expected: [[Int32]: Int] = [:]
      for start in 0...length - order { expected[Array(tokens[start..<start + order]), default: 0] += 1 }
      #expect(counts.distinctCount(length: order) == expected.count)
      #expect(expected.allSatisfy { counts.count(of: $0.key) == $0.value }, "order \(order)")
    }
    #expect(counts.tokenCount == length)
    #expect(counts.count(of: [0, Int32(size)]) == 0 && counts.count(of: [Int32(size)]) == 0)
    #expect(counts.count(of: []) == 0 && counts.count(of: tokens[..<5]) == 0)
    let model = try NGramModel(counts, smoothing: .modifiedKneserNey())
    let sampler = NGramSampler(model)
    #expect(model.discounts.contains { !$0.isFallback })
    for start in stride(from: 0, to: length - 3, by: length / 40) {
      let state = model.state(after: tokens[start..<start + 3])
      let row = sampler.distribution(in: state)
      #expect(abs(row.reduce(0, +) - 1) < 1e-11)
      for token in stride(from: 0, to: size, by: 7) {
        #expect(abs(row[token] - model.probability(of: Int32(token), in: state)) < 1e-15)
      }
    }
  }

  /// The notes' trigram refers to the single token, the recursive one to the pair: they differ, and only there.
  @Test func theTwoFormsDifferWhereTheyShould() throws {
    let tokens: [Int32] = [0, 1, 2, 0, 1, 0, 2, 1, 0, 1, 2, 2]
    let counts = try NGramCounts(tokens, vocabularySize: 3, order: 3)
    let notes = try NGramModel(counts, smoothing: .laplace(1, 2, 3))
    let recursive = try NGramModel(counts, smoothing: .recursive([1, 2, 3]))
    // n = 12, n(2) = 4; n(1 ·) = 4, n(1, 2) = 2; n(0, 1 ·) = 3, n(0, 1, 2) = 2.
    let single = (4 + 1.0 / 3) / 13
    let pair = (2 + 2 * single) / 6
    #expect(abs(notes.probability(of: 2, after: []) - single) < 1e-15)
    #expect(abs(notes.probability(of: 2, after: [1]) - pair) < 1e-15)
    #expect(abs(notes.probability(of: 2, after: [0, 1]) - (2 + 3 * single) / 6) < 1e-15)
    #expect(abs(recursive.probability(of: 2, after: [1]) - pair) < 1e-15)
    #expect(abs(recursive.probability(of: 2, after: [0, 1]) - (2 + 3 * pair) / 6) < 1e-15)
  }
}

extension NaiveNGrams {
  func occurrences(of gram: [Int32]) -> Int { Int(count(Array(gram.dropLast()), gram.last)) }
}
