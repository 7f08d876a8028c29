import Foundation
import SurprisalCore
import SurprisalData
import SurprisalModels
import Testing

/// Perplexity, bits per character, sampling, files and faults of n-gram models.
@Suite struct NGramScoreTests {
  @Test(arguments: [2, 27, 65, 50_257])
  func uniformPerplexityIsTheVocabulary(_ size: Int) throws {
    let model = try NGramModel(NGramCounts([], vocabularySize: size, order: 0), smoothing: .addK(1))
    let score = try model.score([0, 1, 1, 0, Int32(size - 1)])
    #expect(abs(score.perplexity / Double(size) - 1) < 1e-13 && score.tokenCount == 5)
    // The same without counts to tell tokens apart.
    let even = try NGramModel(NGramCounts([0, 1], vocabularySize: 2, order: 1), smoothing: .modifiedKneserNey())
    #expect(abs(try even.score([0, 0, 1]).perplexity - 2) < 1e-14)
  }

  @Test func certaintyIsOneAndTheImpossibleInfinite() throws {
    let counts = try NGramCounts([0, 1, 2, 0, 1, 2, 0], vocabularySize: 4, order: 2)
    let model = try NGramModel(counts, smoothing: .addK(0))
    var state = model.state(after: [0])
    for token in [1, 2, 0, 1] as [Int32] {
      #expect(model.probability(of: token, in: state) == 1)
      state = model.advanced(state, by: token)
    }
    let marked = try NGramModel(
      NGramCounts(sequences: [[0, 1], [0, 1]], vocabularySize: 2, order: 2, marksBoundaries: true),
      smoothing: .interpolatedKneserNey(discount: 0))
    #expect(try marked.score([0, 1]) == LanguageScore(total: .zero, tokenCount: 3))
    #expect(try marked.score([0, 1]).perplexity == 1)
    let impossible = try model.score([0, 1, 2, 0, 2])
    #expect(impossible.perplexity == .infinity && impossible.crossEntropy.nats == .infinity)
    #expect(try model.score([]).tokenCount == 0)
  }

  @Test func bitsPerCharacterCountCharacters() throws {
    let text = TextData("añ añ añ bñ bñ añ")
    for kind in [TokenizerKind.character, .byte] {
      let tokenizer = try AnyTokenizer(kind, learning: text)
      let model = try NGramModel(fitting: text, tokenizer: tokenizer, order: 2, smoothing: .recursive([1, 1]))
      let score = try model.score(text)
      #expect(score.characterCount == 17 && score.byteCount == 23)
      #expect(score.tokenCount == (kind == .byte ? 23 : 17))
      let bits = try #require(score.bitsPerCharacter)
      #expect(abs(bits * 17 - score.total.bits) < 1e-9)
      #expect(abs(score.total.bits - (score.bitsPerByte ?? 0) * 23) < 1e-9)
      #expect(abs(log(score.perplexity) - score.total.nats / Double(score.tokenCount)) < 1e-12)
    }
  }

  /// The score of a text is the sum over its tokens, each after all before it.
  @Test func scoresAreSumsOfQueries() throws {
    let sequences = NGramModelTests.sequences(seed: 3, size: 5)
    let held = NGramModelTests.sequences(seed: 4, size: 5)
    for marks in [false, true] {
      let counts = try NGramCounts(sequences: sequences, vocabularySize: 5, order: 3, marksBoundaries: marks)
      for smoothing in [NGramSmoothing.modifiedKneserNey(), .laplace(1, 1, 1), .addK(0.5)] {
        let model = try NGramModel(counts, smoothing: smoothing)
        var nats = 0.0
        var count = 0
        for sequence in held {
          for (place, token) in (sequence + (marks ? [5] : [])).enumerated() {
            var state = model.initialState
            for earlier in sequence[..<place] { state = model.advanced(state, by: earlier) }
            if !marks { #expect(state == model.state(after: sequence[..<place])) }
            nats -= log(model.probability(of: token, in: state))
            count += 1
          }
        }
        let score = try model.score(sequences: held)
        #expect(score.tokenCount == count && abs(score.total.nats - nats) < 1e-9)
      }
    }
  }

  /// Draws are those of the rows: χ² of 5,000 draws over 4 degrees of freedom stays below 33.4 but once in a million.
  @Test func drawsFollowTheRow() throws {
    let counts = try NGramCounts(
      sequences: NGramModelTests.sequences(seed: 5, size: 5, count: 40), vocabularySize: 5, order: 3)
    let sampler = NGramSampler(try NGramModel(counts, smoothing: .recursive([2, 2, 2])))
    let state = sampler.model.state(after: [0, 1])
    var generator = RandomGenerator(seed: 6)
    for temperature in [1, 0.5, 2.0] {
      let powers = sampler.distribution(in: state).map { pow($0, 1 / temperature) }
      let expected = powers.map { $0 / powers.reduce(0, +) * 5000 }
      var found = [Double](repeating: 0, count: 5)
      for _ in 0..<5000 {
        found[Int(try sampler.next(in: state, temperature: temperature, using: &generator))] += 1
      }
      let statistic = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
      #expect(statistic < 33.4, "temperature \(temperature): \(statistic)")
    }
    let row = sampler.distribution(in: state)
    let best = try #require(row.indices.max { row[$0] < row[$1] })
    for _ in 0..<50 {
      #expect(try sampler.next(in: state, temperature: 0, using: &generator) == Int32(best))
      #expect(try sampler.next(in: state, topK: 1, using: &generator) == Int32(best))
    }
    let two = Set(row.indices.sorted { row[$0] > row[$1] }.prefix(2))
    for _ in 0..<200 {
      #expect(two.contains(Int(try sampler.next(in: state, temperature: 3, topK: 2, using: &generator))))
    }
    #expect(throws: SurprisalError.self) { try sampler.next(in: state, temperature: -1, using: &generator) }
    #expect(throws: SurprisalError.self) { try sampler.next(in: state, topK: 0, using: &generator) }
    #expect(throws: SurprisalError.self) { try sampler.generate(count: 1, after: [5], using: &generator) }
  }

  @Test func generatedTextsEndAndRepeat() throws {
    let names = ["ada", "eve", "ede", "dave"]
    let tokenizer = try CharacterTokenizer(learning: TextData(names.joined()))
    let counts = try NGramCounts(
      sequences: names.map { try tokenizer.encode($0) }, vocabularySize: tokenizer.vocabulary.count, order: 3,
      marksBoundaries: true)
    let model = try NGramModel(counts, smoothing: .addK(0), tokenizer: .character(tokenizer))
    let sampler = NGramSampler(model)
    var generator = RandomGenerator(seed: 1)
    var drawn: Set<String> = []
    for _ in 0..<200 {
      drawn.insert(try tokenizer.decodedText(sampler.generate(count: 50, using: &generator)))
    }
    // Without smoothing every trigram of a draw was seen.
    #expect(drawn.isSuperset(of: ["ada", "ede"]) && drawn.allSatisfy { !$0.isEmpty && $0.count < 50 })
    var (a, b) = (RandomGenerator(seed: 9), RandomGenerator(seed: 9))
    #expect(try sampler.generate(count: 20, using: &a) == sampler.generate(count: 20, using: &b))
    #expect(try sampler.generate(count: 0, using: &a).isEmpty)
  }
}
