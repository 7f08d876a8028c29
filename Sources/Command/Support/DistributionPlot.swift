import Surprisal

/// The picture of a distribution of single numbers.
struct DistributionPlot {
  private let member: any UnivariateDistribution
  private let name: String
  private let facts: DistributionFacts

  /// - Throws: `usage` for a distribution of vectors.
  init(_ member: any Distribution, name: String, facts: DistributionFacts) throws {
    guard let member = member as? any UnivariateDistribution else {
      throw SurprisalError(
        .usage, "--plot draws distributions of single numbers only", remedy: "leave it out for \(name)")
    }
    self.member = member
    self.name = name
    self.facts = facts
  }

  /// The density or the masses where nearly all of the probability lies.
  func chart() -> DistributionChart {
    let ends = quantiles([0.025, 0.975])
    let (low, high) = range()
    let x: [Double]
    if let empirical = member as? Empirical {
      x = empirical.values.numbers.filter { (low...high).contains($0) }
    } else if facts.isDiscrete {
      let step = max(1, ((high - low) / 400).rounded(.up))
      x = Array(stride(from: low, through: high, by: step))
    } else {
      x = (0...600).map { low + (high - low) * Double($0) / 600 }
    }
    let values = member.logDensity(of: Tensor(x)).exp().numbers
    return DistributionChart(
      name: name, isDiscrete: facts.isDiscrete, x: x, values: values,
      mean: facts.mean.first.flatMap { $0.isFinite ? $0 : nil },
      interval: ends[0] <= ends[1] ? ends[0]...ends[1] : nil)
  }

  /// The quantiles 0.0005 and 0.9995, but no further than six interquartile ranges from the quartiles, and the whole
  /// support where that is little more.
  private func range() -> (low: Double, high: Double) {
    let ends = quantiles([0.0005, 0.9995, 0.25, 0.75])
    // Both quartiles of a count may be one number.
    let reach = 6 * max(ends[3] - ends[2], facts.isDiscrete ? 1 : 1e-300)
    var low = max(ends[0], ends[2] - reach)
    var high = min(ends[1], ends[3] + reach)
    let support: (low: Double, high: Double)
    switch member.support {
    case .interval(let lower, let upper), .integers(let lower, let upper):
      support = (lower.numbers.first ?? -.infinity, upper.numbers.first ?? .infinity)
    default: support = (-.infinity, .infinity)
    }
    if low - support.low < 0.5 * (high - low) { low = support.low }
    if support.high - high < 0.5 * (high - low) { high = support.high }
    return (low, high)
  }

  private func quantiles(_ probabilities: [Double]) -> [Double] {
    member.quantile(at: Tensor(probabilities)).numbers
  }
}
