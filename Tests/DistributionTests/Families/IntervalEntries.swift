import SurprisalDistributions

let intervalEntries = [
  FamilyEntry("Uniform", file: "intervals") {
    try Uniform(lower: $0[parameter: "lower"], upper: $0[parameter: "upper"])
  },
  FamilyEntry("Laplace", file: "intervals") {
    try Laplace(location: $0[parameter: "location"], scale: $0[parameter: "scale"])
  },
  FamilyEntry("Logistic", file: "intervals") {
    try Logistic(location: $0[parameter: "location"], scale: $0[parameter: "scale"])
  },
  FamilyEntry("Exponential", file: "intervals") { try Exponential(rate: $0[parameter: "rate"]) },
  FamilyEntry("LogNormal", file: "intervals") {
    try LogNormal(location: $0[parameter: "location"], scale: $0[parameter: "scale"])
  },
]
