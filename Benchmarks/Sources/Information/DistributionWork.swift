import Surprisal

/// The log-density of many numbers under one normal distribution, float64.
struct NormalDensityWork: InformationWork {
  private let x: Tensor
  private let normal: Normal

  init(count: Int) throws {
    x = Tensor(SharedInputs.words(count, seed: 1).map { (Double($0) + 0.5) / 4_294_967_296 * 8 - 4 })
    normal = try Normal(mean: 0.3, standardDeviation: 1.7)
  }

  func step(threads: Int) throws -> [Double] {
    let density = normal.logDensity(of: x)
    return [density[0].item, density[-1].item]
  }
}

/// Draws from one gamma distribution, or of probabilities from one Dirichlet distribution.
struct SamplingWork: InformationWork {
  /// What is drawn.
  enum Family { case gamma, dirichlet }

  private let family: Family
  private let count: Int

  init(_ family: Family, count: Int) { (self.family, self.count) = (family, count) }

  /// The mean of the first coordinate, near 2.5 (gamma) or 0.2 (Dirichlet).
  func step(threads: Int) throws -> [Double] {
    var generator = RandomGenerator(seed: 1)
    switch family {
    case .gamma:
      let drawn = try Gamma(concentration: 2.5, rate: 1).sample([count], using: &generator)
      return [drawn[0..<1000].mean().item]
    case .dirichlet:
      let drawn = try Dirichlet(concentration: [1, 1.5, 2.5]).sample([count], using: &generator)
      return [drawn[0..<1000, 0].mean().item]
    }
  }
}
