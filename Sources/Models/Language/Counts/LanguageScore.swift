import CSurprisalKernels
import SurprisalCore

/// How well a model of language predicts a text.
///
/// With N predicted tokens the cross-entropy is 1/N Σ −ln P(x_t | x_1, …, x_{t−1}) and the perplexity its exponential: 1 for
/// a model that is always certain and right, the number of tokens in the vocabulary for one that always gives all the same
/// probability, +∞ for one that called a token impossible that came.
public struct LanguageScore: Sendable, Hashable {
  /// −ln P of the whole text.
  public let total: Information
  /// How many tokens were predicted.
  public let tokenCount: Int
  /// How many characters the text has, if that is known.
  public let characterCount: Int?
  /// How many bytes the text has, if that is known.
  public let byteCount: Int?

  /// A score of a `total` over `tokenCount` tokens of a text of so many characters and bytes.
  public init(total: Information, tokenCount: Int, characterCount: Int? = nil, byteCount: Int? = nil) {
    self.total = total
    self.tokenCount = tokenCount
    self.characterCount = characterCount
    self.byteCount = byteCount
  }

  /// The cross-entropy: the mean of −ln P over tokens. NaN without tokens.
  public var crossEntropy: Information { Information(nats: total.nats / Double(tokenCount)) }

  /// The exponential of the cross-entropy in nats.
  public var perplexity: Double { surprisal_exp(crossEntropy.nats) }

  /// The mean over characters, in bits; it can be compared across tokenizers. Nil if their number is not known.
  public var bitsPerCharacter: Double? { characterCount.map { total.bits / Double($0) } }

  /// The mean over bytes, in bits. Nil if their number is not known.
  public var bitsPerByte: Double? { byteCount.map { total.bits / Double($0) } }
}
