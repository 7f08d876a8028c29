import Foundation
import SurprisalCore

@testable import SurprisalLatent

/// Densities of product mixtures by their formulas, column by column: nothing of the kernel is used.
enum ProductFixtures {
  static func logDensity(_ distribution: ColumnDistribution, _ x: Double) -> Double {
    switch distribution {
    case .bernoulli(let p): x == 1 ? log(p) : log(1 - p)
    case .categorical(let p): log(p[Int(x)])
    case .poisson(let mean): (x == 0 ? 0 : x * log(mean)) - mean - lgamma(x + 1)
    case .geometric(let p): log(p) + (x == 0 ? 0 : x * log1p(-p))
    case .exponential(let mean): -log(mean) - x / mean
    case .normal(let mean, let variance): -0.5 * (log(2 * .pi * variance) + (x - mean) * (x - mean) / variance)
    }
  }

  /// log p(x, k) of every component.
  static func logJoint(_ model: ProductMixture, _ row: [Double]) -> [Double] {
    zip(model.weights, model.components).map { weight, columns in
      log(weight) + zip(columns, row).reduce(0) { $0 + logDensity($1.0, $1.1) }
    }
  }

  static func logSumExp(_ terms: [Double]) -> Double {
    let top = terms.max() ?? 0
    guard top > -.infinity else { return top }
    return top + log(terms.reduce(0) { $0 + exp($1 - top) })
  }

  static func logDensity(_ model: ProductMixture, _ row: [Double]) -> Double { logSumExp(logJoint(model, row)) }

  /// A mixture of `K` components with random parameters.
  static func model(
    _ families: [ColumnFamily], components K: Int, using generator: inout RandomGenerator
  ) throws -> ProductMixture {
    func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * generator.nextUniform() }
    func shares(_ count: Int) -> [Double] {
      let values = (0..<count).map { _ in uniform(0.1, 1) }
      let sum = values.reduce(0, +)
      return values.map { $0 / sum }
    }
    let components = (0..<K).map { _ in
      families.map { family -> ColumnDistribution in
        switch family {
        case .bernoulli: .bernoulli(probability: uniform(0.05, 0.95))
        case .categorical(let levels): .categorical(probabilities: shares(levels))
        case .poisson: .poisson(mean: uniform(0.2, 20))
        case .geometric: .geometric(probability: uniform(0.1, 0.9))
        case .exponential: .exponential(mean: uniform(0.2, 5))
        case .normal: .normal(mean: uniform(-5, 5), variance: uniform(0.2, 3))
        }
      }
    }
    return try ProductMixture(weights: shares(K), components: components)
  }

  static let everyFamily: [ColumnFamily] = [
    .bernoulli, .categorical(levels: 4), .poisson, .geometric, .exponential, .normal,
  ]
}
