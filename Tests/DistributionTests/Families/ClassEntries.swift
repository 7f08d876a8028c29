import SurprisalDistributions

let classEntries = [
  FamilyEntry("Bernoulli", file: "classes") {
    try $0["logits"].map { try Bernoulli(logits: $0) } ?? Bernoulli(probability: $0[parameter: "probability"])
  },
  FamilyEntry("Geometric", file: "classes") {
    try $0["logits"].map { try Geometric(logits: $0) } ?? Geometric(probability: $0[parameter: "probability"])
  },
  FamilyEntry("Categorical", file: "classes") {
    try $0["logits"].map { try Categorical(logits: $0) } ?? Categorical(probabilities: $0[parameter: "probabilities"])
  },
  FamilyEntry("OneHotCategorical", file: "classes") {
    try $0["logits"].map { try OneHotCategorical(logits: $0) }
      ?? OneHotCategorical(probabilities: $0[parameter: "probabilities"])
  },
  FamilyEntry("RelaxedCategorical", file: "classes") {
    try RelaxedCategorical(temperature: $0[parameter: "temperature"], logits: $0[parameter: "logits"])
  },
]
