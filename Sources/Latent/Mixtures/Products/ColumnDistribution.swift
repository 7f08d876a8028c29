/// The distribution of one column within one component, in the unit of x.
public enum ColumnDistribution: Sendable, Hashable {
  /// 1 with this probability, else 0.
  case bernoulli(probability: Double)
  /// The levels' probabilities, summing to 1.
  case categorical(probabilities: [Double])
  /// Counts of this mean λ.
  case poisson(mean: Double)
  /// Failures before the first success, which has this probability at each trial; the mean is (1 − p) / p.
  case geometric(probability: Double)
  /// Numbers of at least 0 of this mean: a rate of 1 / mean.
  case exponential(mean: Double)
  /// Numbers with this mean and variance.
  case normal(mean: Double, variance: Double)

  /// Its family.
  public var family: ColumnFamily {
    switch self {
    case .bernoulli: .bernoulli
    case .categorical(let probabilities): .categorical(levels: probabilities.count)
    case .poisson: .poisson
    case .geometric: .geometric
    case .exponential: .exponential
    case .normal: .normal
    }
  }

  /// The expected value; of a level's code for categorical columns.
  public var mean: Double {
    switch self {
    case .bernoulli(let probability): probability
    case .categorical(let probabilities): probabilities.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    case .poisson(let mean), .exponential(let mean), .normal(let mean, _): mean
    case .geometric(let probability): (1 - probability) / probability
    }
  }

  /// What is wrong with the numbers, if anything.
  package var fault: String? {
    switch self {
    case .bernoulli(let p) where !(p >= 0 && p <= 1): "the probability \(p) is not within 0 … 1"
    case .categorical(let p) where p.isEmpty: "there are no probabilities"
    case .categorical(let p) where !p.allSatisfy { $0 >= 0 && $0 <= 1 }: "the probabilities \(p) are not within 0 … 1"
    case .categorical(let p) where !((p.reduce(0, +) - 1).magnitude <= 1e-9):
      "the probabilities sum to \(p.reduce(0, +)), not to 1"
    case .poisson(let mean) where !(mean >= 0 && mean <= 0x1p53): "the mean \(mean) is not within 0 … 2⁵³"
    case .geometric(let p) where !(p > 0 && p <= 1): "the probability \(p) is not above 0 and at most 1"
    case .exponential(let mean) where !(mean > 0 && mean.isFinite): "the mean \(mean) is not above 0 and finite"
    case .normal(let mean, let variance) where !(mean.isFinite && variance > 0 && variance.isFinite):
      "the mean \(mean) or the variance \(variance) is not finite, or the variance not above 0"
    default: nil
    }
  }
}
