import Surprisal

extension DistributionFamily {
  /// Every family that the command line knows.
  static let all = univariate + classes + vectors + combinators

  /// Those of single numbers whose parameters are single numbers.
  static let univariate = continuous + positive + bounded + discrete

  private static let location = Parameter("location", "the center")
  private static let scale = Parameter("scale", "the width, above 0")
  private static let concentration = Parameter("concentration", "the shape, above 0")
  private static let rate = Parameter("rate", "events per unit of x, above 0")
  private static let probability = Parameter("probability", "the probability of success, 0 … 1")
  static let trials = Parameter("trials", "how many trials, a whole number")
  static let probabilities = Parameter("probabilities", "one for each class, adding up to 1", .vector)

  private static let continuous = [
    DistributionFamily(
      name: "normal", aliases: ["gaussian"], summary: "the normal distribution",
      parameters: [.init("mean", "the mean"), .init("standard-deviation", "the standard deviation, above 0")],
      example: "--mean 0 --standard-deviation 1"
    ) {
      try Normal(mean: $0["mean"], standardDeviation: $0["standard-deviation"])
    },
    DistributionFamily(
      name: "student-t", aliases: ["t"], summary: "Student's t, with tails heavier than the normal distribution's",
      parameters: [.init("degrees-of-freedom", "the degrees of freedom, above 0"), location, scale],
      example: "--degrees-of-freedom 3 --location 0 --scale 1"
    ) {
      try StudentT(
        degreesOfFreedom: $0["degrees-of-freedom"], location: $0["location"],
        scale: $0["scale"])
    },
    DistributionFamily(
      name: "laplace", summary: "the Laplace distribution", parameters: [location, scale],
      example: "--location 0 --scale 1"
    ) {
      try Laplace(location: $0["location"], scale: $0["scale"])
    },
    DistributionFamily(
      name: "logistic", summary: "the logistic distribution", parameters: [location, scale],
      example: "--location 0 --scale 1"
    ) {
      try Logistic(location: $0["location"], scale: $0["scale"])
    },
  ]

  private static let positive = [
    DistributionFamily(
      name: "exponential", summary: "waiting times of constant rate", parameters: [rate], example: "--rate 2"
    ) {
      try Exponential(rate: $0["rate"])
    },
    DistributionFamily(
      name: "gamma", summary: "the gamma distribution", parameters: [concentration, rate],
      example: "--concentration 2 --rate 0.5"
    ) {
      try Gamma(concentration: $0["concentration"], rate: $0["rate"])
    },
    DistributionFamily(
      name: "inverse-gamma", summary: "the reciprocal of a gamma number", parameters: [concentration, scale],
      example: "--concentration 3 --scale 2"
    ) {
      try InverseGamma(concentration: $0["concentration"], scale: $0["scale"])
    },
    DistributionFamily(
      name: "log-normal", summary: "the exponential of a normal number",
      parameters: [.init("location", "the mean of log x"), .init("scale", "the standard deviation of log x")],
      example: "--location 0 --scale 0.5"
    ) {
      try LogNormal(location: $0["location"], scale: $0["scale"])
    },
  ]

  private static let bounded = [
    DistributionFamily(
      name: "uniform", summary: "equal density between two ends",
      parameters: [.init("lower", "the lower end"), .init("upper", "the upper end")], example: "--lower 0 --upper 1"
    ) {
      try Uniform(lower: $0["lower"], upper: $0["upper"])
    },
    DistributionFamily(
      name: "beta", summary: "the beta distribution of a probability",
      parameters: [
        .init("concentration1", "the weight of 1, above 0"), .init("concentration0", "the weight of 0, above 0"),
      ],
      example: "--concentration1 2 --concentration0 5"
    ) {
      try Beta(
        concentration1: $0["concentration1"], concentration0: $0["concentration0"])
    },
  ]

  private static let discrete = [
    DistributionFamily(
      name: "bernoulli", summary: "one trial: 0 or 1", parameters: [probability], example: "--probability 0.3"
    ) {
      try Bernoulli(probability: $0["probability"])
    },
    DistributionFamily(
      name: "binomial", summary: "successes among so many trials", parameters: [trials, probability],
      example: "--trials 10 --probability 0.3"
    ) {
      try Binomial(trials: $0["trials"], probability: $0["probability"])
    },
    DistributionFamily(
      name: "poisson", summary: "counts of independent events",
      parameters: [.init("rate", "the mean count, at least 0")], example: "--rate 4"
    ) {
      try Poisson(rate: $0["rate"])
    },
    DistributionFamily(
      name: "geometric", summary: "failures before the first success", parameters: [probability],
      example: "--probability 0.25"
    ) {
      try Geometric(probability: $0["probability"])
    },
  ]
}
