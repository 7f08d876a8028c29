import SurprisalDistributions
import SurprisalTensors
import Testing

/// Derivatives of all that is computed of a distribution but its log-density.
struct MomentDerivativeTests {
  /// Moments, entropy and distribution functions: every derivative is a number or an infinity, never NaN, where the
  /// value is a number.
  @Test(arguments: familyTable.map(\.family)) func derivativesAreNeverNaN(_ family: String) throws {
    let entry = try #require(familyTable.first { $0.family == family })
    for reference in try ReferenceCase.cases(inFile: entry.file) where reference.family == family {
      let names = reference.tensors.keys.sorted()
      let inputs = names.map { reference.tensors[parameter: $0] }
      func check(_ what: String, _ value: (any Distribution) throws -> Tensor?) throws {
        let (found, gradients) = try valueAndGradient(of: inputs) { inputs in
          let distribution = try entry.make(Dictionary(uniqueKeysWithValues: zip(names, inputs)))
          // The sum over the elements of an event follows all of them.
          return try value(distribution)?.converted(to: .float64).sum() ?? inputs[0].sum() * 0
        }
        guard found.item.isFinite else { return }
        // Trials are whole numbers: their derivative is that of Γ, and none where a probability is 0.
        for (name, gradient) in zip(names, gradients)
        where name != "trials" && gradient.doubles.contains(where: \.isNaN) {
          Issue.record("\(reference): the derivative of \(what) by \(name) is NaN")
        }
      }
      try check("the mean") { $0.mean }
      try check("the variance") { $0.variance }
      try check("the mode") { $0.mode }
      try check("the entropy") { try? $0.entropy() }
      for x in reference.points.map(\.x.tensor) + [-1, 1].map({ Tensor($0 * Double.infinity, dtype: .float64) }) {
        try check("the distribution function at \(x.doubles)") { distribution in
          (distribution as? any UnivariateDistribution)?.cumulative(at: x)
        }
        try check("the complement at \(x.doubles)") { distribution in
          (distribution as? any UnivariateDistribution)?.complementaryCumulative(at: x)
        }
      }
      for p in reference.quantiles ?? [] {
        try check("the quantile at \(p.p.values)") { ($0 as? any UnivariateDistribution)?.quantile(at: p.p.tensor) }
      }
    }
  }
}
