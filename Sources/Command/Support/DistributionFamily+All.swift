import Surprisal

extension DistributionFamily {
  /// Every family that the command line knows.
  static let all: [DistributionFamily] = [
    DistributionFamily(
      name: "normal", summary: "the normal distribution",
      parameters: [.init("mean", "the mean"), .init("standard-deviation", "the standard deviation, above 0")],
      example: "--mean 0 --standard-deviation 1"
    ) {
      try Normal(mean: number($0[0], "mean"), standardDeviation: number($0[1], "standard-deviation"))
    }
  ]
}
