import Foundation
import SurprisalDistributions
import SurprisalTensors
import Testing

/// KL of two members of one family against 60-digit values, which were compared with quadrature.
struct FamilyDivergenceTests {
  struct Case: Decodable, Sendable {
    let family: String
    let p, q: [String: Numbers]
    let divergence: Numbers
  }

  static let families = [
    "Bernoulli", "Geometric", "Categorical", "OneHotCategorical", "Laplace", "LogNormal", "Exponential", "Uniform",
  ]

  static func cases(_ family: String) throws -> [Case] {
    let file = URL(filePath: #filePath)
      .appending(path: "../../../References/Distributions/divergences_of_families.json").standardizedFileURL
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: file)).filter { $0.family == family }
  }

  /// Within 1e-12 of the value itself, also where both members agree to ten digits, and never below 0.
  @Test(arguments: families) func values(_ family: String) throws {
    let entry = try #require(familyTable.first { $0.family == family })
    let cases = try Self.cases(family)
    #expect(cases.count > 6)
    for reference in cases {
      let p = try entry.make(reference.p.mapValues(\.tensor))
      let q = try entry.make(reference.q.mapValues(\.tensor))
      let found = try #require(p.closedFormKL(to: q)).item
      let expected = reference.divergence.values[0]
      let what = "KL of \(family) from \(reference.p) to \(reference.q) is \(found), not \(expected)"
      let isNear = found == expected || abs(found - expected) <= tolerance(p, q) * abs(expected) + 1e-307
      #expect(isNear && found >= 0, "\(what)")
    }
  }

  /// Logits that are no exact logarithms of the references' probabilities move the value.
  private func tolerance(_ p: any Distribution, _ q: any Distribution) -> Double {
    "\(p)".contains("logits") || "\(q)".contains("logits") ? 2e-12 : 1e-12
  }

  /// No derivative by either member's parameters is NaN, also where p or q are 0 or 1 and where the value is +∞.
  @Test(arguments: families) func derivativesAtTheEdges(_ family: String) throws {
    let entry = try #require(familyTable.first { $0.family == family })
    for reference in try Self.cases(family) {
      let names = reference.p.keys.sorted()
      let others = reference.q.keys.sorted()
      let inputs = names.compactMap { reference.p[$0]?.tensor } + others.compactMap { reference.q[$0]?.tensor }
      let gradients = try valueAndGradient(of: inputs) { inputs in
        let p = try entry.make(Dictionary(uniqueKeysWithValues: zip(names, inputs)))
        let q = try entry.make(Dictionary(uniqueKeysWithValues: zip(others, inputs.suffix(others.count))))
        return p.closedFormKL(to: q) ?? Tensor(.nan)
      }.gradients
      for gradient in gradients {
        let isNumber = gradient.doubles.allSatisfy { !$0.isNaN }
        #expect(isNumber, "\(reference.family) \(reference.p) \(reference.q): \(gradient)")
      }
    }
  }

  static let pairs: [(family: String, p: [String: [Double]], q: [String: [Double]])] = [
    ("Bernoulli", ["probability": [0.3]], ["probability": [0.65]]), ("Bernoulli", ["logits": [-1]], ["logits": [2]]),
    ("Geometric", ["probability": [0.3]], ["probability": [0.65]]), ("Geometric", ["logits": [-1]], ["logits": [2]]),
    ("Categorical", ["logits": [0.3, -1, 2]], ["logits": [0, 0.5, -0.25]]),
    ("OneHotCategorical", ["logits": [0.3, -1, 2]], ["logits": [0, 0.5, -0.25]]),
    ("Laplace", ["location": [0.5], "scale": [2]], ["location": [1], "scale": [0.75]]),
    ("Laplace", ["location": [0.5], "scale": [0.25]], ["location": [1], "scale": [0.75]]),
    ("LogNormal", ["location": [0.5], "scale": [2]], ["location": [1], "scale": [0.75]]),
    ("Exponential", ["rate": [2.5]], ["rate": [1.25]]),
    ("Uniform", ["lower": [0.5], "upper": [2]], ["lower": [0.25], "upper": [7]]),
    ("Uniform", ["lower": [0.5], "upper": [2]], ["lower": [0.25], "upper": [2.5]]),
  ]

  /// Derivatives by both members' parameters agree with central differences.
  @Test(arguments: pairs.indices) func derivatives(_ index: Int) throws {
    let (family, p, q) = Self.pairs[index]
    let entry = try #require(familyTable.first { $0.family == family })
    let (own, other) = (p.sorted { $0.key < $1.key }, q.sorted { $0.key < $1.key })
    let inputs = (own + other).map { $0.value.count == 1 ? Tensor($0.value[0], dtype: .float64) : Tensor($0.value) }
    let divergence = { (inputs: [Tensor]) throws -> Tensor in
      let p = try entry.make(Dictionary(uniqueKeysWithValues: zip(own.map(\.key), inputs)))
      let q = try entry.make(Dictionary(uniqueKeysWithValues: zip(other.map(\.key), inputs.suffix(other.count))))
      return try #require(p.closedFormKL(to: q))
    }
    let gradients = try valueAndGradient(of: inputs, divergence).gradients
    let step = 1e-6
    for (place, gradient) in gradients.enumerated() {
      for element in 0..<gradient.count {
        let shift = Tensor((0..<gradient.count).map { $0 == element ? step : 0 }, shape: gradient.shape)
        var (above, below) = (inputs, inputs)
        above[place] = inputs[place] + shift
        below[place] = inputs[place] - shift
        let expected = (try divergence(above).item - (try divergence(below).item)) / (2 * step)
        let found = gradient.doubles[element]
        #expect(abs(found - expected) < 1e-8 * max(1, abs(expected)), "\(family), input \(place): \(found)")
      }
    }
  }

  @Test func otherFamiliesAndShapes() throws {
    let p = try Logistic(location: 0, scale: 1)
    #expect(p.closedFormKL(to: p) == nil)
    let two = try OneHotCategorical(probabilities: [0.5, 0.5])
    #expect(two.closedFormKL(to: try OneHotCategorical(probabilities: [0.5, 0.25, 0.25])) == nil)
    #expect(try Laplace(location: 0, scale: 1).closedFormKL(to: p) == nil)
    // A batch against one: [3] against [].
    let batch = try Exponential(rate: Tensor([1.0, 2, 4]))
    let divergence = try #require(batch.closedFormKL(to: try Exponential(rate: 2.0)))
    #expect(divergence.shape == [3] && divergence.doubles[1] == 0)
  }
}
