import SurprisalCore

/// The tokens before a prediction, as far as an n-gram model looks back.
///
/// A state belongs to the model that made it.
public struct NGramState: Sendable, Hashable {
  /// How many tokens of context there are, up to the order less one.
  var contextLength: Int
  /// How many of the last ones come one behind the other in the counts.
  var matchedLength: Int
  /// The number of the n-gram that they make.
  var node: Int32

  /// No context.
  static let empty = NGramState(contextLength: 0, matchedLength: 0, node: 0)
}

extension NGramModel {
  /// The state before the first token of a sequence: no context, or the mark before a sequence if there are marks.
  public var initialState: NGramState {
    guard let mark = counts.beginMark else { return .empty }
    return advanced(.empty, by: mark)
  }

  /// The state behind `tokens`, whether they begin a sequence or not.
  ///
  /// The tokens must be below the vocabulary's size.
  public func state(after tokens: ArraySlice<Int32>) -> NGramState {
    var state = NGramState.empty
    for token in tokens.suffix(max(0, order - 1)) { state = advanced(state, by: token) }
    return state
  }

  /// The state behind `tokens`, whether they begin a sequence or not.
  public func state(after tokens: [Int32]) -> NGramState { state(after: tokens[...]) }

  /// The state after one more token, which must be an outcome of the model.
  @inline(__always)
  public func advanced(_ state: NGramState, by token: Int32) -> NGramState {
    let longest = order - 1
    guard longest > 0 else { return .empty }
    var (length, node) = (state.matchedLength, state.node)
    if length == longest {
      node = suffix(of: node, length: length)
      length -= 1
    }
    let contextLength = min(state.contextLength + 1, longest)
    while length > 0 {
      let child = counts.levels[length].find(node, token)
      if child >= 0 { return NGramState(contextLength: contextLength, matchedLength: length + 1, node: child) }
      node = suffix(of: node, length: length)
      length -= 1
    }
    return NGramState(contextLength: contextLength, matchedLength: 1, node: token)
  }

  @inline(__always)
  private func suffix(of node: Int32, length: Int) -> Int32 {
    length > 1 ? counts.levels[length - 1].nodes[Int(node)].suffix : 0
  }

  /// P(`token` | context of `state`). The token must be an outcome: below `outcomeCount`.
  @inline(__always)
  public func probability(of token: Int32, in state: NGramState) -> Double {
    precondition(
      token >= 0 && token < Int32(outcomeCount),
      "probability(of:in:): token \(token) is none of the model's \(outcomeCount) outcomes")
    guard order > 0 else { return 1 / Double(outcomeCount) }
    let lower = smoothing.lower
    var (length, node) = (state.matchedLength, state.node)
    var factor = 1.0
    // Where the shorter context is not what stands in, a context that was never seen gives way at once.
    if lower != .shorter, length < state.contextLength {
      guard lower == .unigram else { return 1 / Double(outcomeCount) }
      length = 0
    }
    while length > 0 {
      let child = counts.levels[length].find(node, token)
      if child >= 0 { return factor * probabilities[length][Int(child)] }
      factor *= backoffs[length][Int(node)]
      switch lower {
      case .uniform: return factor / Double(outcomeCount)
      case .unigram: length = 0
      case .shorter:
        node = suffix(of: node, length: length)
        length -= 1
      }
    }
    return factor * probabilities[0][Int(token)]
  }

  /// P(`token` | the last tokens of `context`), as many of them as the order allows.
  public func probability(of token: Int32, after context: ArraySlice<Int32>) -> Double {
    probability(of: token, in: state(after: context))
  }

  /// P(`token` | the last tokens of `context`), as many of them as the order allows.
  public func probability(of token: Int32, after context: [Int32]) -> Double {
    probability(of: token, in: state(after: context[...]))
  }
}
