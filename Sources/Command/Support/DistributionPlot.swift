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

  /// The density between the quantiles 0.0005 and 0.9995, or the masses there.
  func chart() -> DistributionChart {
    let ends = quantiles([0.0005, 0.9995, 0.025, 0.975])
    let (low, high) = (ends[0], ends[1])
    let x: [Double]
    if facts.isDiscrete {
      let step = max(1, ((high - low) / 400).rounded(.up))
      x = Array(stride(from: low, through: high, by: step))
    } else {
      x = (0...600).map { low + (high - low) * Double($0) / 600 }
    }
    let values = member.logDensity(of: Tensor(x)).exp().numbers
    return DistributionChart(
      name: name, isDiscrete: facts.isDiscrete, x: x, values: values, mean: facts.mean.first,
      interval: ends[2] <= ends[3] ? ends[2]...ends[3] : nil)
  }

  private func quantiles(_ probabilities: [Double]) -> [Double] {
    member.quantile(at: Tensor(probabilities)).numbers
  }
}
