extension NGramModel {
  /// What a context's tokens add up to: their counts, and what was taken off them.
  private struct ContextSum {
    var total = 0.0
    var discounted = 0.0
  }

  /// Turns counts into probabilities, level by level from single tokens on.
  ///
  /// Every smoothing has one form: with a(h, x) the counts of the level, D their discount, and an amount e added to each
  /// row, P(x | h) = (a(h, x) − D) / (a(h) + e) + γ(h) P(x | lower) with γ(h) = (Σ D + e) / (a(h) + e).
  static func weights(
    of counts: NGramCounts, _ smoothing: NGramSmoothing
  ) -> (probabilities: [[Double]], backoffs: [[Double]], discounts: [NGramDiscount]) {
    var probabilities: [[Double]] = []
    var backoffs: [[Double]] = []
    var discounts: [NGramDiscount] = []
    let uniform = 1 / Double(counts.outcomeCount)
    for (index, level) in counts.levels.enumerated() {
      let values = values(of: level, at: index, of: counts, smoothing)
      let discount = discount(of: values, at: index, smoothing)
      let added = added(at: index, outcomeCount: counts.outcomeCount, smoothing)
      let contextCount = index == 0 ? 1 : counts.levels[index - 1].nodes.count
      let factors = [0] + discount.values
      var sums = [ContextSum](repeating: ContextSum(), count: contextCount)
      var probability = [Double](repeating: uniform, count: level.nodes.count)
      level.nodes.withUnsafeBufferPointer { nodes in
        values.withUnsafeBufferPointer { values in
          factors.withUnsafeBufferPointer { factors in
            sums.withUnsafeMutableBufferPointer { sums in
              for id in 0..<nodes.count {
                let (value, context) = (values[id], Int(nodes[id].parent))
                sums[context].total += Double(value)
                sums[context].discounted += factors[Int(min(value, 3))]
              }
              // From here on `discounted` is γ and `total` the denominator.
              for context in 0..<sums.count {
                let denominator = sums[context].total + added
                sums[context].discounted = denominator > 0 ? (sums[context].discounted + added) / denominator : 1
                sums[context].total = denominator > 0 ? denominator : 1
              }
              probability.withUnsafeMutableBufferPointer { probability in
                if index > 0, smoothing.lower != .uniform {
                  // The notes' trigrams refer to the token itself, all others to the n-gram one token shorter.
                  let usesToken = smoothing.lower == .unigram
                  probabilities[usesToken ? 0 : index - 1].withUnsafeBufferPointer { lower in
                    for id in 0..<nodes.count {
                      probability[id] = lower[Int(usesToken ? nodes[id].token : nodes[id].suffix)]
                    }
                  }
                }
                for id in 0..<nodes.count {
                  let (value, sum) = (values[id], sums[Int(nodes[id].parent)])
                  probability[id] =
                    (Double(value) - factors[Int(min(value, 3))]) / sum.total + sum.discounted * probability[id]
                }
              }
            }
          }
        }
      }
      // The mark before a sequence is no outcome.
      if index == 0, let mark = counts.beginMark { probability[Int(mark)] = 0 }
      probabilities.append(probability)
      backoffs.append(sums.map(\.discounted))
      if smoothing.countsContinuations { discounts.append(discount) }
    }
    return (probabilities, backoffs, discounts)
  }

  /// The counts that a level's probabilities are made of.
  ///
  /// For Kneser–Ney these are, below the highest order, the numbers of different tokens before each n-gram; the n-grams
  /// that begin with the mark before a sequence have none before them and keep their counts (as in KenLM and SRILM).
  private static func values(
    of level: NGramLevel, at index: Int, of counts: NGramCounts, _ smoothing: NGramSmoothing
  ) -> [UInt32] {
    var values: [UInt32]
    if !smoothing.countsContinuations || index == counts.order - 1 {
      values = level.nodes.map(\.count)
    } else if counts.marksBoundaries {
      values = zip(level.nodes, level.continuations).map { $1 > 0 ? $1 : $0.count }
    } else {
      values = level.continuations
    }
    if index == 0, let mark = counts.beginMark { values[Int(mark)] = 0 }
    return values
  }

  private static func discount(of values: [UInt32], at index: Int, _ smoothing: NGramSmoothing) -> NGramDiscount {
    let smoothsUnigrams: Bool
    switch smoothing {
    case .addK, .laplace, .recursive: return .none
    case .interpolatedKneserNey(_, let smooths), .modifiedKneserNey(let smooths): smoothsUnigrams = smooths
    }
    guard index > 0 || smoothsUnigrams else { return .none }
    var countsOfCounts = [Int](repeating: 0, count: 5)
    countsOfCounts.withUnsafeMutableBufferPointer { numbers in
      for value in values where value <= 4 { numbers[Int(value)] += 1 }
    }
    countsOfCounts.removeFirst()
    if case .interpolatedKneserNey(let fixed, _) = smoothing {
      return NGramDiscount(single: fixed, countsOfCounts: countsOfCounts)
    }
    return NGramDiscount(modified: countsOfCounts)
  }

  /// The amount that is added to the counts of each row.
  private static func added(at index: Int, outcomeCount: Int, _ smoothing: NGramSmoothing) -> Double {
    switch smoothing {
    case .addK(let k): k * Double(outcomeCount)
    case .laplace(let first, let second, let third): [first, second, third][index]
    case .recursive(let epsilons): epsilons[index]
    case .interpolatedKneserNey, .modifiedKneserNey: 0
    }
  }
}
