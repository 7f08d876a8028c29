import SurprisalDistributions

let normalEntries = [
  FamilyEntry("Normal", file: "normal") {
    try Normal(mean: $0[parameter: "mean"], standardDeviation: $0[parameter: "standardDeviation"])
  }
]
