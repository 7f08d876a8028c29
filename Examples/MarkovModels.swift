import Surprisal

/// Words of a text small enough to count by hand.
private let sentence = TextData("the cat saw the dog the dog saw the cat")

/// P(x₁, …, x_T) = P(x₁) Π P(x_t | x_{t−1}): a text's probability under the frequencies of its own pairs.
func markovModel() throws {
  let tokenizer = try WordTokenizer(learning: sentence, hasUnknown: false)
  let tokens = try tokenizer.encode(sentence)
  let counts = try NGramCounts(tokens, vocabularySize: tokenizer.vocabulary.count, order: 2)
  let model = try NGramModel(counts, smoothing: .addK(0), tokenizer: .word(tokenizer))
  let part = try tokenizer.encode("the cat saw the dog")
  var product = 1.0
  var state = model.initialState
  for (place, token) in part.enumerated() {
    let probability = model.probability(of: token, in: state)
    let condition = place == 0 ? "" : " | \(tokenizer.vocabulary.text(of: part[place - 1]))"
    print("P(\(tokenizer.vocabulary.text(of: token))\(condition)) = \(show(probability))")
    product *= probability
    state = model.advanced(state, by: token)
  }
  print("P(the cat saw the dog) = \(show(product)), −ln P = \(show(try model.score(part).total.nats)) nats")
  for order in 0...3 {
    let counts = try NGramCounts(tokens, vocabularySize: tokenizer.vocabulary.count, order: order)
    let score = try NGramModel(counts, smoothing: .addK(0)).score(tokens)
    print("\(max(0, order - 1)) words before, runs of \(order): −ln P(text) = \(show(score.total.nats)) nats")
  }
}

/// The notes' smoothing beside its recursive form.
func laplaceSmoothing() throws {
  // Four words and one for all others: m = 5.
  let tokenizer = try WordTokenizer(learning: sentence)
  let counts = try NGramCounts(
    tokenizer.encode(sentence), vocabularySize: tokenizer.vocabulary.count, order: 3)
  let notes = try NGramModel(counts, smoothing: .laplace(1, 2, 3))
  let recursive = try NGramModel(counts, smoothing: .recursive([1, 2, 3]))
  func row(_ model: NGramModel, _ word: String, after context: String) throws -> (probability: Double, sum: Double) {
    let before = try tokenizer.encode(context)
    let token = tokenizer.vocabulary.id(of: word) ?? 0
    let all = (0..<Int32(model.outcomeCount)).map { model.probability(of: $0, after: before) }
    return (all[Int(token)], all.reduce(0, +))
  }
  for (word, context) in [("dog", ""), ("fox", ""), ("dog", "the"), ("fox", "the"), ("dog", "saw the")] {
    let (a, b) = (try row(notes, word, after: context), try row(recursive, word, after: context))
    let condition = context.isEmpty ? "" : " | \(context)"
    print(
      "P(\(word)\(condition)) = \(show(a.probability)), recursive \(show(b.probability)); "
        + "rows \(show(a.sum)), \(show(b.sum))")
  }
  for amount in [0, 1, 1_000_000_000] {
    let epsilon = Double(amount)
    let model = try NGramModel(counts, smoothing: .laplace(epsilon, epsilon, epsilon))
    print("ε = \(amount): P(cat | the) = \(show(try row(model, "cat", after: "the").probability))")
  }
}

/// exp(−1/n Σ log P): 1 for certainty, ∞ for the impossible, the vocabulary's size for the uniform distribution.
func perplexity() throws {
  let cycle = try CharacterTokenizer(learning: TextData("abc"))
  let counts = try NGramCounts(cycle.encode("abcabcabca"), vocabularySize: 3, order: 2, marksBoundaries: false)
  let certain = try NGramModel(counts, smoothing: .addK(0))
  // The first letter has nothing before it: take what follows one.
  var state = certain.state(after: try cycle.encode("a"))
  var total = Information.zero
  for token in try cycle.encode("bcabca") {
    total = total + Information(surprisalOfProbability: certain.probability(of: token, in: state))
    state = certain.advanced(state, by: token)
  }
  print("best case: perplexity \(show(LanguageScore(total: total, tokenCount: 6).perplexity))")
  print("worst case: perplexity \(try certain.score(cycle.encode("abba")).perplexity)")
  let uniform = try NGramModel(NGramCounts([], vocabularySize: 27, order: 0), smoothing: .addK(1))
  let score = try uniform.score([0, 4, 8, 26])
  print("uniform over 27: perplexity \(show(score.perplexity)), \(show(score.crossEntropy.bits)) bits per character")
  let text = TextData("she sells sea shells by the sea shore; the shells she sells are sea shells, i'm sure.")
  let tokenizer = try AnyTokenizer(.character, learning: text)
  print("\(tokenizer.vocabulary.count) characters in a text of \(text.characterCount)")
  for order in [1, 2, 3] {
    let model = try NGramModel(fitting: text, tokenizer: tokenizer, order: order, smoothing: .modifiedKneserNey())
    let score = try model.score(TextData("the sea shells she sells by the shore"))
    print(
      "runs of \(order): perplexity \(show(score.perplexity)), \(show(score.bitsPerCharacter ?? 0)) bits per character")
  }
}
