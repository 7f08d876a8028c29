import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

@testable import SurprisalLatent

/// The mixture as a distribution, and its samples.
@Suite struct ProductDistributionTests {
  @Test func densitiesAndMomentsAgree() throws {
    var generator = RandomGenerator(seed: 17)
    let model = try ProductFixtures.model(
      ProductFixtures.everyFamily + [.poisson, .bernoulli], components: 3, using: &generator)
    let distribution = try model.distribution
    #expect(distribution.eventShape == [8] && distribution.batchShape == [])
    let rows = model.drawn(40, using: &generator).rows
    let x = Tensor((0..<40).flatMap { rows.row($0) }, shape: [40, 8])
    let densities = distribution.logDensity(of: x).scalars(as: Double.self)
    for (found, expected) in zip(densities, try model.logDensities(of: rows)) {
      #expect(found.isClose(to: expected, within: 1e-12))
    }
    let means = distribution.mean.scalars(as: Double.self)
    for column in 0..<8 {
      let expected = zip(model.weights, model.components).reduce(0) { $0 + $1.0 * $1.1[column].mean }
      #expect(means[column].isClose(to: expected, within: 1e-12))
    }
    #expect(distribution.support.contains(x).all().item == 1)
    let draws = distribution.sample([5, 2], using: &generator)
    #expect(draws.shape == [5, 2, 8])
  }

  /// Means of 40,000 draws lie within five standard errors for each of twelve columns (false failure below 1e-5), of
  /// the model's own sampling and of its distribution's.
  @Test func samplesHaveTheMeans() throws {
    var generator = RandomGenerator(seed: 23)
    let model = try ProductFixtures.model(ProductFixtures.everyFamily, components: 2, using: &generator)
    let distribution = try model.distribution
    let (means, variances) = (
      distribution.mean.scalars(as: Double.self), distribution.variance.scalars(as: Double.self)
    )
    let count = 40_000
    let (rows, components) = model.drawn(count, using: &generator)
    let draws = distribution.sample([count], using: &generator).scalars(as: Double.self)
    for column in 0..<6 {
      let limit = 5 * (variances[column] / Double(count)).squareRoot()
      var (own, other) = (0.0, 0.0)
      for row in 0..<count {
        own += rows[row, column] / Double(count)
        other += draws[6 * row + column] / Double(count)
      }
      #expect((own - means[column]).magnitude < limit)
      #expect((other - means[column]).magnitude < limit)
    }
    let first = Double(components?.filter { $0 == 0 }.count ?? 0) / Double(count)
    #expect((first - model.weights[0]).magnitude < 5 * (0.25 / Double(count)).squareRoot())
  }
}
