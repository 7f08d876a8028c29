import Foundation
import SurprisalCore
import Testing

@testable import SurprisalInformation

/// Small samples against scipy, scikit-learn and 50-digit sums (Tests/References/Information/discrete.py).
struct SamplesReferenceTests {
  struct File: Decodable {
    struct Case: Decodable {
      var x: [Int]
      var y: [Int]
      var z: [Int]
      var values: [String: Value]
    }
    struct Tail: Decodable {
      var x: Double
      var degrees: Double
      var probability: Double
    }
    var cases: [Case]
    var chiSquare: [Tail]
  }

  /// A number, or inf as text.
  struct Value: Decodable {
    var number: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      number = try (try? container.decode(Double.self)) ?? Double(container.decode(String.self)) ?? .nan
    }
  }

  static let file: Result<File, any Error> = Result {
    let url = URL(filePath: #filePath).appending(path: "../../References/Information/discrete.json").standardizedFileURL
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
  }

  @Test func measuresAgree() throws {
    for (index, sample) in try Self.file.get().cases.enumerated() {
      let (x, y, z) = (DiscreteColumn(sample.x), DiscreteColumn(sample.y), DiscreteColumn(sample.z))
      let information = try x.mutualInformation(with: y, estimator: .plugIn)
      let entropy = try x.entropy(estimator: .plugIn)
      var found = [
        "entropy": entropy.value.nats,
        "jointEntropy": try DiscreteColumn.jointEntropy(of: [x, y], estimator: .plugIn).value.nats,
        "conditionalEntropy": try x.conditionalEntropy(given: [y], estimator: .plugIn).value.nats,
        "mutualInformation": information.value.nats,
        "conditionalMutualInformation": try x.mutualInformation(with: y, given: [z], estimator: .plugIn).value.nats,
        "totalCorrelation": try DiscreteColumn.totalCorrelation(of: [x, y, z], estimator: .plugIn).value.nats,
        "shrunkenEntropy": try x.entropy(estimator: .shrinkage).value.nats,
        "nearlyUnbiased": NearlyUnbiasedEntropy(counts: x.counts).value,
        "nearlyUnbiasedJoint": NearlyUnbiasedEntropy(counts: try CellTable([x, y]).counts).value,
        "klDivergence": try z.klDivergence(from: y, estimator: .plugIn).value.nats,
        "crossEntropy": try z.crossEntropy(with: y, estimator: .plugIn).value.nats,
        "jensenShannon": try z.jensenShannonDivergence(from: y, estimator: .plugIn).value.nats,
      ]
      // A column with itself has its entropy, where the table shrinks towards unequal columns.
      if sample.x != sample.y {
        found["shrunkenInformation"] = try x.mutualInformation(with: y, estimator: .shrinkage).value.nats
      }
      var generator = RandomGenerator(seed: 1)
      let test = try IndependenceTest(x, y, permutations: 1, using: &generator)
      if sample.values["g"] != nil, let g = test.likelihoodRatio, let pearson = test.chiSquare {
        found["g"] = g.statistic
        found["degrees"] = g.degrees
        found["gProbability"] = g.pValue
        found["chiSquare"] = pearson.statistic
        found["chiSquareProbability"] = pearson.pValue
      }
      for (name, value) in found {
        let expected = try #require(sample.values[name]).number
        let near = value == expected || abs(value - expected) <= 1e-12 * max(1, abs(expected))
        #expect(near, "case \(index), \(name): \(value), not \(expected)")
      }
    }
  }

  @Test func standardErrorsAreTheDeltaMethods() throws {
    for sample in try Self.file.get().cases where sample.x != sample.y {
      let (x, y) = (DiscreteColumn(sample.x), DiscreteColumn(sample.y))
      let n = Double(x.count)
      for (error, name, levels) in [
        (try x.entropy().standardError, "entropyError", Double(x.levelCount)),
        (
          try x.mutualInformation(with: y).standardError, "informationError",
          min(n, Double(x.levelCount * y.levelCount)) - Double(x.levelCount + y.levelCount - 2)
        ),
      ] {
        let first = try #require(sample.values[name]).number
        // The quadratic term adds degrees of freedom/2n².
        let most = first * first + max(levels - 1, Double(x.levelCount + y.levelCount)) / (2 * n * n)
        #expect(error >= first - 1e-12 && error * error <= most + 1e-12, "\(name): \(error), not about \(first)")
      }
    }
  }

  @Test func chiSquareTailsAgreeWithFiftyDigits() throws {
    for tail in try Self.file.get().chiSquare {
      let found = ChiSquare.upperTail(tail.x, degrees: tail.degrees)
      let near = abs(found - tail.probability) <= 1e-15 + 1e-13 * (1 + tail.x) * tail.probability
      #expect(near, "\(tail.x), \(tail.degrees): \(found), not \(tail.probability)")
    }
  }
}
