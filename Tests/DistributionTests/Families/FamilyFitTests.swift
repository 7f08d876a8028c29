import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Weighted maximum-likelihood fits of the families of this folder.
struct FamilyFitTests {
  let values = Tensor([1.5, 0.25, 3, 8, 0.125, 2.5, 1, 0.75], shape: [4, 2])
  let weights = Tensor([1.0, 2, 0.5, 3])

  /// No derivative of the weighted log-likelihood is left at the fit.
  private func expectStationary<Family: FittableDistribution>(
    _ family: Family.Type, _ x: Tensor, _ parameters: (Family) -> [Tensor], _ make: ([Tensor]) throws -> Family
  ) throws {
    let fit = try Family(fitting: x, weights: weights)
    #expect(fit.batchShape == [2])
    let gradients = try valueAndGradient(of: parameters(fit)) { parameters in
      (try make(parameters).logDensity(of: x) * weights.reshaped(to: [4, 1])).sum()
    }.gradients
    for gradient in gradients {
      #expect(gradient.doubles.allSatisfy { abs($0) < 1e-11 }, "\(fit): \(gradient)")
    }
    // The same rows in pieces, and one of weight 0.
    var (first, second) = (Family.statistics(), Family.statistics())
    try first.add(x.sliced(..<1, alongAxis: 0), weights: weights.sliced(..<1, alongAxis: 0))
    try second.add(x.sliced(1..., alongAxis: 0), weights: weights.sliced(1..., alongAxis: 0))
    try second.add(x.sliced(..<1, alongAxis: 0), weights: Tensor([0.0]))
    try first.merge(second)
    let merged = try Family(fitting: first)
    for (a, b) in zip(parameters(fit), parameters(merged)) {
      #expect(zip(a.doubles, b.doubles).allSatisfy { abs($0 - $1) < 1e-13 * abs($0) })
    }
    let empty = Family.statistics()
    #expect(throws: SurprisalError.self) { try Family(fitting: empty) }
    #expect(throws: SurprisalError.self) { try Family(fitting: x, weights: Tensor([0.0, 0, 0, 0])) }
    #expect(throws: SurprisalError.self) { try Family(fitting: x * .nan) }
  }

  @Test func stationaryFits() throws {
    try expectStationary(LogNormal.self, values) {
      [$0.location, $0.scale]
    } _: {
      try LogNormal(location: $0[0], scale: $0[1])
    }
    try expectStationary(Exponential.self, values) {
      [$0.rate]
    } _: {
      try Exponential(rate: $0[0])
    }
    try expectStationary(Logistic.self, values) {
      [$0.location, $0.scale]
    } _: {
      try Logistic(location: $0[0], scale: $0[1])
    }
    let counts = Tensor([1.0, 0, 3, 8, 0, 2, 1, 7], shape: [4, 2])
    try expectStationary(Geometric.self, counts) {
      [$0.probability]
    } _: {
      try Geometric(probability: $0[0])
    }
    let flags = Tensor([1.0, 0, 0, 1, 1, 0, 0, 1], shape: [4, 2])
    try expectStationary(Bernoulli.self, flags) {
      [$0.probability]
    } _: {
      try Bernoulli(probability: $0[0])
    }
  }

  @Test func laplaceByTheMedian() throws {
    // Weights 1, 2, 0.5, 3 of 1.5, 3, 0.125, 1: half of 6.5 is reached at 1.
    let fit = try Laplace(fitting: values, weights: weights)
    #expect(fit.location.doubles == [1, 0.75])
    let scale = (0.5 + 2 * 2 + 0.5 * 0.875) / 6.5
    #expect(abs(fit.scale.doubles[0] - scale) < 1e-15)
    // The middle of a gap that halves the weight.
    #expect(try Laplace(fitting: Tensor([1.0, 2, 4, 9])).location.item == 3)
    #expect(throws: SurprisalError.self) { try Laplace(fitting: Tensor([1.0, 1, 5]), weights: Tensor([1.0, 1, 0])) }
  }

  @Test func uniformByTheExtremes() throws {
    let fit = try Uniform(fitting: values, weights: Tensor([0.0, 1, 1, 1]))
    #expect(fit.lower.doubles == [0.125, 0.75] && fit.upper.doubles == [3, 8])
    #expect(throws: SurprisalError.self) { try Uniform(fitting: Tensor([2.0, 2])) }
  }

  @Test func classesByTheirShares() throws {
    let indices = Tensor([0, 2, 2, 1, 0, 2, 0, 0], shape: [4, 2])
    let fit = try Categorical(fitting: indices, weights: weights)
    #expect(same(fit.probabilities, Tensor([4.5, 0, 2, 3, 2, 1.5], shape: [2, 3]) / 6.5))
    var (first, second) = (Categorical.statistics(), Categorical.statistics(classCount: 5))
    try first.add(indices.sliced(..<1, alongAxis: 0), weights: weights.sliced(..<1, alongAxis: 0))
    try second.add(indices.sliced(1..., alongAxis: 0), weights: weights.sliced(1..., alongAxis: 0))
    try first.merge(second)
    let wide = try Categorical(fitting: first)
    #expect(wide.classCount == 5 && same(wide.probabilities.sliced(..<3, alongAxis: 1), fit.probabilities))
    let hot = try OneHotCategorical(
      fitting: Tensor(oneHot: indices, depth: 3, dtype: .float64), weights: weights)
    let isEqual = zip(hot.probabilities.doubles, fit.probabilities.doubles).allSatisfy { abs($0 - $1) < 1e-15 }
    #expect(isEqual)
    #expect(throws: SurprisalError.self) { try Categorical(fitting: Tensor([0.0, -1])) }
    #expect(throws: SurprisalError.self) { try Categorical(fitting: Tensor([0.0, 0.5])) }
  }

  /// Newton's steps reach the maximum from far outliers too: scipy 1.17.1, Nelder and Mead's method on logistic.logpdf.
  @Test func logisticOfHeavyTails() throws {
    let x = Tensor([-1000.0, -2, -1, 0, 0.5, 1, 2, 50, 3000])
    let fit = try Logistic(fitting: x)
    let found = fit.logDensity(of: x).sum().item
    #expect(abs(fit.location.item - 26.998403178) < 1e-5 && abs(fit.scale.item - 425.704147794) < 1e-5)
    #expect(abs(found + 73.76416055031561) < 1e-12)
    for (location, scale) in [(0.999, 1.0), (1.001, 1.0), (1.0, 0.999), (1.0, 1.001)] {
      let other = try Logistic(location: fit.location * location, scale: fit.scale * scale)
      #expect(other.logDensity(of: x).sum().item < found)
    }
    // Far from 0, and of an extreme scale.
    for (shift, factor) in [(1e9, 1.0), (0, 1e-200), (0, 1e200)] {
      let moved = try Logistic(fitting: x * factor + shift)
      #expect(abs(moved.scale.item / factor - fit.scale.item) < 1e-6 * fit.scale.item)
    }
  }

  @Test func messagesNameTheRow() throws {
    let error = #expect(throws: SurprisalError.self) { try Exponential(fitting: Tensor([1.0, 2, -0.5])) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("row 2") && text.contains("-0.5"), "\(text)")
  }
}
