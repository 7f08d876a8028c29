import CSurprisalKernels
import SurprisalCore

/// The parameters of a product mixture: weights and, for each component, every column's values: probabilities of all
/// levels, a mean (Poisson, geometric, exponential), or mean and variance (normal), in the columns' coordinates.
struct ProductParameters: Sendable {
  let columns: ProductColumns
  /// π, [K].
  let weights: [Double]
  /// [K][columns.valueCount].
  let values: [Double]
  /// ln of each value; −∞ for 0. Means of normal columns have none (0).
  let logs: [Double]

  var componentCount: Int { weights.count }

  init(columns: ProductColumns, weights: [Double], values: [Double]) {
    self.columns = columns
    self.weights = weights
    self.values = values
    var logs = [Double](repeating: 0, count: values.count)
    var isMean = [Bool](repeating: false, count: columns.valueCount)
    for column in columns.normal { isMean[columns.valueStarts[column]] = true }
    for index in values.indices where !isMean[index % columns.valueCount] { logs[index] = surprisal_log(values[index]) }
    self.logs = logs
  }

  /// The same components in another order.
  func reordered(_ order: [Int]) -> ProductParameters {
    let P = columns.valueCount
    return ProductParameters(
      columns: columns, weights: order.map { weights[$0] }, values: order.flatMap { values[$0 * P..<($0 + 1) * P] })
  }

  /// Where `column`'s values of component `k` begin.
  func start(_ k: Int, _ column: Int) -> Int { k * columns.valueCount + columns.valueStarts[column] }

  /// The distribution of `column` in component `k`, in the unit of x.
  func distribution(_ k: Int, _ column: Int) -> ColumnDistribution {
    let at = start(k, column)
    let (shift, scale) = (columns.standardization.shift[column], columns.standardization.scale[column])
    switch columns.families[column] {
    case .bernoulli: return .bernoulli(probability: values[at + 1])
    case .categorical(let levels): return .categorical(probabilities: Array(values[at..<at + levels]))
    case .poisson: return .poisson(mean: values[at])
    case .geometric: return .geometric(probability: 1 / (1 + values[at]))
    case .exponential: return .exponential(mean: values[at] * scale)
    case .normal: return .normal(mean: shift + values[at] * scale, variance: values[at + 1] * scale * scale)
    }
  }

  /// The part of log p(column) that does not depend on x beside the reference, and the coefficient of x.
  func linearForm(_ k: Int, _ column: Int, referenceMean: Double) -> (constant: Double, coefficient: Double) {
    let (mean, log) = (values[start(k, column)], logs[start(k, column)])
    // A mean of 0 excludes every x above 0: a product with the most negative number does, and is 0 at x = 0.
    let never = -Double.greatestFiniteMagnitude
    switch columns.families[column] {
    case .poisson:
      // log(mean / reference) to its own digits also where the two nearly agree: counts of millions multiply it.
      let excess = (mean - referenceMean) / referenceMean
      let ratio = mean / referenceMean
      let farLog = ratio.isNormal ? surprisal_log(ratio) : log - surprisal_log(referenceMean)
      let logRatio = excess.magnitude < 0.5 ? surprisal_log1p(excess) : farLog
      return (referenceMean - mean, mean > 0 ? logRatio : never)
    case .geometric:
      // log(1 − p) of p = 1 / (1 + mean); the reciprocal of the smallest means overflows.
      let logFailure = mean < 1 ? log - surprisal_log1p(mean) : -surprisal_log1p(1 / mean)
      return (-surprisal_log1p(mean), mean > 0 ? logFailure : never)
    default:
      return (-log, -1 / mean)
    }
  }

  /// The reference that suits these parameters: the most probable level and the mean of the whole mixture.
  var reference: ProductReference {
    var levels = [Int](repeating: 0, count: columns.count)
    var means = [Double](repeating: 1, count: columns.count)
    for column in 0..<columns.count {
      func average(_ offset: Int) -> Double {
        weights.indices.reduce(0) { $0 + weights[$1] * values[start($1, column) + offset] }
      }
      if let count = columns.families[column].levelCount {
        let shares = (0..<count).map(average)
        levels[column] = shares.indices.max { (shares[$0], $1) < (shares[$1], $0) } ?? 0
      } else if columns.families[column] == .poisson {
        means[column] = average(0)
      }
    }
    return ProductReference(levels: levels, means: means, columns: columns)
  }

  /// What is wrong with numbers that a file gave, if anything.
  var fault: String? {
    if let k = weights.firstIndex(where: { !($0 > 0 && $0 <= 1) }) { return "weight \(k + 1) is \(weights[k])" }
    let sum = weights.reduce(0, +)
    if !((sum - 1).magnitude <= 1e-6) { return "the weights sum to \(sum)" }
    for k in weights.indices {
      for column in 0..<columns.count {
        let at = start(k, column)
        let what = "component \(k + 1), column `\(columns.names[column])`: "
        if case .bernoulli = columns.families[column] {
          let pair = [values[at], values[at + 1]]
          if let fault = ColumnDistribution.categorical(probabilities: pair).fault { return what + fault }
        } else if let fault = standardizedDistribution(k, column).fault {
          return what + fault
        }
      }
    }
    return nil
  }

  /// As `distribution`, in the columns' own coordinates.
  private func standardizedDistribution(_ k: Int, _ column: Int) -> ColumnDistribution {
    let at = start(k, column)
    switch columns.families[column] {
    case .exponential: return .exponential(mean: values[at])
    case .normal: return .normal(mean: values[at], variance: values[at + 1])
    case .geometric: return .poisson(mean: values[at])
    default: return distribution(k, column)
    }
  }
}
