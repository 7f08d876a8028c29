import SurprisalCore
import SurprisalData

/// An n-gram model of a text: the probability of each token given the n − 1 tokens before it.
///
///     P(x₁, …, x_T) = Π P(x_t | x_{t−n+1}, …, x_{t−1})
///
/// With order 2 this is a Markov model of the first order; order 0 is the uniform distribution. Near the start of a
/// sequence, where there are fewer tokens before, the distribution of that shorter context is used.
///
/// Every n-gram that was seen has its probability stored; one that was not is that of a shorter context times a factor of
/// the longer one, so that a query costs a few look-ups and no arithmetic to speak of.
public struct NGramModel: Sendable {
  /// What was counted.
  public let counts: NGramCounts
  /// How counts become probabilities.
  public let smoothing: NGramSmoothing
  /// What tokens are, if the model is one of a text.
  public var tokenizer: AnyTokenizer?
  /// The discounts of each order from single tokens on; empty without Kneser–Ney smoothing.
  public let discounts: [NGramDiscount]
  /// The probability of each n-gram of each length, `probabilities[length − 1]`, by its number.
  let probabilities: [[Double]]
  /// What is left of each context for tokens that it does not know, `backoffs[length]`, by the context's number.
  let backoffs: [[Double]]

  /// The model with these counts and this smoothing.
  ///
  /// Throws a usage error for a smoothing that does not fit the order, or with numbers out of range.
  public init(_ counts: NGramCounts, smoothing: NGramSmoothing, tokenizer: AnyTokenizer? = nil) throws {
    try smoothing.check(order: counts.order)
    if let tokenizer, tokenizer.vocabulary.count != counts.vocabularySize {
      throw SurprisalError(
        .usage, "the tokenizer has \(tokenizer.vocabulary.count) tokens, the counts \(counts.vocabularySize)",
        remedy: "give the tokenizer that made the tokens")
    }
    self.counts = counts
    self.smoothing = smoothing
    self.tokenizer = tokenizer
    (probabilities, backoffs, discounts) = NGramModel.weights(of: counts, smoothing)
  }

  /// The model of `text`, taken apart by `tokenizer`.
  ///
  /// Throws what the tokenizer, the counts and the smoothing throw; see their initializers.
  public init(fitting text: TextData, tokenizer: AnyTokenizer, order: Int, smoothing: NGramSmoothing) throws {
    let counts = try NGramCounts(
      try tokenizer.encode(text), vocabularySize: tokenizer.vocabulary.count, order: order)
    try self.init(counts, smoothing: smoothing, tokenizer: tokenizer)
  }

  /// The number of tokens that probabilities look at, the predicted one included.
  public var order: Int { counts.order }

  /// The number of tokens in the vocabulary.
  public var vocabularySize: Int { counts.vocabularySize }

  /// How many outcomes a prediction has: the vocabulary, and the mark behind a sequence if there is one.
  public var outcomeCount: Int { counts.outcomeCount }

  /// How many numbers the model stores.
  public var parameterCount: Int { probabilities.reduce(0) { $0 + $1.count } + backoffs.reduce(0) { $0 + $1.count } }
}
