import SurprisalDistributions

let countEntries = [
  FamilyEntry("Poisson", file: "counts") { try Poisson(rate: $0[parameter: "rate"]) },
  FamilyEntry("Binomial", file: "counts") {
    try Binomial(trials: $0[parameter: "trials"], probability: $0[parameter: "probability"])
  },
  FamilyEntry("BinomialLogits", file: "counts") {
    try Binomial(trials: $0[parameter: "trials"], logits: $0[parameter: "logits"])
  },
  FamilyEntry("Multinomial", file: "counts") {
    try Multinomial(trials: $0[parameter: "trials"], probabilities: $0[parameter: "probabilities"])
  },
  FamilyEntry("MultinomialLogits", file: "counts") {
    try Multinomial(trials: $0[parameter: "trials"], logits: $0[parameter: "logits"])
  },
]
