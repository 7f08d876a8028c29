import Foundation
import SurprisalCore
import SurprisalInformation
import Testing

/// Jensen's inequality on random weighted points.
struct JensenGapTests {
  static let convex: [(name: String, function: @Sendable (Double) -> Double)] = [
    ("square", { $0 * $0 }), ("exponential", { exp($0) }), ("absolute value", { abs($0 - 0.3) }),
    ("−ln", { -log($0 + 5) }), ("x ln x", { ($0 + 5) * log($0 + 5) }), ("reciprocal", { 1 / ($0 + 5) }),
  ]

  @Test func gapsAreNotNegative() throws {
    var random = RandomTables(generator: RandomGenerator(seed: 6))
    for _ in 0..<1_000 {
      let weights = random.probabilities(1 + random.generator.nextInteger(below: 6))
      let points = weights.map { _ in 4 * random.generator.nextUniform() - 2 }
      for (name, function) in Self.convex {
        let jensen = try JensenGap(of: points, weights: weights, function)
        let rounding = 1e-15 * max(1, abs(jensen.functionOfMean))
        if !(jensen.gap >= -rounding) { Issue.record("\(name): gap \(jensen.gap) at \(points), \(weights)") }
        // Of a concave function it has the other sign.
        let mirrored = try JensenGap(of: points, weights: weights) { -function($0) }
        if mirrored.gap != -jensen.gap { Issue.record("\(name): \(mirrored.gap) of −f, \(jensen.gap) of f") }
      }
    }
  }

  @Test func pointMassesAndAffineFunctionsHaveNone() throws {
    for (_, function) in Self.convex {
      #expect(try JensenGap(of: [0.1, 0.7, 0.1], weights: [0.4, 0, 0.6], function).gap == 0)
      #expect(try JensenGap(of: [0.1, 0.1, 0.1], function).gap == 0)
    }
    #expect(try JensenGap(of: [-3.0, 1, 5], weights: [0.5, 0.25, 0.25]) { 2 * $0 + 1 }.gap == 0)
  }

  /// E[X²] − E[X]² is the variance, also far from 0, where the plain difference loses all digits.
  @Test func squareGivesTheVariance() throws {
    #expect(try JensenGap(of: [1.0, 2, 3, 4]) { $0 * $0 }.gap == 1.25)
    #expect(abs(try JensenGap(of: [1.0, 3], weights: [0.75, 0.25]) { $0 * $0 }.gap - 0.75) < 1e-15)
    let gap = try JensenGap(of: [[1.0, 0], [0, 1]]) { $0[0] * $0[0] + $0[1] * $0[1] }
    #expect(gap.gap == 0.5 && gap.meanOfFunction == 1 && gap.functionOfMean == 0.5)
  }

  /// −ln at the ratios q/p with weights p: the gap is KL(p ‖ q), as E[q/p] = 1.
  @Test func divergenceIsAGap() throws {
    let (p, q) = ([0.5, 0.5], [0.1, 0.9])
    let jensen = try JensenGap(of: zip(p, q).map { $1 / $0 }, weights: p) { -log($0) }
    #expect(abs(jensen.gap - (try Information.klDivergence(p, q).nats)) < 1e-15)
    #expect(try JensenGap(of: [0.0, 2], weights: p) { -log($0) }.gap == .infinity)
  }

  @Test func faults() {
    let calls: [() throws -> Void] = [
      { _ = try JensenGap(of: [Double]()) { $0 } }, { _ = try JensenGap(of: [1.0], weights: [0.5, 0.5]) { $0 } },
      { _ = try JensenGap(of: [1.0, 2], weights: [0.5, 0.6]) { $0 } },
      { _ = try JensenGap(of: [[1.0], [1, 2]]) { $0[0] } },
    ]
    for call in calls {
      let error = #expect(throws: SurprisalError.self) { try call() }
      #expect(error?.category == .data)
    }
  }
}
