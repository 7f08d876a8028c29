import Surprisal

/// Families of classes, vectors and matrices.
extension DistributionFamily {
  static let classes = [
    DistributionFamily(
      name: "categorical", summary: "one of several classes, 0, 1, …", parameters: [probabilities],
      example: "--probabilities 0.5,0.25,0.25"
    ) {
      try Categorical(probabilities: $0["probabilities"])
    },
    DistributionFamily(
      name: "one-hot", aliases: ["one-hot-categorical"],
      summary: "one of several classes, as a vector of zeros and a 1 at the class", parameters: [probabilities],
      example: "--probabilities 0.5,0.25,0.25 --at 0,1,0"
    ) {
      try OneHotCategorical(probabilities: $0["probabilities"])
    },
    DistributionFamily(
      name: "relaxed-categorical", aliases: ["concrete", "gumbel-softmax"],
      summary: "nearly one-hot vectors of positive numbers that add up to 1",
      parameters: [
        .init("temperature", "near 0 vectors are nearly one-hot, above 0"),
        .init("probabilities", "one for each class, above 0, adding up to 1", .vector, isOptional: true),
        .init("logits", "their logarithms up to a constant, in place of --probabilities", .vector, isOptional: true),
      ],
      example: "--temperature 0.5 --probabilities 0.5,0.25,0.25 --at 0.8,0.1,0.1"
    ) {
      try relaxed($0)
    },
    DistributionFamily(
      name: "multinomial", summary: "counts of classes among so many trials", parameters: [trials, probabilities],
      example: "--trials 4 --probabilities 0.5,0.25,0.25 --at 2,1,1"
    ) {
      try Multinomial(trials: $0["trials"], probabilities: $0["probabilities"])
    },
    DistributionFamily(
      name: "dirichlet", summary: "the Dirichlet distribution of probabilities",
      parameters: [.init("concentration", "one for each class, above 0", .vector)],
      example: "--concentration 2,3,4 --at 0.2,0.3,0.5"
    ) {
      try Dirichlet(concentration: $0["concentration"])
    },
  ]

  private static func relaxed(_ values: Values) throws -> any Distribution {
    switch (values.tensors["probabilities"], values.tensors["logits"]) {
    case (let probabilities?, nil):
      // The same checks and messages as for classes without noise.
      _ = try Categorical(probabilities: probabilities)
      guard (probabilities .> 0).all().item == 1 else {
        throw SurprisalError(.usage, "--probabilities has a 0", remedy: "leave the class out")
      }
      return try RelaxedCategorical(temperature: values["temperature"], logits: probabilities.log())
    case (nil, let logits?): return try RelaxedCategorical(temperature: values["temperature"], logits: logits)
    default:
      throw SurprisalError(
        .usage, "a relaxed categorical distribution needs --probabilities or --logits", remedy: "give one of both")
    }
  }

  private static let mean = Parameter("mean", "the mean vector", .vector)

  static let vectors = [
    DistributionFamily(
      name: "multivariate-normal", summary: "the normal distribution of vectors",
      parameters: [mean, .init("covariance", "the covariance matrix", .matrix)],
      example: "--mean 0,0 --covariance '1,0.5;0.5,2' --at 1,1"
    ) {
      let count = $0["mean"].count
      return try MultivariateNormal(
        mean: $0["mean"], covariance: matrix($0["covariance"], rows: count, columns: count, "covariance"))
    },
    DistributionFamily(
      name: "diagonal-normal", aliases: ["diagonal-multivariate-normal"],
      summary: "the normal distribution of vectors with independent elements",
      parameters: [
        mean,
        .init(
          "standard-deviation", aliases: ["standard-deviations"], "one for each element, above 0", .vector,
          libraryName: "standardDeviations"),
      ],
      example: "--mean 0,1 --standard-deviation 1,2 --at 0,0"
    ) {
      guard $0["standard-deviation"].count == $0["mean"].count else {
        throw SurprisalError(
          .usage,
          "--standard-deviation has \($0["standard-deviation"].count) of \($0["mean"].count) numbers that --mean has",
          remedy: "give one for each element")
      }
      return try DiagonalNormal(mean: $0["mean"], standardDeviations: $0["standard-deviation"])
    },
    DistributionFamily(
      name: "low-rank-normal", aliases: ["low-rank-multivariate-normal"],
      summary: "the normal distribution of vectors with a covariance of low rank",
      parameters: [
        mean, .init("factor", "W of the covariance W W' + diag(d), one row for each element", .matrix),
        .init("diagonal", "the variances d, one for each element, above 0", .vector),
      ],
      example: "--mean 0,0,0 --factor '1;0.5;0.2' --diagonal 1,1,2 --at 1,0,0"
    ) {
      let (count, factor, diagonal) = ($0["mean"].count, $0["factor"], $0["diagonal"])
      let columns = factor.rank == 2 ? factor.shape[1] : max(1, factor.count / count)
      guard diagonal.count == count else {
        throw SurprisalError(
          .usage, "--diagonal has \(diagonal.count) of \(count) numbers that --mean has",
          remedy: "give one for each element")
      }
      return try LowRankMultivariateNormal(
        mean: $0["mean"], factor: matrix(factor, rows: count, columns: columns, "factor"), diagonal: diagonal)
    },
    DistributionFamily(
      name: "wishart", summary: "the Wishart distribution of symmetric positive definite matrices",
      parameters: [
        .init("degrees-of-freedom", "above the number of rows less 1"),
        .init("scale", aliases: ["scale-matrix"], "the scale matrix", .matrix, libraryName: "scaleMatrix"),
      ],
      example: "--degrees-of-freedom 5 --scale '2,0.3;0.3,1' --at '9,1;1,4'"
    ) {
      let scale = $0["scale"]
      let size = scale.rank == 2 ? scale.shape[0] : Int(Double(scale.count).squareRoot().rounded(.up))
      return try Wishart(
        degreesOfFreedom: $0["degrees-of-freedom"], scaleMatrix: matrix(scale, rows: size, columns: size, "scale"))
    },
  ]
}
