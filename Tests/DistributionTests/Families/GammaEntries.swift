import SurprisalDistributions

let gammaEntries = [
  FamilyEntry("Gamma", file: "gamma") {
    try Gamma(concentration: $0[parameter: "concentration"], rate: $0[parameter: "rate"])
  },
  FamilyEntry("InverseGamma", file: "gamma") {
    try InverseGamma(concentration: $0[parameter: "concentration"], scale: $0[parameter: "scale"])
  },
]
