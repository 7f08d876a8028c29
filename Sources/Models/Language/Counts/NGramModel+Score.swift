import CSurprisalKernels
import SurprisalCore
import SurprisalData

extension NGramModel {
  /// How well the model predicts `sequences`, each from its start; where the model has marks, their ends too.
  ///
  /// Throws a data error for tokens outside the vocabulary.
  public func score(sequences: [[Int32]]) throws -> LanguageScore {
    let limit = Int32(vocabularySize)
    var nats = 0.0
    var count = 0
    for (index, sequence) in sequences.enumerated() {
      if let place = sequence.firstIndex(where: { $0 < 0 || $0 >= limit }) {
        throw SurprisalError(
          .data, "token \(sequence[place]) at place \(place) of sequence \(index) is none of the \(limit)",
          remedy: "give tokens of the model's own vocabulary")
      }
      var state = initialState
      for token in sequence {
        nats -= surprisal_log(probability(of: token, in: state))
        state = advanced(state, by: token)
      }
      if let mark = counts.endMark { nats -= surprisal_log(probability(of: mark, in: state)) }
      count += sequence.count + (counts.marksBoundaries ? 1 : 0)
    }
    // −0 is 0.
    return LanguageScore(total: Information(nats: nats + 0), tokenCount: count)
  }

  /// How well the model predicts `tokens` as one sequence.
  public func score(_ tokens: [Int32]) throws -> LanguageScore { try score(sequences: [tokens]) }

  /// How well the model predicts `text`, with the numbers of its characters and bytes.
  ///
  /// Throws a usage error for a model without a tokenizer, and what the tokenizer throws.
  public func score(_ text: TextData) throws -> LanguageScore {
    guard let tokenizer else {
      throw SurprisalError(
        .usage, "the model has no tokenizer", remedy: "give it one, or tokens instead of a text")
    }
    let score = try score(try tokenizer.encode(text))
    return LanguageScore(
      total: score.total, tokenCount: score.tokenCount, characterCount: text.characterCount, byteCount: text.byteCount)
  }
}
