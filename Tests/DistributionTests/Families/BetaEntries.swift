import SurprisalDistributions

let betaEntries = [
  FamilyEntry("Beta", file: "beta") {
    try Beta(
      concentration1: $0[parameter: "concentration1"], concentration0: $0[parameter: "concentration0"])
  },
  FamilyEntry("Dirichlet", file: "beta") { try Dirichlet(concentration: $0[parameter: "concentration"]) },
]
