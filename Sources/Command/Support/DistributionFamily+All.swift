import Surprisal

extension DistributionFamily {
  /// Every family that the command line knows.
  static let all = continuous + positive + bounded + discrete + vectors

  private static let location = Parameter("location", "the center")
  private static let scale = Parameter("scale", "the width, above 0")
  private static let concentration = Parameter("concentration", "the shape, above 0")
  private static let rate = Parameter("rate", "events per unit of x, above 0")
  private static let probability = Parameter("probability", "the probability of success, 0 … 1")
  private static let trials = Parameter("trials", "how many trials, a whole number")
  private static let probabilities = Parameter("probabilities", "one for each class, adding up to 1", isVector: true)

  private static let continuous = [
    DistributionFamily(
      name: "normal", aliases: ["gaussian"], summary: "the normal distribution",
      parameters: [.init("mean", "the mean"), .init("standard-deviation", "the standard deviation, above 0")],
      example: "--mean 0 --standard-deviation 1"
    ) {
      try Normal(mean: number($0[0], "mean"), standardDeviation: number($0[1], "standard-deviation"))
    },
    DistributionFamily(
      name: "student-t", aliases: ["t"], summary: "Student's t, with tails heavier than the normal distribution's",
      parameters: [.init("degrees-of-freedom", "the degrees of freedom, above 0"), location, scale],
      example: "--degrees-of-freedom 3 --location 0 --scale 1"
    ) {
      try StudentT(
        degreesOfFreedom: number($0[0], "degrees-of-freedom"), location: number($0[1], "location"),
        scale: number($0[2], "scale"))
    },
    DistributionFamily(
      name: "laplace", summary: "the Laplace distribution", parameters: [location, scale],
      example: "--location 0 --scale 1"
    ) {
      try Laplace(location: number($0[0], "location"), scale: number($0[1], "scale"))
    },
    DistributionFamily(
      name: "logistic", summary: "the logistic distribution", parameters: [location, scale],
      example: "--location 0 --scale 1"
    ) {
      try Logistic(location: number($0[0], "location"), scale: number($0[1], "scale"))
    },
  ]

  private static let positive = [
    DistributionFamily(
      name: "exponential", summary: "waiting times of constant rate", parameters: [rate], example: "--rate 2"
    ) {
      try Exponential(rate: number($0[0], "rate"))
    },
    DistributionFamily(
      name: "gamma", summary: "the gamma distribution", parameters: [concentration, rate],
      example: "--concentration 2 --rate 0.5"
    ) {
      try Gamma(concentration: number($0[0], "concentration"), rate: number($0[1], "rate"))
    },
    DistributionFamily(
      name: "inverse-gamma", summary: "the reciprocal of a gamma number", parameters: [concentration, scale],
      example: "--concentration 3 --scale 2"
    ) {
      try InverseGamma(concentration: number($0[0], "concentration"), scale: number($0[1], "scale"))
    },
    DistributionFamily(
      name: "log-normal", summary: "the exponential of a normal number",
      parameters: [.init("location", "the mean of log x"), .init("scale", "the standard deviation of log x")],
      example: "--location 0 --scale 0.5"
    ) {
      try LogNormal(location: number($0[0], "location"), scale: number($0[1], "scale"))
    },
  ]

  private static let bounded = [
    DistributionFamily(
      name: "uniform", summary: "equal density between two ends",
      parameters: [.init("lower", "the lower end"), .init("upper", "the upper end")], example: "--lower 0 --upper 1"
    ) {
      try Uniform(lower: number($0[0], "lower"), upper: number($0[1], "upper"))
    },
    DistributionFamily(
      name: "beta", summary: "the beta distribution of a probability",
      parameters: [
        .init("concentration1", "the weight of 1, above 0"), .init("concentration0", "the weight of 0, above 0"),
      ],
      example: "--concentration1 2 --concentration0 5"
    ) {
      try Beta(
        concentration1: number($0[0], "concentration1"), concentration0: number($0[1], "concentration0"))
    },
  ]

  private static let discrete = [
    DistributionFamily(
      name: "bernoulli", summary: "one trial: 0 or 1", parameters: [probability], example: "--probability 0.3"
    ) {
      try Bernoulli(probability: number($0[0], "probability"))
    },
    DistributionFamily(
      name: "binomial", summary: "successes among so many trials", parameters: [trials, probability],
      example: "--trials 10 --probability 0.3"
    ) {
      try Binomial(trials: number($0[0], "trials"), probability: number($0[1], "probability"))
    },
    DistributionFamily(
      name: "poisson", summary: "counts of independent events",
      parameters: [.init("rate", "the mean count, at least 0")], example: "--rate 4"
    ) {
      try Poisson(rate: number($0[0], "rate"))
    },
    DistributionFamily(
      name: "geometric", summary: "failures before the first success", parameters: [probability],
      example: "--probability 0.25"
    ) {
      try Geometric(probability: number($0[0], "probability"))
    },
    DistributionFamily(
      name: "categorical", summary: "one of several classes, 0, 1, …", parameters: [probabilities],
      example: "--probabilities 0.5,0.25,0.25"
    ) {
      try Categorical(probabilities: vector($0[0]))
    },
  ]

  private static let vectors = [
    DistributionFamily(
      name: "multinomial", summary: "counts of classes among so many trials", parameters: [trials, probabilities],
      example: "--trials 4 --probabilities 0.5,0.25,0.25 --at 2,1,1"
    ) {
      try Multinomial(trials: number($0[0], "trials"), probabilities: vector($0[1]))
    },
    DistributionFamily(
      name: "dirichlet", summary: "the Dirichlet distribution of probabilities",
      parameters: [.init("concentration", "one for each class, above 0", isVector: true)],
      example: "--concentration 2,3,4 --at 0.2,0.3,0.5"
    ) {
      try Dirichlet(concentration: vector($0[0]))
    },
    DistributionFamily(
      name: "multivariate-normal", summary: "the normal distribution of vectors",
      parameters: [
        .init("mean", "the mean vector", isVector: true),
        .init("covariance", "the covariance matrix, row by row", isVector: true),
      ],
      example: "--mean 0,0 --covariance 1,0.5,0.5,2 --at 1,1"
    ) {
      let mean = vector($0[0])
      let covariance = vector($0[1])
      guard covariance.count == mean.count * mean.count else {
        throw SurprisalError(
          .usage, "--covariance has \(covariance.count) numbers, \(mean.count) × \(mean.count) are needed",
          remedy: "give the matrix row by row")
      }
      return try MultivariateNormal(mean: mean, covariance: covariance.reshaped(to: [mean.count, mean.count]))
    },
  ]
}
