import SurprisalDistributions
import SurprisalTensors
import Testing

/// Log-densities, distribution functions, moments and entropies of every family against 50-digit values.
struct DensityTests {
  @Test func everyCaseHasAnEntry() throws {
    for file in Set(familyTable.map(\.file)) {
      let families = Set(try ReferenceCase.cases(inFile: file).map(\.family))
      #expect(families == Set(familyTable.filter { $0.file == file }.map(\.family)), "\(file)")
    }
  }

  /// Within 1e-13 · max(1, |log p|), and exactly −∞ where an event is impossible.
  @Test(arguments: familyTable.map(\.family)) func logDensities(_ family: String) throws {
    for (distribution, reference) in try distributions(family) {
      for point in reference.points {
        let x = point.x.tensor
        let found = distribution.logDensity(of: x)
        expect(found, point.logDensity, 1e-13, "\(reference): log-density at \(point.x.values)")
        // A batch of one and an axis in front change nothing.
        let batched = distribution.logDensity(of: x.reshaped(to: [1] + x.shape))
        #expect(same(batched, found), "\(reference): batched at \(point.x.values)")
      }
    }
  }

  @Test(arguments: familyTable.map(\.family)) func distributionFunctions(_ family: String) throws {
    for (distribution, reference) in try distributions(family) {
      guard let distribution = distribution as? any UnivariateDistribution else { continue }
      for point in reference.points {
        let x = point.x.tensor
        if let expected = point.cumulative {
          expectRelative(distribution.cumulative(at: x), expected, "\(reference): cumulative at \(point.x.values)")
        }
        if let expected = point.complementary {
          expectRelative(
            distribution.complementaryCumulative(at: x), expected, "\(reference): complementary at \(point.x.values)")
        }
      }
      for quantile in reference.quantiles ?? [] {
        expect(
          distribution.quantile(at: quantile.p.tensor), quantile.x, 1e-12,
          "\(reference): quantile at \(quantile.p.values)")
      }
      #expect(distribution.quantile(at: Tensor([-0.1, 1.1, .nan])).doubles.allSatisfy { $0.isNaN }, "\(reference)")
    }
  }

  @Test(arguments: familyTable.map(\.family)) func moments(_ family: String) throws {
    for (distribution, reference) in try distributions(family) {
      if let mean = reference.mean { expect(distribution.mean, mean, 1e-13, "\(reference): mean") }
      if let variance = reference.variance { expectRelative(distribution.variance, variance, "\(reference): variance") }
      if let mode = reference.mode { expect(distribution.mode, mode, 1e-13, "\(reference): mode") }
      if let entropy = reference.entropy { expect(try distribution.entropy(), entropy, 1e-12, "\(reference): entropy") }
    }
  }

  /// Every derivative by a parameter or by x is a number or an infinity, never NaN, and so is every log-density.
  @Test(arguments: familyTable.map(\.family)) func gradientsAreNeverNaN(_ family: String) throws {
    let entry = try #require(familyTable.first { $0.family == family })
    for reference in try ReferenceCase.cases(inFile: entry.file) where reference.family == family {
      let names = reference.tensors.keys.sorted()
      for point in reference.points {
        let inputs = names.map { reference.tensors[parameter: $0] } + [point.x.tensor]
        let (value, gradients) = try valueAndGradient(of: inputs) { inputs in
          let parameters = Dictionary(uniqueKeysWithValues: zip(names, inputs))
          return try entry.make(parameters).logDensity(of: inputs[names.count])
        }
        #expect(!value.doubles[0].isNaN, "\(reference) at \(point.x.values)")
        for (name, gradient) in zip(names + ["x"], gradients) {
          #expect(!gradient.doubles.contains { $0.isNaN }, "\(reference) at \(point.x.values): by \(name)")
        }
      }
    }
  }
}

/// The distributions of one family with their references.
func distributions(_ family: String) throws -> [(any Distribution, ReferenceCase)] {
  let entry = try #require(familyTable.first { $0.family == family })
  let cases = try ReferenceCase.cases(inFile: entry.file).filter { $0.family == family }
  #expect(!cases.isEmpty)
  return try cases.map { (try entry.make($0.tensors), $0) }
}
