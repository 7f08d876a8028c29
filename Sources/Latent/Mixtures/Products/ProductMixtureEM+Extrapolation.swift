import CSurprisalKernels
import SurprisalCore

/// The space in which EM is extrapolated: logarithms of shares, probabilities, means and variances, and the means of
/// normal columns. Any point of it is a valid set of moments; a share of 0 stays one.
extension ProductMixtureEM {
  /// The stand-in for log 0, and what counts as it.
  private static let logZero = -1000.0
  private static let leastLog = -900.0

  func coordinates(_ moments: ProductMoments) -> [Double]? {
    let columns = setting.columns
    guard moments.counts.allSatisfy({ $0 > 0 }) else { return nil }
    var result: [Double] = []
    result.reserveCapacity(moments.counts.count * (1 + columns.valueCount))
    func append(_ share: Double) { result.append(share > 0 ? surprisal_log(share) : Self.logZero) }
    for k in moments.counts.indices {
      let count = moments.counts[k]
      append(count / moments.total)
      for column in 0..<columns.count {
        let at = parameters.start(k, column)
        if columns.families[column] == .normal {
          result.append(moments.values[at])
          append(moments.values[at + 1] / count)
        } else {
          for index in at..<at + columns.values(of: column).count { append(moments.values[index] / count) }
        }
      }
    }
    return result
  }

  /// The square roots of the Fisher information of a complete observation at these parameters.
  func coordinateMetric(_ moments: ProductMoments) -> [Double] {
    let columns = setting.columns
    var result: [Double] = []
    for k in moments.counts.indices {
      let share = moments.counts[k] / moments.total
      result.append(share.squareRoot())
      for column in 0..<columns.count {
        let at = parameters.start(k, column)
        switch columns.families[column] {
        case .bernoulli, .categorical:
          for index in at..<at + columns.values(of: column).count {
            result.append((share * parameters.values[index]).squareRoot())
          }
        case .poisson: result.append((share * parameters.values[at]).squareRoot())
        case .geometric: result.append((share * parameters.values[at] / (1 + parameters.values[at])).squareRoot())
        case .exponential: result.append(share.squareRoot())
        case .normal:
          result.append((share / parameters.values[at + 1]).squareRoot())
          result.append((0.5 * share).squareRoot())
        }
      }
    }
    return result
  }

  func maximized(atCoordinates point: [Double], near moments: ProductMoments) -> ProductMixtureEM? {
    let columns = setting.columns
    let (K, P) = (moments.counts.count, columns.valueCount)
    var proposed = moments
    func exponentials(_ range: Range<Int>) -> [Double]? {
      guard let top = range.lazy.map({ point[$0] }).max(), top > Self.leastLog else { return nil }
      let shares = range.map { point[$0] > Self.leastLog ? surprisal_exp(point[$0] - top) : 0 }
      let sum = shares.reduce(0, +)
      return shares.map { $0 / sum }
    }
    let logShares = (0..<K).map { point[$0 * (1 + P)] }
    guard let top = logShares.max() else { return nil }
    let shares = logShares.map { surprisal_exp($0 - top) }
    let sum = shares.reduce(0, +)
    for k in 0..<K {
      let count = moments.total * shares[k] / sum
      proposed.counts[k] = count
      for column in 0..<columns.count {
        let at = parameters.start(k, column)
        let place = k * (1 + P) + 1 + columns.valueStarts[column]
        if let levels = columns.families[column].levelCount {
          guard let probabilities = exponentials(place..<place + levels) else { return nil }
          for level in 0..<levels { proposed.values[at + level] = count * probabilities[level] }
        } else if columns.families[column] == .normal {
          proposed.values[at] = point[place]
          proposed.values[at + 1] = count * surprisal_exp(point[place + 1])
        } else {
          proposed.values[at] = point[place] > Self.leastLog ? count * surprisal_exp(point[place]) : 0
        }
      }
    }
    guard proposed.values.allSatisfy(\.isFinite) else { return nil }
    return try? ProductMixtureEM.maximum(proposed, setting: setting)
  }
}
