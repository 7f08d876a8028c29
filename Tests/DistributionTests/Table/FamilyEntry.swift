import SurprisalDistributions
import SurprisalTensors

/// A family as the drivers see it: from the parameters of a reference case to the distribution.
struct FamilyEntry: Sendable {
  /// The family's name in the reference files.
  let family: String
  /// The reference file, without its extension.
  let file: String
  /// The distribution of these parameters, by name, in float64.
  let make: @Sendable (_ parameters: [String: Tensor]) throws -> any Distribution

  init(
    _ family: String, file: String,
    make: @escaping @Sendable (_ parameters: [String: Tensor]) throws -> any Distribution
  ) {
    self.family = family
    self.file = file
    self.make = make
  }
}

/// All families. A reference case of a family without an entry fails the tests, and an entry without cases.
let familyTable: [FamilyEntry] = [
  normalEntries,
  intervalEntries,
  classEntries,
  multivariateEntries,
  countEntries,
  gammaEntries,
  betaEntries,
  studentTEntries,
].flatMap { $0 }

extension [String: Tensor] {
  /// The parameter, or NaN, which every family refuses.
  subscript(parameter name: String) -> Tensor { self[name] ?? Tensor(.nan, dtype: .float64) }
}
