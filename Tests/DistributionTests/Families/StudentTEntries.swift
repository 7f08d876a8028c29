import SurprisalDistributions

let studentTEntries = [
  FamilyEntry("StudentT", file: "student_t") {
    try StudentT(
      degreesOfFreedom: $0[parameter: "degreesOfFreedom"], location: $0[parameter: "location"],
      scale: $0[parameter: "scale"])
  }
]
