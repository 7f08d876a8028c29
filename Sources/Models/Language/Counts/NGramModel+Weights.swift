extension NGramModel {
  /// What a context's tokens add up to: their counts, and what was taken off them.
  private struct ContextSum: BitwiseCopyable {
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
    let uniform = [1 / Double(counts.outcomeCount)]
    for (index, level) in counts.levels.enumerated() {
      let values = values(of: level, at: index, of: counts, smoothing)
      let discount = discount(of: values, at: index, smoothing)
      let lower = index == 0 ? .uniform : smoothing.lower
      let sums = sums(
        of: level.nodes, values, [0] + discount.values,
        contextCount: index == 0 ? 1 : counts.levels[index - 1].nodes.count,
        added: added(at: index, outcomeCount: counts.outcomeCount, smoothing))
      var probability = LargeArray.repeating(0.0, count: level.nodes.count)
      fill(
        &probability, level.nodes, values, [0] + discount.values, sums, lower,
        lower == .uniform ? uniform : probabilities[lower == .unigram ? 0 : index - 1])
      // The mark before a sequence is no outcome.
      if index == 0, let mark = counts.beginMark { probability[Int(mark)] = 0 }
      probabilities.append(probability)
      backoffs.append(sums.map(\.discounted))
      if smoothing.countsContinuations { discounts.append(discount) }
    }
    return (probabilities, backoffs, discounts)
  }

  /// a(h) + e as `total` and γ(h) as `discounted` of every context, from the counts of its tokens.
  private static func sums(
    of nodes: [NGramLevel.Node], _ values: [UInt32], _ discounts: [Double], contextCount: Int, added: Double
  ) -> [ContextSum] {
    var sums = LargeArray.repeating(ContextSum(), count: contextCount)
    sums.withUnsafeMutableBufferPointer { sums in
      nodes.withUnsafeBufferPointer { nodes in
        values.withUnsafeBufferPointer { values in
          discounts.withUnsafeBufferPointer { discounts in
            for id in 0..<nodes.count {
              let (value, context) = (values[id], Int(nodes[id].parent))
              sums[context].total += Double(value)
              sums[context].discounted += discounts[Int(min(value, 3))]
            }
          }
        }
      }
      for context in 0..<sums.count {
        let denominator = sums[context].total + added
        sums[context].discounted = denominator > 0 ? (sums[context].discounted + added) / denominator : 1
        sums[context].total = denominator > 0 ? denominator : 1
      }
    }
    return sums
  }

  /// The probabilities of a level, given those of the distribution that it refers to.
  private static func fill(
    _ probability: inout [Double], _ nodes: [NGramLevel.Node], _ values: [UInt32], _ discounts: [Double],
    _ sums: [ContextSum], _ lowerKind: NGramSmoothing.Lower, _ lower: [Double]
  ) {
    probability.withUnsafeMutableBufferPointer { probability in
      nodes.withUnsafeBufferPointer { nodes in
        values.withUnsafeBufferPointer { values in
          discounts.withUnsafeBufferPointer { discounts in
            sums.withUnsafeBufferPointer { sums in
              lower.withUnsafeBufferPointer { lower in
                for id in 0..<nodes.count {
                  let (node, value) = (nodes[id], values[id])
                  let sum = sums[Int(node.parent)]
                  let below =
                    switch lowerKind {
                    case .uniform: lower[0]
                    case .unigram: lower[Int(node.token)]
                    case .shorter: lower[Int(node.suffix)]
                    }
                  let taken = discounts[Int(min(value, 3))]
                  probability[id] = (Double(value) - taken) / sum.total + sum.discounted * below
                }
              }
            }
          }
        }
      }
    }
  }

  /// The counts that a level's probabilities are made of.
  ///
  /// For Kneser–Ney these are, below the highest order, the numbers of different tokens before each n-gram; the n-grams
  /// that begin with the mark before a sequence have none before them and keep their counts (as in KenLM and SRILM).
  private static func values(
    of level: NGramLevel, at index: Int, of counts: NGramCounts, _ smoothing: NGramSmoothing
  ) -> [UInt32] {
    var values = level.continuations
    let isRaw = !smoothing.countsContinuations || index == counts.order - 1
    if isRaw || counts.marksBoundaries {
      values.withUnsafeMutableBufferPointer { values in
        level.nodes.withUnsafeBufferPointer { nodes in
          for id in 0..<nodes.count where isRaw || values[id] == 0 { values[id] = nodes[id].count }
        }
      }
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
