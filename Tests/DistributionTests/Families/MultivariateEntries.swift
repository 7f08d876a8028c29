import SurprisalDistributions

let multivariateEntries = [
  FamilyEntry("MultivariateNormal", file: "multivariate_normal") {
    try MultivariateNormal(mean: $0[parameter: "mean"], covariance: $0[parameter: "covariance"])
  },
  FamilyEntry("DiagonalNormal", file: "multivariate_normal") {
    try DiagonalNormal(mean: $0[parameter: "mean"], standardDeviations: $0[parameter: "standardDeviations"])
  },
  FamilyEntry("LowRankMultivariateNormal", file: "multivariate_normal") {
    try LowRankMultivariateNormal(
      mean: $0[parameter: "mean"], factor: $0[parameter: "factor"], diagonal: $0[parameter: "diagonal"])
  },
  FamilyEntry("Wishart", file: "wishart") {
    try Wishart(degreesOfFreedom: $0[parameter: "degreesOfFreedom"], scaleMatrix: $0[parameter: "scaleMatrix"])
  },
]
