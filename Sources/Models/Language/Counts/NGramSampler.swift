import CSurprisalKernels
import SurprisalCore

/// Whole rows of an n-gram model and draws from them.
///
/// It lists the tokens that follow each context once, so that a row costs as much as it has outcomes.
public struct NGramSampler: Sendable {
  /// The model.
  public let model: NGramModel
  /// Of each length of context from 1 on: where each context's n-grams begin in `children`, and where the last ones end.
  private let starts: [[Int32]]
  /// The n-grams one token longer, sorted by their context.
  private let children: [[Int32]]

  /// Lists what follows each context of `model`.
  public init(_ model: NGramModel) {
    self.model = model
    let levels = model.counts.levels
    var starts: [[Int32]] = []
    var children: [[Int32]] = []
    for length in stride(from: 1, to: levels.count, by: 1) {
      let nodes = levels[length].nodes
      var ends = [Int32](repeating: 0, count: levels[length - 1].nodes.count + 1)
      for node in nodes { ends[Int(node.parent) + 1] += 1 }
      for context in 1..<ends.count { ends[context] += ends[context - 1] }
      starts.append(ends)
      var places = [Int32](repeating: 0, count: nodes.count)
      for (id, node) in nodes.enumerated() {
        places[Int(ends[Int(node.parent)])] = Int32(id)
        ends[Int(node.parent)] += 1
      }
      children.append(places)
    }
    self.starts = starts
    self.children = children
  }

  /// P(x | context of `state`) of every outcome x; they sum to 1.
  public func distribution(in state: NGramState) -> [Double] {
    let outcomes = model.outcomeCount
    let uniform = [Double](repeating: 1 / Double(outcomes), count: outcomes)
    guard model.order > 0 else { return uniform }
    let lower = model.smoothing.lower
    var row = lower == .uniform && state.contextLength > 0 ? uniform : Array(model.probabilities[0].prefix(outcomes))
    if lower != .shorter, state.matchedLength < state.contextLength { return row }
    // The contexts that have a say, the longest first.
    var contexts: [(length: Int, node: Int32)] = []
    var (length, node) = (state.matchedLength, state.node)
    while length > 0 {
      contexts.append((length, node))
      guard lower == .shorter else { break }
      if length > 1 { node = model.counts.levels[length - 1].nodes[Int(node)].suffix }
      length -= 1
    }
    for context in contexts.reversed() {
      let backoff = model.backoffs[context.length][Int(context.node)]
      if backoff != 1 { for outcome in row.indices { row[outcome] *= backoff } }
      let (nodes, starts) = (model.counts.levels[context.length].nodes, starts[context.length - 1])
      for place in starts[Int(context.node)]..<starts[Int(context.node) + 1] {
        let child = Int(children[context.length - 1][Int(place)])
        row[Int(nodes[child].token)] = model.probabilities[context.length][child]
      }
    }
    return row
  }

  /// An outcome drawn with probability proportional to P(x)^(1/`temperature`) among the `topK` most probable ones.
  ///
  /// Temperature 0 gives the most probable outcome; of equal ones the one with the lowest number comes first. Throws a usage
  /// error for a negative temperature and a `topK` below 1.
  public func next(
    in state: NGramState, temperature: Double = 1, topK: Int? = nil, using generator: inout RandomGenerator
  ) throws -> Int32 {
    guard temperature >= 0, temperature.isFinite else {
      throw SurprisalError(.usage, "the temperature is \(temperature)", remedy: "give a number from 0 on")
    }
    if let topK, topK < 1 {
      throw SurprisalError(.usage, "top-k is \(topK)", remedy: "give a number from 1 on")
    }
    var weights = distribution(in: state)
    guard let largest = weights.max(), largest > 0 else { return 0 }
    if temperature == 0 { return Int32(weights.firstIndex(of: largest) ?? 0) }
    if let topK, topK < weights.count {
      let kept = weights.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
      for outcome in kept[topK...] { weights[outcome] = 0 }
    }
    if temperature != 1 {
      // Relative to the largest, so that low temperatures do not underflow.
      weights = weights.map { $0 > 0 ? surprisal_exp(surprisal_log($0 / largest) / temperature) : 0 }
    }
    var rest = generator.nextUniform() * weights.reduce(0, +)
    var drawn = 0
    for (outcome, weight) in weights.enumerated() where weight > 0 {
      drawn = outcome
      rest -= weight
      if rest < 0 { break }
    }
    return Int32(drawn)
  }

  /// Up to `count` tokens that continue `tokens`; fewer if the model draws the end of a sequence, which is not among them.
  ///
  /// Without tokens to continue a sequence is begun.
  public func generate(
    count: Int, after tokens: [Int32] = [], temperature: Double = 1, topK: Int? = nil,
    using generator: inout RandomGenerator
  ) throws -> [Int32] {
    let limit = Int32(model.vocabularySize)
    if let place = tokens.firstIndex(where: { $0 < 0 || $0 >= limit }) {
      throw SurprisalError(
        .data, "token \(tokens[place]) at place \(place) is none of the model's \(limit)",
        remedy: "give tokens of the model's own vocabulary")
    }
    var state = tokens.reduce(model.initialState) { model.advanced($0, by: $1) }
    var result: [Int32] = []
    for _ in 0..<max(0, count) {
      let token = try next(in: state, temperature: temperature, topK: topK, using: &generator)
      if token == model.counts.endMark { break }
      result.append(token)
      state = model.advanced(state, by: token)
    }
    return result
  }
}
