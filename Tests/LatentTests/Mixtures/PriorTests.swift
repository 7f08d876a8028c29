import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Maximum a-posteriori fits: the objective is log p(x | θ) + log p(θ), in the unit of x, at its maximum.
@Suite struct PriorTests {
  static let prior = MixturePrior(weightConcentration: 1.7, meanStrength: 0.3, covarianceStrength: 2.5, scale: 0.8)
  static let rows = MixtureFixtures.map(
    MixtureFixtures.clusters(seed: 31, count: 120, components: 2, columns: 2, separation: 2)
  ) { [$0[0] * 300 + 1000, $0[1] * 1e-3] }

  /// log p(θ) from the definitions of the Dirichlet, normal and inverse-Wishart (or inverse-gamma) densities.
  static func logPrior(_ model: GaussianMixture, _ rows: RowMatrix, _ prior: MixturePrior) -> Double {
    let (K, D, n) = (model.componentCount, model.columnCount, Double(rows.rowCount))
    let center = (0..<D).map { d in (0..<rows.rowCount).reduce(0) { $0 + rows[$1, d] } / n }
    let spread = (0..<D).map { d in
      (0..<rows.rowCount).reduce(0) { $0 + pow(rows[$1, d] - center[d], 2) } / n
        * prior.scale * pow(Double(K), -2 / Double(D))
    }
    let nu = Double(D) + 1 + prior.covarianceStrength
    let alpha = prior.weightConcentration
    var total = lgamma(alpha * Double(K)) - Double(K) * lgamma(alpha)
    for k in 0..<K {
      total += (alpha - 1) * log(model.weights[k])
      let c = model.covariances[k]
      let offset = zip(model.means[k], center).map { $0 - $1 }
      if model.covarianceModel.isDiagonal {
        for d in 0..<D {
          let variance = c[d][d]
          total += 0.5 * (log(prior.meanStrength) - log(2 * .pi * variance))
          total -= 0.5 * prior.meanStrength * offset[d] * offset[d] / variance
          // Inverse-gamma with shape ν/2 and scale Λ/2.
          total += nu / 2 * log(spread[d] / 2) - lgamma(nu / 2)
          total -= (nu / 2 + 1) * log(variance) + spread[d] / (2 * variance)
        }
      } else {
        let determinant = c[0][0] * c[1][1] - c[0][1] * c[0][1]
        let square =
          (c[1][1] * offset[0] * offset[0] - 2 * c[0][1] * offset[0] * offset[1] + c[0][0] * offset[1] * offset[1])
          / determinant
        total += log(prior.meanStrength) - log(2 * .pi) - 0.5 * (log(determinant) + prior.meanStrength * square)
        let trace = (spread[0] * c[1][1] + spread[1] * c[0][0]) / determinant
        let gamma = 0.5 * log(Double.pi) + lgamma(nu / 2) + lgamma((nu - 1) / 2)
        total += nu / 2 * log(spread[0] * spread[1]) - nu * log(2) - gamma
        total -= (nu + 3) / 2 * log(determinant) + trace / 2
      }
    }
    return total
  }

  @Test(arguments: [CovarianceModel.vvv, .vvi])
  func theObjectiveHasThePrior(model: CovarianceModel) throws {
    let fit = try GaussianMixture.fit(
      PriorTests.rows,
      configuration: GaussianMixtureConfiguration(
        components: 2, covarianceModel: model, prior: PriorTests.prior,
        engine: EngineOptions(tolerance: 1e-14)))
    let expected = PriorTests.logPrior(fit.model, PriorTests.rows, PriorTests.prior)
    #expect((fit.objective - fit.logLikelihood - expected).magnitude <= 1e-9 * expected.magnitude)
    // A maximum: every small move of the parameters lowers log p(x | θ) + log p(θ).
    func objective(_ weights: [Double], _ means: [[Double]], _ covariances: [[[Double]]]) throws -> Double {
      let other = try GaussianMixture(
        weights: weights, means: means, covariances: covariances, covarianceModel: model)
      return IndependentEvaluation(other).logLikelihood(PriorTests.rows).total
        + PriorTests.logPrior(other, PriorTests.rows, PriorTests.prior)
    }
    let m = fit.model
    let best = try objective(m.weights, m.means, m.covariances)
    #expect((best - fit.objective).magnitude <= 1e-9 * best.magnitude)
    for sign in [-1.0, 1] {
      let step = sign * 0.003
      #expect(try objective([m.weights[0] + step, m.weights[1] - step], m.means, m.covariances) < best)
      for k in 0..<2 {
        for d in 0..<2 {
          var means = m.means
          means[k][d] += step * m.covariances[k][d][d].squareRoot()
          #expect(try objective(m.weights, means, m.covariances) < best)
          var covariances = m.covariances
          covariances[k][d][d] *= 1 + step
          #expect(try objective(m.weights, m.means, covariances) < best)
        }
      }
    }
  }

  /// A prior relative to the data's scale: the same fit in any unit.
  @Test func thePriorHasTheScaleOfTheData() throws {
    let configuration = GaussianMixtureConfiguration(
      components: 2, start: .hierarchical, prior: PriorTests.prior)
    let fit = try GaussianMixture.fit(PriorTests.rows, configuration: configuration)
    let moved = MixtureFixtures.map(PriorTests.rows) { [$0[0] * 1e-5 + 3, $0[1] * 1e7] }
    let other = try GaussianMixture.fit(moved, configuration: configuration)
    let unit = log(1e-5) + log(1e7)
    let shift = 120 * unit
    // dm dΣ has (scale)⁴ in two columns, for each of two components.
    #expect((other.objective + shift + 8 * unit - fit.objective).magnitude <= 1e-5)
    #expect((other.logLikelihood + shift - fit.logLikelihood).magnitude <= 1e-5)
    #expect(MixtureFixtures.difference(other.model.weights, fit.model.weights) <= 1e-3)
  }

  @Test func strengthsAreChecked() {
    for prior in [
      MixturePrior(weightConcentration: 0.5), MixturePrior(meanStrength: 0), MixturePrior(covarianceStrength: -1),
      MixturePrior(scale: .nan),
    ] {
      let error = #expect(throws: SurprisalError.self) {
        try GaussianMixture.fit(
          PriorTests.rows, configuration: GaussianMixtureConfiguration(components: 2, prior: prior))
      }
      #expect(error?.category == .usage)
    }
  }
}
